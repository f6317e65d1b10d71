"""Decisions, a person's trail, and what was done outside."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import decision, people
from requests_app.organisation.models import DelegationRule
from requests_app.oversight.sweep import reconcile
from tests.cast import Cast
from tests.helpers.office_hours import is_off
from tests.helpers.people import delegate, rewrite
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import fetch, lines, page, signed_in, words
from tests.workbench.auditing.lists import numbers, outside, put, rows

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def two(once):
    """One decided in the daytime, the other granted where it had been refused."""
    cast = Cast()
    first = cast.decided("refused", number="EXSR500")
    again = cast.decided("refused", number="EXSR501")
    decision.reconsider(again, by=cast.bo, reason="New facts")
    again = SecrecyReview.objects.get(pk=again.pk)
    cast.propose(again)
    decision.decide(again, by=cast.bo, no_conflict=True)
    return first, again


def test_decisions_are_listed_with_what_came_before(cast, two):
    found = [row for row, _url in rows(cast.agnes, "audit_decisions")]
    assert [(str(row.outcome), str(row.before)) for row in found] == [
        ("Bifall", "Avslag"),
        ("Avslag", ""),
        ("Avslag", ""),
    ]
    newest = found[0]
    assert newest.decider == "Bo Test, decision_maker" and newest.rule.startswith("4.7")
    assert newest.took > timedelta() and newest.at >= newest.arrived


def test_decisions_are_narrowed_by_how_long_they_took_and_when(cast, two):
    assert len(numbers(cast.agnes, within=10)) == 3
    assert numbers(cast.agnes, within=0) == []
    local = timezone.localtime()
    assert len(numbers(cast.agnes, off_hours="on")) == (3 if is_off(local) else 0)
    evening = local.replace(hour=20) + timedelta(days=1)
    with acting.at(evening):
        late = cast.proposed(number="EXSR502")
    with acting.at(evening + timedelta(hours=3)):
        decision.decide(late, by=cast.bo, no_conflict=True)
    assert late.diary_number in dict(numbers(cast.agnes, off_hours="on"))
    assert late.diary_number not in dict(
        numbers(cast.agnes, until=f"{local:%Y-%m-%dT%H:%M}")
    )


def test_decisions_are_narrowed_by_who_outcome_and_a_rule_ended_since(cast, two):
    assert {str(outcome) for _n, outcome in numbers(cast.agnes, outcome="granted")} == {
        "Bifall"
    }
    assert numbers(cast.agnes, decider=cast.jonas.pk) == []
    assert len(numbers(cast.agnes, decider=cast.bo.pk)) == 3
    assert numbers(cast.agnes, lost="on") == []
    rule = DelegationRule.objects.get(authority=cast.gsn, item_no="4.7")
    yesterday = timezone.localdate() - timedelta(days=1)
    rewrite(rule, valid_to=yesterday)
    lost = [row for row, _url in rows(cast.agnes, "audit_decisions", lost="on")]
    assert len(lost) == 3 and all(row.is_bare for row in lost)
    answer = signed_in(cast.agnes).get(reverse("admin:audit_decisions"))
    assert "före beslutet" in words(answer)


def test_decisions_are_narrowed_by_item_of_delegation_and_by_hours(cast, two):
    rule = DelegationRule.objects.get(authority=cast.gsn, item_no="4.7")
    other = delegate(cast, item_no="5.9")
    assert len(numbers(cast.agnes, rule=rule.pk)) == 3
    assert numbers(cast.agnes, rule=other.pk) == []
    hour = timezone.localtime().hour
    assert len(numbers(cast.agnes, from_hour=hour)) == 3
    # From an hour later, over midnight, to this one: every hour but this.
    later = (hour + 1) % 24
    asked = {"from_hour": later, "to_hour": hour or 24}
    assert numbers(cast.agnes, **asked) == []
    assert len(numbers(cast.agnes, longer=0)) == 3
    assert numbers(cast.agnes, longer=60) == []
    hidden = cast.decided(number="EXSR503")
    people.close_list(hidden, by=cast.bo, reason="A staff matter")
    assert hidden.diary_number not in dict(numbers(cast.agnes, rule=rule.pk))


def test_an_item_ended_today_or_whose_parent_ended_is_lost(cast, two):
    rule = DelegationRule.objects.get(authority=cast.gsn, item_no="4.7")
    today = timezone.localdate()
    rewrite(rule, valid_to=today)
    lost = [row for row, _url in rows(cast.agnes, "audit_decisions", lost="on")]
    assert len(lost) == 3 and all(row.rule_ended == today for row in lost)
    assert not any(row.is_bare for row in lost)
    parent = delegate(cast, item_no="5.8", is_head=True, may_subdelegate=True)
    put(parent, "confirmed_by_id = 1, confirmed_at = now()")
    put(rule, f"valid_to = null, parent_id = {parent.pk}")
    assert numbers(cast.agnes, lost="on") == []
    put(parent, "valid_to = current_date - 1")
    lost = [row for row, _url in rows(cast.agnes, "audit_decisions", lost="on")]
    assert len(lost) == 3 and all(row.is_bare for row in lost)
    # It holds no longer, though no day has been given.
    put(parent, "valid_to = null, may_subdelegate = false")
    lost = [row for row, _url in rows(cast.agnes, "audit_decisions", lost="on")]
    assert len(lost) == 3 and all(row.is_lost and not row.rule_ended for row in lost)
    answer = signed_in(cast.agnes).get(reverse("admin:audit_decisions"))
    assert "gäller inte längre" in words(answer)


def test_of_a_named_list_its_number_and_clocks(cast, two):
    hidden = cast.decided(number="EXSR503")
    people.close_list(hidden, by=cast.bo, reason="A staff matter")
    found = {row.number: row for row, _url in rows(cast.agnes, "audit_decisions")}
    row = found[hidden.diary_number]
    assert (row.outcome, row.decider, row.rule, row.rapporteur) == ("", "", "", "")
    assert row.at and row.arrived
    for asked in ({"outcome": "granted"}, {"decider": cast.bo.pk}):
        assert hidden.diary_number not in dict(numbers(cast.agnes, **asked))


def test_pages_of_decisions_follow_each_other(cast, two, monkeypatch):
    monkeypatch.setattr("requests_app.audit.selectors.decisions.PAGE", 1)
    monkeypatch.setattr(
        "requests_app.audit.selectors.decisions.decisions_for.__defaults__", (None, 1)
    )
    agnes, seen, address = signed_in(cast.agnes), [], "?"
    while address:
        answer = agnes.get(reverse("admin:audit_decisions") + address)
        seen += [row.key for row, _url in answer.context["rows"]]
        address = answer.context["older"]
    assert len(seen) == len(set(seen)) == 3 and seen == sorted(seen, reverse=True)


# -- A person ------------------------------------------------------------------------


def test_a_persons_trail_is_all_they_did_and_the_roles_they_had(cast, two):
    first, _again = two
    signed_in(cast.karin).get(page(first))
    found = rows(cast.agnes, "audit_person", cast.karin.pk)
    assert {row.by_id for row in found} == {cast.karin.pk}
    assert {"change", "event", "read", "auth"} <= {row.kind for row in found}
    answer = signed_in(cast.agnes).get(
        reverse("admin:audit_person", args=[cast.karin.pk])
    )
    assert [row.name for row in answer.context["roles"]] == ["Karin Test, Handläggare"]
    narrowed = rows(cast.agnes, "audit_person", cast.karin.pk, kind="read")
    assert {row.kind for row in narrowed} == {"read"}


def test_a_trails_older_pages_cost_twelve_queries(cast, two):
    """Roles stand on the first. One told of requests and reviews with thirteen."""
    first, _again = two
    karin = signed_in(cast.karin)
    for number in range(30):
        karin.get(page(first) if number % 2 else page(first.access_request))
    agnes = signed_in(cast.agnes)
    trail = reverse("admin:audit_person", args=[cast.karin.pk])
    older = agnes.get(trail).context["older"]
    answer, queries = fetch(agnes, trail + older)
    assert len(queries) <= 12, lines(queries)
    assert answer.context["rows"] and "Roller, och när" not in answer.text


def test_somebody_who_did_nothing_here_is_not_there(cast, two):
    agnes = signed_in(cast.agnes)
    for asked in (None, {"kind": "read"}):
        address = reverse("admin:audit_person", args=[cast.cilla.pk], query=asked)
        assert agnes.get(address).status_code == 404
    assert agnes.get("/revision/person/99999999/").status_code == 404


def test_a_new_name_hides_nobody(cast, two):
    """Lines have numbers: each is told by what the person is called today."""
    karin = cast.karin
    with acting_as(cast.sam):
        karin.last_name = "Nyman"
        karin.save()
    found = rows(cast.agnes, "audit_person", karin.pk)
    assert {row.by for row in found} == {"Karin Nyman"}
    answer = signed_in(cast.agnes).get(reverse("admin:audit_person", args=[karin.pk]))
    assert "Karin Nyman" in answer.context["title"]


# -- Outside -------------------------------------------------------------------------


def test_a_change_by_another_login_stands_with_login_role_and_time(cast, two):
    before = len(outside(cast.agnes).acts)
    sql("reset role")
    sql("select set_config('lockbox.actor_id', %s, true)", str(cast.bo.pk))
    sql(
        "insert into requests_app_accessevent (connection_id, access_request_id, external_id,"
        " happened_at, action, object_name, actor, employer, country, act, service,"
        " under, perhaps_under, unasked,"
        " reported_by_id, reported_at, payload_id) select r.connection_id, r.id, 'x', now(),"
        " 'read', 'x', '', '', '', '', '', '[]', '[]', '', %s, now(),"
        " (select digest from requests_app_content limit 1) from requests_app_secrecyreview v"
        " join requests_app_accessrequest r on r.id = v.access_request_id where v.id = %s",
        cast.bo.pk,
        two[0].pk,
    )
    sql("set role lockbox_app")
    found = outside(cast.agnes).acts
    newest = found[0]
    assert len(found) == before + 1
    assert newest.role == "none" and newest.by == "Bo Test" and newest.login


def test_history_that_was_cut_is_found_when_the_recorders_are_compared(cast, two):
    assert outside(cast.agnes, compare="1").compared == []
    first, _again = two
    behind_our_back(
        "requests_app_historicaldecision",
        "delete from requests_app_historicaldecision where review_id = %s",
        first.pk,
    )
    found = outside(cast.agnes, compare="1")
    assert any(text.startswith("beslut ") for text in found.compared)
    # The round finds it too: then it stands there whoever looks, and whenever.
    assert found.disagreements == []
    assert reconcile(cast.sweeper, seconds=60)
    told = outside(cast.agnes).disagreements
    assert ("beslut", "row") in {(one.kind, one.row.what) for one in told}
