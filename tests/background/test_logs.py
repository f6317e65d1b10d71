"""What a provider's log tells is taken in once, and held against what was granted."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from audit_app import acting
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import case as steps_case
from requests_app.cases.review.steps import revocation
from requests_app.desk.sweep import sweep
from requests_app.oversight.models import (
    AccessUse,
    Deviation,
    EventOutcome,
    LogGap,
    LogPosition,
)
from requests_app.oversight.steps import acts
from requests_app.oversight.sweep import compare_acts, poll_all, read_logs
from tests.helpers.example_provider import (
    LOG,
    case,
    decided,
    standin,
)
from tests.helpers.refusals import fresh
from tests.helpers.web import work_of
from tests.standin.mail import address_of

__all__ = ["standin"]

pytestmark = pytest.mark.django_db


def act(number, **more):
    at = more.pop("at", timezone.now()).isoformat()
    return {"id": number, "at": at, "command": "read", "log": LOG, **more}


def granted(cast, standin):
    standin.cases["C-1"] = case("C-1")
    poll_all()
    decided(cast, "C-1", granted_minutes=90)
    deliver_due()
    return AccessRequest.objects.get(external_id="C-1")


def read(cast):
    read_logs(cast.intake)
    return compare_acts(cast.intake)


def outcomes():
    rows = EventOutcome.objects.current().order_by("event__external_id")
    return [(row.event.external_id, row.outcome) for row in rows]


def test_acts_are_taken_in_once_whatever_the_order_and_held_against_the_grant(
    cast, standin
):
    request = granted(cast, standin)
    early = timezone.now() - timedelta(hours=5)
    one, two = act("2"), act("1", at=early)
    standin.pages = [[one, two], [two, one, act("3", log="another")]]
    read(cast)
    assert AccessEvent.objects.count() == 3
    assert outcomes() == [("1", "time"), ("2", "inside"), ("3", "scope")]
    assert {row.access_request for row in EventOutcome.objects.all()} == {request}
    assert json.loads(AccessEvent.objects.get(external_id="2").payload.text) == one
    # Read again, nothing is new and nothing is reckoned anew.
    standin.pages.append([one, two])
    assert read(cast) == [] and EventOutcome.objects.count() == 3
    assert Deviation.objects.count() == 2
    assert LogPosition.objects.get().cursor == "3"


def test_what_belongs_together_is_one_deviation_until_somebody_concludes_it(
    cast, standin
):
    granted(cast, standin)
    standin.pages = [[act(f"{n}", log="another") for n in range(30)]]
    read(cast)
    first = Deviation.objects.get()
    assert first.acts.count() == 30
    standin.pages.append([act("31", log="another")])
    read(cast)
    assert Deviation.objects.get() == first and first.acts.count() == 31
    acts.take(fresh(first), by=cast.dora)
    words = {"outcome": "none", "conclusion": "Theirs was renamed."}
    acts.conclude(fresh(first), by=cast.dora, **words)
    standin.pages.append([act("32", log="another")])
    read(cast)
    assert Deviation.objects.count() == 2 and first.acts.count() == 31


def test_an_act_that_comes_out_alike_for_another_reason_is_no_second_deviation(
    cast, standin
):
    standin.cases["C-1"] = case("C-1")
    poll_all()
    standin.pages = [[act("1", unasked="A court ordered it.", case="C-1")]]
    read(cast)
    first = Deviation.objects.get()
    decided(cast, "C-1", granted_minutes=90)
    deliver_due()
    read(cast)
    rows = EventOutcome.objects.order_by("number")
    assert [row.outcome for row in rows] == ["bypass", "bypass"]
    assert Deviation.objects.get() == first and first.acts.count() == 1


def test_an_act_that_comes_out_otherwise_is_looked_at_anew_once_it_was_concluded(
    cast, standin
):
    request = granted(cast, standin)
    early = act("1", log="another", case="C-1")
    early["at"] = (timezone.now() + timedelta(minutes=5)).isoformat()
    standin.pages = [[early]]
    read(cast)
    first = Deviation.objects.get()
    assert first.outcome_of_acts == "scope"
    acts.take(fresh(first), by=cast.dora)
    words = {"outcome": "none", "conclusion": "Theirs was renamed."}
    acts.conclude(fresh(first), by=cast.dora, **words)
    why = {"ground": "security", "reason": "x", "reason_for_recipient": "x"}
    revocation.revoke(request.reviews.get(), by=cast.bo, no_conflict=True, **why)
    deliver_due()
    read(cast)
    second = Deviation.objects.exclude(pk=first.pk).get()
    assert second.outcome_of_acts == "time" and second.acts.get().event == first.event


def test_what_nobody_asked_for_becomes_a_case_of_its_own(cast, standin):
    standin.pages = [[act("1"), act("2", unasked="A court ordered it.")]]
    read(cast)
    request = AccessRequest.objects.get()
    assert (request.received_by, request.external_id) == ("log", "LOG-1")
    assert str(request.get_status_display()) == "Åtkomst utan begäran"
    assert request.reviews.get().authority == cast.nis
    assert outcomes() == [("1", "no_grant"), ("2", "bypass")]
    assert {row.outcome_of_acts for row in Deviation.objects.all()} == {
        "no_grant",
        "bypass",
    }
    # What comes while it is looked at belongs to it.
    standin.pages.append([act("3")])
    read(cast)
    assert AccessRequest.objects.get() == request and Deviation.objects.count() == 2


def test_what_can_not_be_read_is_put_aside_together_and_stops_nothing(cast, standin):
    granted(cast, standin)
    future = act("5", at=timezone.now() + timedelta(hours=3))
    odd = [{"id": "1"}, "text", act("2", account="account-2"), future]
    naive = {**act("3"), "at": "2026-11-01T10:00:00"}
    standin.pages = [[*odd, naive, act("4")]]
    read(cast)
    assert outcomes() == [("4", "inside")]
    aside = Arrival.objects.get(result="not_taken")
    assert len(json.loads(aside.payload.text)) == 5
    assert aside.trouble.startswith("5 poster i loggen")


def test_a_gap_is_told_once_and_a_log_that_fails_waits_longer(cast, standin):
    since = timezone.now() - timedelta(days=3)
    missing = [since.isoformat(), (since + timedelta(hours=5)).isoformat()]
    page = {"acts": [act("1")], "missing": missing}
    standin.pages = [page, page, 503]
    read(cast)
    assert LogGap.objects.get().why == "It was not kept."
    position = LogPosition.objects.get()
    assert (position.cursor, position.failures) == ("2", 1)
    standin.pages[2] = []
    read(cast)  # not due yet
    assert LogPosition.objects.get().cursor == "2"
    with acting.at(timezone.now() + timedelta(minutes=2)):
        read(cast)
    position = LogPosition.objects.get()
    assert (position.cursor, position.failures, position.trouble) == ("3", 0, "")


def test_use_is_stated_when_access_has_ended_and_anew_when_an_act_comes_late(
    cast, standin
):
    request = granted(cast, standin)
    inside = timezone.now()
    read(cast)
    assert not AccessUse.objects.exists()
    with acting.at(inside + timedelta(hours=4)):
        standin.pages = [[]]
        read(cast)
        use = AccessUse.objects.get()
        assert (use.access_request, use.use, use.acts) == (request, "never", 0)
        standin.pages.append([act("1", at=inside)])
        read(cast)
    last = AccessUse.objects.order_by("number").last()
    assert (last.number, last.use, last.acts, last.outside) == (2, "used", 1, 0)


def test_from_an_act_outside_to_a_person_told_is_one_reading_and_one_sweep(
    staffed, inbox, standin
):
    granted(staffed, standin)
    sweep()
    before = len(inbox.mails)
    standin.pages = [[act("1", log="another")]]
    sweep()
    assert Deviation.objects.get().acts.count() == 1
    assert [mail["To"] for mail in inbox.mails[before:]] == [address_of("karin")]


def test_what_comes_late_on_a_case_that_is_closed_is_work_again(cast, standin):
    standin.cases["C-1"] = case("C-1")
    poll_all()
    decided(cast, "C-1", outcome="refused", granted_minutes=None)
    deliver_due()
    subject = SecrecyReview.objects.get()
    steps_case.close(subject, by=cast.karin)
    standin.pages.append([act("1", case="c-1")])
    read(cast)
    assert outcomes() == [("1", "no_grant")]
    row = Deviation.objects.get()
    assert row.review == subject and f"{row}: {subject}" in work_of(cast.dora)


def test_what_becomes_known_a_year_late_is_compared_with_what_was_granted_then(
    cast, standin
):
    request = granted(cast, standin)
    at = timezone.now()
    with acting.at(at + timedelta(days=360)):
        standin.pages = [[act("1", at=at), act("2", at=at + timedelta(days=100))]]
        read(cast)
    assert outcomes() == [("1", "inside"), ("2", "no_grant")]
    first = EventOutcome.objects.get(event__external_id="1")
    assert first.access_request == request


@pytest.mark.long
def test_a_thousand_at_once_are_taken_in_and_are_one_deviation(cast, standin):
    granted(cast, standin)
    same = [act(f"{n}", log="another") for n in range(1_000)]
    standin.pages = [same, [*reversed(same)]]
    read(cast)
    assert AccessEvent.objects.count() == 1_000
    assert Deviation.objects.get().acts.count() == 1_000
    assert read(cast) == []
