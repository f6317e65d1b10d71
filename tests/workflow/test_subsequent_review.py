"""What is decided at night, or by somebody who stood in, a second person looks at."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.law.rules import reasons_for
from requests_app.cases.review.models.afterwards import SubsequentReview
from requests_app.cases.review.rights import decision
from requests_app.cases.review.steps import afterwards, case, people
from requests_app.cases.review.steps import decision as steps_decision
from requests_app.cases.review.steps.decision import conclude
from requests_app.core.models import Outcome
from requests_app.core.people.models import Absence
from requests_app.core.step import WrongState
from requests_app.desk.overview import figures
from requests_app.desk.queue.everything import work_for
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from tests.helpers.people import DAY, NIGHT, delegate, engage, give, rewrite
from tests.helpers.refusals import fresh, refused

pytestmark = pytest.mark.django_db

Reason = SubsequentReview.Reason
Conclusion = SubsequentReview.Conclusion


def by_night(cast):
    return NIGHT


def registered_by_the_lawyer(cast):
    """The night before: what is decided by day rests on it."""
    return DAY


def by_a_substitute(cast):
    give(cast, cast.didrik, "decision_maker")
    with acting_as(cast.per):
        Absence.objects.create(
            person=cast.didrik,
            substitute=cast.bo,
            valid_from=DAY.date(),
            valid_to=DAY.date(),
        )
    return DAY


def unconfirmed(cast):
    row = cast.bo.roles.get(role="decision_maker")
    rewrite(
        row,
        confirmed_by=None,
        confirmed_at=None,
        given_at=DAY - timedelta(hours=1),
        usable_until=DAY + timedelta(hours=9),
    )
    return DAY


WAYS = {
    Reason.NIGHT: by_night,
    Reason.REGISTRATION: registered_by_the_lawyer,
    Reason.SUBSTITUTE: by_a_substitute,
    Reason.UNCONFIRMED: unconfirmed,
}
# A reservation asks more of the assessment, and striking off of the request.
USUAL = set(Outcome) - {Outcome.GRANTED_WITH_RESERVATION, Outcome.STRUCK_OFF}


def decided_at(cast, moment, outcome=Outcome.GRANTED, registrar=None, first=None):
    """A case from its request to its decision, at the moment."""
    with acting.at(moment):
        subject = cast.new()
        with acting.at(NIGHT - timedelta(days=1) if registrar else moment):
            by = registrar or cast.lena
            case.register(subject, by=by, public_subject="Access")
        if first is not None:
            people.assign(subject, by=cast.per, person=first)
        people.assign(subject, by=cast.per, person=cast.karin)
        cast.assess(subject)
        cast.propose(subject, outcome=outcome)
        steps_decision.decide(subject, by=cast.bo, no_conflict=True)
    return subject


def test_each_reason_has_its_way():
    assert set(WAYS) == set(Reason)


@pytest.mark.parametrize("outcome", sorted(USUAL))
@pytest.mark.parametrize("reason", list(Reason))
def test_each_outcome_is_looked_at_for_each_reason(cast, reason, outcome):
    moment = WAYS[reason](cast)
    registrar = cast.karin if reason == Reason.REGISTRATION else None
    subject = decided_at(cast, moment, outcome, registrar)
    row = subject.subsequent_reviews.get()
    assert row.reasons == [reason] and row.conclusion == ""
    assert (row.decision.outcome, row.due_at > moment) == (outcome, True)
    for other in Outcome:
        row.decision.outcome = other
        assert reasons_for(row.decision) == [reason]


def test_what_was_decided_by_day_in_the_usual_way_is_not(cast):
    subject = decided_at(cast, DAY)
    assert not subject.subsequent_reviews.exists()


def test_two_working_days_are_counted_over_a_weekend(cast):
    friday_night = NIGHT + timedelta(days=2)
    row = decided_at(cast, friday_night).subsequent_reviews.get()
    assert row.due_at.astimezone().date().isoformat() == "2026-03-10"


def look(cast, row, by, conclusion=Conclusion.STANDS, **more):
    with acting.at(NIGHT + timedelta(hours=11)):
        conclude(
            row,
            by=by,
            conclusion=conclusion,
            text="Looked at.",
            no_conflict=True,
            **more,
        )


def test_neither_decider_reviewer_nor_whoever_worked_it_looks(cast):
    row = decided_at(cast, NIGHT).subsequent_reviews.get()
    for person in (cast.bo, cast.karin, cast.lena, cast.per, cast.agnes, cast.didrik):
        words = {"conclusion": "stands", "text": "x", "no_conflict": True}
        refused(PermissionDenied, conclude, row, by=person, **words)
        assert row.pk not in {item.url.split("/")[-3] for item in work_for(person)}
    look(cast, row, cast.jonas)
    row = fresh(row)
    assert (row.conclusion, row.concluded_by) == ("stands", cast.jonas)


def test_whoever_has_worked_it_before_does_not_look(cast):
    row = decided_at(cast, NIGHT, first=cast.jonas).subsequent_reviews.get()
    words = {"conclusion": "stands", "text": "x", "no_conflict": True}
    with acting.at(NIGHT):
        refused(PermissionDenied, conclude, row, by=cast.jonas, **words)


@pytest.mark.parametrize("name", ["bo", "karin"])
def test_the_database_refuses_whoever_decided_or_prepared_it(cast, name):
    row = decided_at(cast, NIGHT).subsequent_reviews.get()
    person = getattr(cast, name)
    with (
        pytest.raises(DatabaseError, match="by another"),
        transaction.atomic(),
        acting.at(NIGHT),
        acting_as(person),
    ):
        row.conclusion, row.concluded_by, row.concluded_at = (
            "stands",
            person,
            acting.now(),
        )
        row.note = row.decision.motivation_internal
        row.save()


def test_the_database_refuses_a_decision_at_night_that_nobody_is_to_look_at(
    cast, monkeypatch
):
    monkeypatch.setattr(steps_decision, "order_if_needed", lambda _decision: None)
    with pytest.raises(DatabaseError, match="at night"):
        decided_at(cast, NIGHT)
        connection.check_constraints()


def test_it_is_work_until_it_is_concluded_and_late_when_its_time_is_out(cast):
    row = decided_at(cast, NIGHT).subsequent_reviews.get()
    with acting.at(NIGHT + timedelta(hours=11)):
        (item,) = [item for item in work_for(cast.jonas) if item.step_url]
        assert "utanför kontorstid" in item.wants and not item.alarm
        assert item.clock.kind == "subsequent"
    with acting.at(row.due_at + timedelta(minutes=1)):
        (item,) = [item for item in work_for(cast.jonas) if item.step_url]
        assert item.alarm and item.clock.is_out
        told = {figure.name: figure.value for figure in figures()}
        assert told["subsequent_reviews_open"] == told["subsequent_reviews_late"] == 1
    look(cast, row, cast.jonas)
    assert not [item for item in work_for(cast.jonas) if "subsequent" in item.url]


def test_a_new_decision_opens_the_case_again(cast):
    subject = decided_at(cast, NIGHT)
    look(cast, subject.subsequent_reviews.get(), cast.jonas, Conclusion.ANEW)
    assert fresh(subject).status == "in_assessment"


def test_what_can_not_be_changed_is_not_decided_anew_and_the_reverse(cast):
    subject = decided_at(cast, NIGHT)
    row = subject.subsequent_reviews.get()
    words = {"by": cast.jonas, "text": "x", "no_conflict": True}
    with acting.at(NIGHT):
        refused(ValidationError, conclude, row, conclusion="too_late", **words)
        refused(ValidationError, conclude, row, conclusion="stopped", **words)
        rewrite(subject.access_request, status="access_ended")
        error = refused(
            ValidationError, conclude, fresh(row), conclusion="anew", **words
        )
        assert "conclusion" in error.message_dict
    look(cast, fresh(row), cast.jonas, Conclusion.TOO_LATE)


def test_two_who_look_at_once(cast):
    row = decided_at(cast, NIGHT).subsequent_reviews.get()
    other = fresh(row)
    cilla = engage(cast, "cecilia", "decision_maker", cast.gsn)
    look(cast, row, cast.jonas)
    with pytest.raises((WrongState, PermissionDenied)):
        look(cast, other, cilla)


def test_whoever_has_not_said_that_they_have_no_conflict_is_asked(cast):
    row = decided_at(cast, NIGHT).subsequent_reviews.get()
    words = {"conclusion": "stands", "text": "x"}
    with acting.at(NIGHT):
        refused(ValidationError, conclude, row, by=cast.jonas, **words)


def test_a_stop_ends_it(cast):
    subject = decided_at(cast, NIGHT)
    with acting.at(NIGHT):
        afterwards.stop(subject, by=cast.bo, level="yes")
    row = subject.subsequent_reviews.get()
    assert (row.conclusion, row.note) == ("stopped", None)
    assert reasons_for(row.decision) == []


def test_an_item_that_names_a_person_lets_them_look(cast):
    row = decided_at(cast, NIGHT).subsequent_reviews.get()
    people.open_content(row.review, by=cast.dora, reason="To look at it")
    assert decision.can_look_again(cast.jonas, row)
    assert not decision.can_look_again(cast.dora, row)
    delegate(cast, person=cast.dora, made_by=cast.lena, valid_from=DAY.date())
    assert not decision.can_look_again(cast.dora, row)
    steps.confirm_delegation(
        DelegationRule.objects.get(person=cast.dora), by=cast.jonas
    )
    assert decision.can_look_again(cast.dora, row)
