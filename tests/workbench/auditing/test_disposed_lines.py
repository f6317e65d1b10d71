"""Every page of the auditor's, and everything that is taken out of it, does without the
details that were disposed of. The pages are those that there are."""

import pytest
from django.contrib.admin import site
from django.db import connection
from django.urls import reverse

from audit_app.models import LedgerEntry
from requests_app.audit.pages.page import FORMATS
from requests_app.audit.pages.pages import urls
from tests.cast import Cast
from tests.helpers.disposing import BASIS, dispose
from tests.helpers.saved_audits import decide_five, draw
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.usefixtures("undone")
# Looking a case up leads to another page.
NAMES = {one.name for one in urls(site)} - {"audit_find"}


@pytest.fixture(scope="module")
def arguments(once):
    """What the addresses name; after all was disposed of that may be."""
    cast = Cast()
    first, *_others = decide_five(cast)
    for person in (cast.karin, cast.bo):
        signed_in(person).get(page(first))
    audit = draw(cast)
    connection.check_constraints()
    lines = LedgerEntry.objects.exclude(kind="change").exclude(detail=None)
    gone = list(lines.exclude(event="application.login_recorded"))
    assert dispose(gone) == len(gone) > 10
    case = audit.cases.first().review
    return {
        "number": case.diary_number,
        "person_id": cast.karin.pk,
        "key": audit.pk,
        "review": case.pk,
    }


def address(name, arguments, **query):
    (route,) = (one for one in urls(site) if one.name == name)
    known = {key: arguments[key] for key in route.pattern.converters}
    return reverse(f"admin:{name}", kwargs=known, query=query)


@pytest.mark.parametrize("form", ["", *(name for name, _label in FORMATS)])
@pytest.mark.parametrize("name", sorted(NAMES))
def test_no_page_rests_on_what_was_disposed_of(arguments, name, form):
    query = {"as": form} if form else {}
    response = signed_in(Cast().agnes).get(address(name, arguments, **query))
    body = b"".join(response) if response.streaming else response.content
    assert response.status_code == 200 and body


def test_what_was_disposed_of_stands_among_what_was_done_outside(arguments):
    agnes = signed_in(Cast().agnes)
    text = agnes.get(address("audit_outside", arguments)).content.decode()
    assert BASIS in text
    assert "Föreslaget av Karin Test, bekräftat av Jonas Test." in text
