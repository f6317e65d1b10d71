"""A long list: every row once, whichever way one goes, and nothing counted to the end."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit_app.acting import acting_as
from audit_app.history import add_many
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.core.pages import lists
from requests_app.core.pages.case import CaseAdmin
from tests.bench.case_tables import case_models
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db
ROWS, SHOWN = 29, 3
URL = reverse("admin:requests_app_accessrequest_changelist")
# As the columns stand in the list; "1.-4": by the second, then falling by the fifth.
SUPPORT, RECEIVED, DEADLINE = "1", "3", "4"


@pytest.fixture
def nils(cast, monkeypatch):
    """Who sees so many requests, some with the same moments and some with none."""
    page = admin.site._registry[AccessRequest]
    monkeypatch.setattr(page, "list_per_page", SHOWN)
    monkeypatch.setattr(lists, "NUMBERED", 2)
    at = timezone.now().replace(microsecond=123456)
    with acting_as(cast.nils, reason="test"):
        add_many(
            [
                AccessRequest(
                    connection=cast.m365,
                    external_id=f"N{number}",
                    support_case=f"S{number % 4}" if number % 5 else "",
                    received_by="manual",
                    received_at=at - timedelta(microseconds=number // 3),
                    recorded_at=at,
                    answer_deadline=None
                    if number % 4 == 0
                    else at + timedelta(hours=number // 6),
                )
                for number in range(ROWS)
            ]
        )
    return signed_in(cast.nils)


def shown(client, query):
    response = client.get(URL, query)
    assert response.status_code == 200, query
    return response.context["cl"]


def asked(url):
    return dict(parse_qsl(url.removeprefix("?"), keep_blank_values=True))


def whole(client, monkeypatch, order):
    with monkeypatch.context() as patch:
        patch.setattr(admin.site._registry[AccessRequest], "list_per_page", 100)
        return [row.pk for row in shown(client, order).result_list]


@pytest.mark.parametrize(
    "columns",
    ["", RECEIVED, f"-{RECEIVED}", DEADLINE, f"-{DEADLINE}", f"{SUPPORT}.-{DEADLINE}"],
)
def test_every_row_comes_once_from_either_end(nils, monkeypatch, columns):
    order = {"o": columns} if columns else {}
    expected = whole(nils, monkeypatch, order)
    assert len(expected) == ROWS

    forwards = []
    for page in (1, 2):
        cl = shown(nils, {**order, "p": page})
        forwards += [row.pk for row in cl.result_list]
    while cl.next_url:
        cl = shown(nils, asked(cl.next_url))
        forwards += [row.pk for row in cl.result_list]
    assert forwards == expected

    backwards = []
    cl = shown(nils, asked(cl.last_url))
    assert not cl.next_url
    while True:
        backwards = [row.pk for row in cl.result_list] + backwards
        if not cl.previous_url:
            break
        cl = shown(nils, asked(cl.previous_url))
    assert backwards == expected


def test_going_back_and_on_again_shows_the_same_rows(nils):
    there = shown(nils, asked(shown(nils, {"p": 2}).next_url))
    further = shown(nils, asked(there.next_url))
    back = shown(nils, asked(further.previous_url))
    assert [r.pk for r in back.result_list] == [r.pk for r in there.result_list]
    on = shown(nils, asked(back.next_url))
    assert [r.pk for r in on.result_list] == [r.pk for r in further.result_list]


def test_another_order_begins_at_its_first_page(nils):
    cl = shown(nils, asked(shown(nils, {"p": 2}).next_url))
    assert "after" not in cl.get_query_string({"o": RECEIVED})
    assert cl.first_url == "?"


@pytest.mark.parametrize(
    "query",
    [
        {"after": "no key"},
        {"after": "bnVsbA"},
        {"after": "W10"},
        {"after": "W1tdXQ"},
        {"before": "WyJhIiwiYiJd"},
        {"after": "WyJcdTAwMDAiLDFd"},
        {"after": "[" * 5000},
        {"after": "ééé"},
    ],
)
def test_a_key_of_no_row_leads_to_the_first_page(nils, query):
    response = nils.get(URL, query)
    assert (response.status_code, response["Location"]) == (302, f"{URL}?e=1")


def test_more_than_is_counted_is_said_so(nils):
    response = nils.get(URL, headers={"accept-language": "sv"})
    text = " ".join(response.content.decode().split())
    assert f"fler än {2 * SHOWN} begäranden" in text
    exactly = shown(nils, {"q": "N28"})
    assert (exactly.result_count, exactly.paginator.has_more) == (1, False)


def test_as_many_as_the_numbered_pages_hold_are_counted_and_go_no_further(nils):
    found = shown(nils, {"q": "S2", "p": 2})
    assert found.result_count == 2 * SHOWN and len(found.result_list) == SHOWN
    assert not (found.paginator.has_more or found.is_long or found.next_url)


def test_a_page_far_in_passes_over_nothing(nils):
    """No query has an offset, and each ends after a page."""
    cl = shown(nils, asked(shown(nils, {"p": 2}).next_url))
    with CaptureQueriesContext(connection) as caught:
        shown(nils, asked(cl.next_url))
    lists = [q["sql"] for q in caught if "key_0" in q["sql"]]
    assert lists
    assert not [sql for sql in lists if "OFFSET" in sql]


def test_cases_are_sorted_by_what_has_an_index_and_no_more():
    """Of the database itself: an index that begins by the column, of the whole table."""
    firsts = """select a.attname from pg_index i join pg_attribute a
        on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where i.indrelid = %s::regclass and i.indpred is null"""
    offered = {}
    for page in pages_of_cases():
        names = page.get_sortable_by(RequestFactory().get("/"))
        for name in [*names, *(page.get_ordering(None) or page.opts.ordering)]:
            path = page._order_of(str(name).removeprefix("-")) or name
            *above, column = str(path).removeprefix("-").replace("pk", "id").split("__")
            model = page.model
            for field in above:
                model = model._meta.get_field(field).related_model
            with connection.cursor() as cursor:
                cursor.execute(firsts, [model._meta.db_table])
                assert column in {row[0] for row in cursor.fetchall()}, (page, name)
            offered.setdefault(page.opts.model_name, []).append(name)
    assert {"received", "deadline"} <= set(offered["secrecyreview"])
    assert {"received", "deadline"} <= set(offered["accessrequest"])
    assert "status" not in offered["secrecyreview"]


def pages_of_cases():
    """Of what comes with every case, and of no register."""
    pages = [page for row, page in admin.site._registry.items() if row in case_models()]
    assert len(pages) >= 8
    assert all(isinstance(page, CaseAdmin) for page in pages)
    return pages
