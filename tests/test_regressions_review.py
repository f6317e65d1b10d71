"""Ways round the secrecy review that were found open, and are closed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from audit_app import clock
from audit_app.acting import acting
from requests_app import permissions
from requests_app.law.terms import ConditionTerm
from requests_app.models import (
    AssessmentAnswer,
    Condition,
    ConditionFollowUp,
    HarmTest,
    Proposal,
    Provision,
    Reservation,
    RoleAssignment,
    ServiceOfDecision,
    StandingAssessment,
    StandingReliance,
)
from requests_app.workflow import (
    assessment,
    assignment,
    consultation,
    decision,
    review,
    stop,
)
from requests_app.workflow.content import keep
from tests.admin.web import page, signed_in, step_url
from tests.cast import MAILBOX, SITE, hours, provision
from tests.law.test_paths import assessed
from tests.workflow.test_asking import asked, visible
from tests.workflow.test_revisions import arrive
from tests.workflow.test_rules import fresh, refused

pytestmark = pytest.mark.django_db


def refuses(match, act, by):
    """The database does, when the application's own role writes it signed by `by`."""
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), acting(by):
        act()


# -- Reading -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["assess", "propose", "ask", "record-answer"])
def test_a_stop_at_another_authority_closes_the_pages_that_show_the_case(cast, name):
    shared = cast.request(objects=(MAILBOX, SITE))
    ours = shared.reviews.get(authority=cast.gsn)
    theirs = shared.reviews.get(authority=cast.snc)
    review.register(ours, by=cast.lena, public_subject="A", protected_subject="B")
    assignment.take(ours, by=cast.karin)
    cast.assess(ours)
    stop.stop(fresh(theirs), by=cast.rut, level="suspected")
    karin = signed_in(cast.karin)
    assert not permissions.can_read(cast.karin, fresh(ours))
    assert karin.get(step_url(ours, name)).status_code == 403
    for button in ("do", "draft", "add"):
        assert karin.post(step_url(ours, name), {button: "1"}).status_code == 403


def test_no_button_on_an_old_form_shows_a_stopped_case(cast):
    subject = cast.assessed()
    stop.stop(subject, by=cast.karin, level="suspected")
    karin = signed_in(cast.karin)
    for name in ("assess", "propose"):
        for button in ("do", "draft", "add"):
            told = karin.post(step_url(subject, name), {button: "1"})
            assert told.status_code == 403
            assert b"corrupted" not in told.content


def test_who_has_gone_to_another_authority_is_asked_no_more(cast):
    made = asked(cast, cast.assigned())[0]
    role = RoleAssignment.objects.get(person=cast.ines)
    with acting(cast.pia):
        role.valid_to = permissions.today() - timedelta(days=1)
        role.save()
        RoleAssignment.objects.create(
            person=cast.ines,
            role="information_owner",
            authority=cast.snc,
            valid_from=permissions.today(),
            reason="A new post",
            given_by=cast.pia,
        )
    assert visible(cast.ines) == set()
    words = {"opinion": "Ja", "no_conflict": True}
    refused(PermissionDenied, consultation.answer, fresh(made), by=cast.ines, **words)
    assert signed_in(cast.ines).get(page(made)).status_code == 404


# -- Granting ------------------------------------------------------------------------


def test_an_answer_is_given_anew_when_what_it_was_confirmed_on_has_changed(cast):
    subject = cast.assigned(engineer_country="DE")
    cast.assess(subject)
    assert fresh(subject).answers.get(node="N9.country").answer == "eea"
    arrive(cast, engineer_country="IN")
    with pytest.raises(ValidationError):
        cast.propose(fresh(subject))
    again = fresh(subject)
    cast.assess(again, answers={"N9.country": "third", "N9.transfer": "clauses"})
    cast.propose(again)


def test_a_version_that_has_not_begun_is_not_what_is_tested(cast):
    coming = Provision.objects.filter(
        code="OSL-23-2-st1", valid_from__gt=permissions.today()
    ).get()
    subject = cast.assigned()
    tested = [assessment.HarmTestInput(coming, "does_not_apply", "Not yet.")]
    cast.assess(subject, tested=tested, ground="none")
    assert not fresh(subject).harm_tests.exists()
    with pytest.raises(ValidationError):
        cast.propose(fresh(subject))


# -- Rewriting -----------------------------------------------------------------------


def test_an_opinion_stays_as_it_was_given(cast):
    made = asked(cast, cast.assigned())[0]
    consultation.answer(made, by=cast.ines, opinion="Nej", no_conflict=True)
    other = keep("Ja")
    for change in (
        {"opinion": other},
        {"status": "open"},
        {"question": other},
        {"person": cast.dora},
    ):
        row = fresh(made)
        for name, value in change.items():
            setattr(row, name, value)
        refuses("consultation", row.save, cast.ines)
    refuses("kept", fresh(made).delete, cast.ines)


def test_an_opinion_is_given_by_who_is_asked_and_in_their_own_name(cast):
    subject = cast.assigned()
    row = fresh(asked(cast, subject)[0])
    row.opinion, row.status, row.answered_at = keep("Ja"), "answered", clock.now()
    refuses("consultation", row.save, cast.karin)
    row.pk, row.id = None, None
    row._state.adding = True
    refuses("consultation", row.save, cast.karin)


def test_the_assessment_stays_as_it_was_when_it_is_proposed_and_decided(cast):
    for subject in (cast.proposed(number="1"), cast.decided(number="2")):
        test, answer = subject.harm_tests.first(), subject.answers.first()
        test.outcome = "does_not_apply"
        answer.answer = "no"
        for row in (test, answer):
            refuses("not open", row.save, cast.karin)
            refuses("kept", fresh(row).delete, cast.karin)
        more = {
            "review": subject,
            "answered_by": cast.karin,
            "answered_at": clock.now(),
        }
        refuses(
            "not open",
            lambda more=more: AssessmentAnswer.objects.create(
                **more, node="N99", question="?", answer="yes"
            ),
            cast.karin,
        )
        refuses(
            "not open",
            lambda more=more: HarmTest.objects.create(
                **more,
                provision=provision("OSL-21-1"),
                harm_test="straight",
                outcome="does_not_apply",
            ),
            cast.karin,
        )


def test_nobody_assesses_in_anothers_name(cast):
    subject = cast.assessed()
    row = subject.harm_tests.first()
    row.outcome = "does_not_apply"
    refuses("own name", row.save, cast.bo)


def test_what_is_proposed_is_not_taken_away(cast):
    subject = cast.proposed("refused")
    refuses("kept", subject.proposals.get().delete, cast.karin)


def test_a_decision_relies_on_nothing_more_afterwards(cast):
    subject = cast.decided()
    other = StandingAssessment.objects.filter(authority=cast.snc).first()
    refuses(
        "open proposal",
        lambda: StandingReliance.objects.create(
            review=subject,
            proposal=subject.proposals.get(),
            standing_assessment=other,
        ),
        cast.karin,
    )


@pytest.mark.parametrize(
    "authority, provider", [("SNC", "Microsoft"), ("GSN", "Exempelmoln")]
)
def test_a_grant_relies_on_its_own_authority_and_provider(cast, authority, provider):
    subject = assessed(cast, "applies")
    foreign = StandingAssessment.objects.get(
        authority__code=authority, provider__name=provider
    )
    with acting(cast.karin):
        proposal = Proposal.objects.create(
            review=subject,
            proposed_by=cast.karin,
            proposed_at=clock.now(),
            outcome="granted",
            revision=1,
            object_ids=[],
            motivation_internal=keep("x"),
            motivation_for_recipient=keep("x"),
        )
    refuses(
        "standing assessment",
        lambda: StandingReliance.objects.create(
            review=subject, proposal=proposal, standing_assessment=foreign
        ),
        cast.karin,
    )


def test_a_service_is_of_the_reviews_own_decision_and_not_before_it(cast):
    one, two = cast.decided(number="1"), cast.decided(number="2")
    made = one.decisions.get()
    true = {
        "review": one,
        "decision": made,
        "served_at": made.decided_at,
        "way": "hand",
        "recipient": "Ann",
        "recorded_by": cast.lena,
        "recorded_at": clock.now(),
    }
    for change in (
        {"review": two},
        {"served_at": hours(-24)},
        {"recorded_by": cast.karin},
    ):
        refuses(
            "service",
            lambda change=change: ServiceOfDecision.objects.create(
                **{**true, **change}
            ),
            cast.lena,
        )


def test_what_is_said_of_a_condition_is_said_of_a_decided_one(cast):
    decided, open_one = (cast.assessed(number=number) for number in "12")
    for subject in (decided, open_one):
        cast.propose(subject, conditions=[ConditionTerm("no_copying", "Copy nothing.")])
    decision.decide(decided, by=cast.bo, no_conflict=True)
    true = {
        "condition": decided.conditions.get(),
        "review": decided,
        "is_kept": True,
        "noted_by": cast.karin,
        "noted_at": clock.now(),
    }
    for change in (
        {"condition": open_one.conditions.get(), "review": open_one},
        {"review": open_one},
        {"noted_by": cast.bo},
    ):
        refuses(
            "condition",
            lambda change=change: ConditionFollowUp.objects.create(
                **{**true, **change}
            ),
            cast.karin,
        )


@pytest.mark.django_db(transaction=True)
def test_nothing_is_slipped_in_between_the_proposal_and_the_decision(cast):
    subject = cast.proposed()
    rows = {"review": subject, "proposal": subject.proposals.get()}
    refuses(
        "open proposal",
        lambda: Condition.objects.create(
            **rows, kind="other", nature="contractual", text=keep("More")
        ),
        cast.bo,
    )
    refuses(
        "open proposal",
        lambda: Reservation.objects.create(**rows, bound="x", prohibition=keep("y")),
        cast.bo,
    )
