"""The queue, every list and a row of each answer, for whoever may see them, in few
queries."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.text import capfirst

from requests_app.core.pages.case import CaseAdmin
from tests.cast import Cast
from tests.helpers.people import enter
from tests.helpers.web import fetch, lines, page, signed_in, words

pytestmark = pytest.mark.long

PEOPLE = ["karin", "lena", "per", "bo", "nils", "eva", "agnes", "sam", "ines"]


@pytest.fixture(scope="module")
def cases(once):
    """Three cases of each kind: what costs by the row shows."""
    cast = Cast()
    ContentType.objects.get_for_models(*apps.get_models())  # read once a process
    for number in range(3):
        cast.answered(number=f"A{number}")
        cast.assessed(number=f"B{number}")
        cast.request(number=f"C{number}", objects=("nobody@knows.example",))
    # Waits for another manager.
    enter(cast, cast.karin, "auditor", by=cast.per, reason="Import")
    return cast


@pytest.mark.parametrize("name", PEOPLE)
def test_the_queue_and_every_list_answer_within_twelve_queries(cases, undone, name):
    client = signed_in(getattr(cases, name))
    _, queries = fetch(client, reverse("admin:index"))
    assert len(queries) <= 12, lines(queries)
    for model, model_admin in admin.site._registry.items():
        opts = model._meta
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        request_may = client.get(url).status_code
        if request_may == 200:
            shown, queries = fetch(client, url)
            assert len(queries) <= 12, (url, lines(queries))
            named = capfirst(opts.verbose_name_plural)
            assert f"<title>{named} | Lockbox</title>" in words(shown)
            _, queries = fetch(client, url + "?q=a")
            assert len(queries) <= 12, (url, lines(queries))
        assert request_may in (200, 403), (url, model_admin)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_row_of_every_register_answers_in_few_queries(cases, undone, name):
    """Within twelve; five more where there are steps, each of which has its own rule, or
    rows of other tables in the form."""
    client, seen, wrong = signed_in(getattr(cases, name)), 0, []
    for row in rows_of_registers():
        response, queries = fetch(client, page(row), None)
        seen += response.status_code == 200
        shown = admin.site._registry[type(row)]
        has_more = getattr(shown, "steps", None) or shown.inlines
        if len(queries) > (17 if has_more else 12):
            wrong += [f"{page(row)}: {len(queries)}", lines(queries)]
    assert seen > 3 and not wrong, "\n".join(wrong)


def rows_of_registers():
    """The first and the last of each, and the newest."""
    for model, model_admin in admin.site._registry.items():
        if not isinstance(model_admin, CaseAdmin):
            rows = model._default_manager
            yield from {rows.first(), rows.last(), rows.order_by("pk").last()} - {None}
