"""What was done past the application: its rows, on the list and on the case."""

import pytest
from django.db import transaction
from django.urls import reverse

from audit_app.models import LedgerEntry
from requests_app.audit.selectors import record as selector
from requests_app.oversight.sweep import reconcile
from tests.cast import Cast
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import fetch, lines, signed_in, words
from tests.workbench.auditing.test_case import at

IN_ITS_WORLD = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def decided(once):
    return Cast().decided("refused", number="EXSR500")


def changed_outside(cast, review):
    """By the owner's login, signed as Bo: an event of access that nobody reported."""
    sql("reset role")
    sql("select set_config('lockbox.actor_id', %s, true)", str(cast.bo.pk))
    sql(
        "insert into requests_app_accessevent (connection_id, access_request_id, external_id,"
        " happened_at, action, object_name, actor, employer, country, act, service,"
        " under, perhaps_under, unasked,"
        " reported_by_id, reported_at, payload_id) values (%s, %s, 'x', now(), 'read',"
        " 'Invented', '', '', '', '', '', '[]', '[]', '', %s, now(),"
        " (select digest from requests_app_content limit 1))",
        review.access_request.connection_id,
        review.access_request_id,
        cast.bo.pk,
    )
    sql("set role lockbox_app")


def acts(reader):
    response, queries = fetch(signed_in(reader), reverse("admin:audit_outside"))
    assert len(queries) <= 12, lines(queries)
    return response.context["overview"]


@IN_ITS_WORLD
def test_each_row_is_told_with_its_case_and_what_changed(cast, decided):
    changed_outside(cast, decided)
    (act, *_older) = acts(cast.agnes).acts
    assert act.rows == 1
    address = f"{reverse('admin:audit_outside')}?act={act.act}"
    response, queries = fetch(signed_in(cast.agnes), address)
    assert len(queries) <= 12, lines(queries)
    (row,) = response.context["rows"]
    assert (row.case, row.case_url) == ("EXSR500", at("EXSR500"))
    assert ("objekt", "", "Invented") in [tuple(map(str, one)) for one in row.fields]
    text = words(response)
    assert f"databasinloggningen {row.login} i rollen none" in text
    assert at("EXSR500") in text


@IN_ITS_WORLD
@pytest.mark.parametrize("act", ["x", "1.2.3", "1.2.3.requests_app_decision", "...."])
def test_of_what_is_no_act_there_are_no_rows(cast, decided, act):
    address = f"{reverse('admin:audit_outside')}?act={act}"
    assert signed_in(cast.agnes).get(address).context["rows"] == []


@IN_ITS_WORLD
def test_the_application_own_lines_are_no_rows_of_an_act(cast, decided):
    line = LedgerEntry.objects.filter(kind="change", authority_id=cast.gsn.pk).latest(
        "pk"
    )
    act = f"{line.xid}.{line.pk}.{line.pk}.{line.object_type}"
    address = f"{reverse('admin:audit_outside')}?act={act}"
    assert signed_in(cast.agnes).get(address).context["rows"] == []


@IN_ITS_WORLD
def test_others_acts_take_no_place_and_the_cut_is_told(cast, decided, monkeypatch):
    """Of another authority there are more than a list holds, and they are newer."""
    changed_outside(cast, decided)
    before = len(acts(cast.agnes).acts)
    sql("reset role")
    sql(
        "insert into audit_app_ledgerentry (id, xid, at, session_user_name, db_role,"
        " request_id, kind, event, object_type, object_id, authority_id,"
        " payload, leaf_hash) select 1000000 + n, (900000 + n)::text::xid8,"
        " now() + interval '1 second', session_user, 'none', '', 'change',"
        " 'insert', 'requests_app_decision', n::text, %s, '', ''"
        " from generate_series(1, 120) n",
        cast.snc.pk,
    )
    sql("set role lockbox_app")
    found = acts(cast.agnes)
    assert len(found.acts) == before and not found.is_cut
    monkeypatch.setattr(selector, "MOST", 1)
    response = signed_in(cast.agnes).get(reverse("admin:audit_outside"))
    overview = response.context["overview"]
    assert overview.is_cut and len(overview.acts) == 1
    assert "av de senaste 20 000 posterna" in words(response)


@IN_ITS_WORLD
def test_the_life_of_a_case_marks_what_was_done_outside(cast, decided):
    agnes = signed_in(cast.agnes)
    assert "Inte gjort genom systemet" not in words(agnes.get(at("EXSR500")))
    changed_outside(cast, decided)
    response = agnes.get(at("EXSR500"))
    (act, *rest) = response.context["acts"]
    assert act.outside.role == "none" and not any(one.outside for one in rest)
    told = f"av databasinloggningen {act.outside.login} i rollen none"
    assert told in words(response)


@IN_ITS_WORLD
def test_what_the_comparison_found_stands_on_the_case_with_login_and_time(
    cast, decided
):
    behind_our_back(
        "requests_app_historicaldecision",
        "delete from requests_app_historicaldecision where review_id = %s",
        decided.pk,
    )
    assert reconcile(cast.sweeper, seconds=60)
    response = signed_in(cast.agnes).get(at(decided))
    told = response.context["wrong"].disagreements
    assert told and all(one.kind for one in told)
    assert "När det som antecknats jämfördes stämde detta inte" in words(response)


@pytest.mark.django_db(transaction=True)
def test_what_tells_no_event_is_red(cast):
    """In a transaction of its own, as it is in life."""
    review = cast.decided("refused", number="EXSR500")
    with transaction.atomic():
        changed_outside(cast, review)
    assert not acts(cast.agnes).acts[0].tells
    response = signed_in(cast.agnes).get(at("EXSR500"))
    assert not response.context["acts"][0].outside.tells
    assert 'class="notice stop"> Inte gjort genom systemet' in words(response)
