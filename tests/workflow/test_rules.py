"""The rules of the steps: state, person, four eyes, and what the law forbids.

Each refusal shares its set-up with the step that succeeds, and changes nothing.
"""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import clock
from audit_app.acting import acting
from requests_app.law.terms import ReservationTerm
from requests_app.models import DelegationRule, Delivery, SecrecyReview
from requests_app.workflow import (
    access,
    assignment,
    conflict,
    decision,
    delivery,
    lapse,
    merging,
    proposal,
    review,
    routing,
    stop,
    withdrawal,
)
from requests_app.workflow.machine_accounts import machine_account
from requests_app.workflow.step import ChangedSince, WrongState
from tests.cast import MAILBOX, SITE, hours
from tests.helpers.snapshot import snapshot

pytestmark = pytest.mark.django_db
Status = SecrecyReview.Status


def refused(error, step, subject, **fields):
    before = snapshot()
    with pytest.raises(error) as caught:
        step(subject, **fields)
    assert snapshot() == before
    return caught.value


def fresh(subject):
    return type(subject).objects.get(pk=subject.pk)


# -- Register ------------------------------------------------------------------------


def test_the_registrar_registers_in_our_own_series(cast):
    first, second = cast.registered(number="EXSR1"), cast.registered(number="EXSR2")
    year = clock.now().year
    assert first.diary_number == f"GSN {year}-0001"
    assert second.diary_number == f"GSN {year}-0002"


def test_a_number_from_the_citys_diary_is_kept_as_typed(cast):
    subject = cast.new()
    review.register(subject, by=cast.lena, public_subject="A", diary_number="N 12/26")
    assert subject.diary_number == "N 12/26"
    assert cast.registered(number="EXSR2").diary_number.endswith("-0001")


def test_another_authoritys_registrar_does_not_register(cast):
    refused(
        PermissionDenied, review.register, cast.new(), by=cast.rut, public_subject="A"
    )


def test_a_review_is_registered_once(cast):
    error = refused(
        WrongState,
        review.register,
        cast.registered(),
        by=cast.lena,
        public_subject="B",
    )
    assert "GSN" in str(error)


# -- Assign --------------------------------------------------------------------------


def test_an_unregistered_review_is_not_assigned(cast):
    refused(WrongState, assignment.assign, cast.new(), by=cast.per, person=cast.karin)


def test_the_registrar_does_not_assign(cast):
    refused(
        PermissionDenied,
        assignment.assign,
        cast.registered(),
        by=cast.lena,
        person=cast.karin,
    )


def test_somebody_from_another_authority_needs_a_basis(cast):
    subject = cast.registered()
    refused(ValidationError, assignment.assign, subject, by=cast.per, person=cast.cilla)
    assignment.assign(subject, by=cast.per, person=cast.cilla, basis="OSL 2:1, avtal 7")
    assert subject.case_officer == cast.cilla
    assert subject.assignments.get().basis == "OSL 2:1, avtal 7"


def test_a_new_case_officer_takes_the_rights_of_the_old(cast):
    subject = cast.assigned()
    assignment.assign(subject, by=cast.per, person=cast.jonas, reason="Ill")
    refused(PermissionDenied, cast_assess(cast, cast.karin), subject)
    cast.assess(subject, by=cast.jonas)
    old = subject.assignments.get(person=cast.karin)
    assert (old.end_reason, old.ended_at is not None) == ("Ill", True)


def cast_assess(cast, person):
    return lambda subject: cast.assess(subject, by=person)


def test_a_lawyer_takes_a_case_nobody_works_on_but_not_anothers(cast):
    subject = cast.registered()
    assignment.take(subject, by=cast.karin)
    assert subject.case_officer == cast.karin
    refused(PermissionDenied, assignment.take, subject, by=cast.jonas)


# -- Conflict of interest ------------------------------------------------------------


def test_nobody_takes_part_without_a_declaration(cast):
    subject = cast.assigned()
    error = refused(
        ValidationError, lambda s: cast.assess(s, no_conflict=False), subject
    )
    assert "no_conflict" in error.message_dict


def test_a_conflict_shuts_the_case_officer_out_at_once(cast):
    subject = cast.proposed()
    conflict.declare(
        subject,
        by=cast.karin,
        stage="assessment",
        has_conflict=True,
        ground="close",
        text="My brother",
    )
    assert (subject.status, subject.case_officer) == (Status.REGISTERED, None)
    assert not subject.proposals.filter(status="open").exists()
    refused(
        PermissionDenied,
        cast_assess(cast, cast.karin),
        subject_in(subject, Status.ASSIGNED, cast),
    )


def subject_in(subject, _status, cast):
    assignment.assign(subject, by=cast.per, person=cast.jonas)
    return subject


def test_who_has_a_conflict_is_not_assigned(cast):
    subject = cast.registered()
    conflict.declare(
        subject, by=cast.karin, stage="assessment", has_conflict=True, ground="close"
    )
    refused(ValidationError, assignment.assign, subject, by=cast.per, person=cast.karin)


# -- Assess and propose --------------------------------------------------------------


def test_only_the_case_officer_assesses(cast):
    subject = cast.assigned()
    for person in (cast.jonas, cast.bo, cast.per, cast.lena, cast.cilla, cast.agnes):
        refused(PermissionDenied, cast_assess(cast, person), fresh(subject))
    cast.assess(subject)


def test_suspected_security_protection_stops_the_review_and_keeps_no_text(cast):
    subject = cast.assigned()
    secret = "the war organisation"
    cast.assess(subject, security_protection="suspected", ground_motivation=secret)
    assert subject.status == Status.STOPPED
    assert subject.protected_subject is None
    assert not subject.answers.exists() and not subject.harm_tests.exists()
    assert secret.encode() not in b"".join(
        bytes(row.body)
        for row in type(subject.access_request.justification).objects.all()
    )
    refused(WrongState, cast.propose, subject)


def test_secrecy_that_applies_is_not_broken_without_a_ground(cast):
    subject = cast.assigned()
    cast.assess(subject, ground="none")
    refused(ValidationError, cast.propose, subject)
    cast.propose(subject, outcome="refused")
    assert subject.status == Status.PROPOSED


def test_a_provision_that_the_information_set_names_is_tested_before_a_grant(cast):
    subject = cast.assigned()
    cast.assess(subject, tested=[cast.tested("OSL-21-7", "does_not_apply")])
    error = refused(ValidationError, cast.propose, subject)
    assert "23 kap. 2 §" in str(error)


def test_a_risk_that_a_reservation_removes_must_be_reserved(cast):
    subject = cast.assigned()
    cast.assess(
        subject,
        tested=[cast.tested("OSL-23-2-st1", "applies_unless_reserved")],
        ground="none",
    )
    refused(ValidationError, cast.propose, subject)
    refused(
        ValidationError,
        lambda s: cast.propose(s, outcome="granted_with_reservation"),
        fresh(subject),
    )
    reserved = ReservationTerm("The engineer", "Tell nobody")
    cast.propose(subject, outcome="granted_with_reservation", reservations=[reserved])


def test_absolute_secrecy_is_neither_reserved_nor_tested_away(cast):
    subject = cast.assigned()
    for outcome in ("applies_unless_reserved", "does_not_apply"):
        refused(
            ValidationError,
            lambda s, o=outcome: cast.assess(s, tested=[cast.tested("OSL-26-3", o)]),
            fresh(subject),
        )


def test_a_request_that_is_not_genuine_is_not_granted(cast):
    subject = cast.assigned()
    cast.assess(subject, genuine="no")
    refused(ValidationError, cast.propose, subject)


@pytest.mark.parametrize("minutes", [None, 0, 241])
def test_a_grant_has_a_length_that_the_product_allows(cast, minutes):
    refused(
        ValidationError,
        lambda s: cast.propose(s, granted_minutes=minutes),
        cast.assessed(),
    )


def test_a_case_officer_takes_their_proposal_back(cast):
    subject = cast.proposed()
    proposal.withdraw_proposal(subject, by=cast.karin, reason="Wrong length")
    assert subject.status == Status.IN_ASSESSMENT


# -- Decide --------------------------------------------------------------------------


def test_another_person_decides_and_the_rule_is_copied(cast):
    subject = cast.decided()
    made = subject.decisions.get()
    assert made.decided_by == cast.bo and made.rapporteur == cast.karin
    assert made.delegation_snapshot["item_no"] == "4.7"
    assert made.delegation_snapshot["board_decision"] == "2020-01-15 § 7"


def entered_again(subject, **changes):
    """The authority's one item ends, and stands as another with these changes."""
    rule = DelegationRule.objects.get(authority=subject.authority)
    with acting(machine_account("system")):
        rule.valid_to = rule.valid_from
        rule.save()
        rule.pk, rule.valid_to = None, None
        for name, value in changes.items():
            setattr(rule, name, value)
        rule.save()


def test_a_reviewer_does_not_decide_their_own_proposal(cast):
    subject = cast.proposed()
    entered_again(subject, role="legal_reviewer")
    refused(PermissionDenied, decision.decide, subject, by=cast.karin, no_conflict=True)
    decision.decide(subject, by=cast.jonas, no_conflict=True)


def test_nobody_decides_without_a_rule_for_the_outcome(cast):
    subject = cast.proposed()
    entered_again(subject, outcomes=["refused"])
    refused(PermissionDenied, decision.decide, subject, by=cast.bo, no_conflict=True)


def test_a_rule_that_has_ended_gives_no_right(cast):
    subject = cast.proposed()
    with acting(machine_account("system")):
        rule = DelegationRule.objects.get(authority=subject.authority)
        rule.valid_to = (clock.now() - (hours(48) - clock.now())).date()
        rule.save()
    refused(PermissionDenied, decision.decide, subject, by=cast.bo, no_conflict=True)


def test_another_authoritys_decision_maker_does_not_decide(cast):
    refused(
        PermissionDenied,
        decision.decide,
        cast.proposed(),
        by=cast.didrik,
        no_conflict=True,
    )


def test_no_machine_decides(cast):
    refused(
        PermissionDenied,
        decision.decide,
        cast.proposed(),
        by=cast.sweeper,
        no_conflict=True,
    )


def test_a_second_decision_says_who_was_first(cast):
    subject = cast.proposed()
    late = fresh(subject)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    error = refused(WrongState, decision.decide, late, by=cast.bo, no_conflict=True)
    assert "Bo Test" in str(error)


def test_a_returned_proposal_goes_back_with_its_comment(cast):
    subject = cast.proposed()
    decision.return_proposal(
        subject, by=cast.bo, comment="Shorter, please", no_conflict=True
    )
    assert subject.status == Status.IN_ASSESSMENT
    assert subject.proposals.get().returned_comment.text == "Shorter, please"
    refused(PermissionDenied, lambda s: cast.propose(s, by=cast.jonas), fresh(subject))
    cast.propose(subject, granted_minutes=60)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    assert subject.decisions.get().granted_minutes == 60


def test_a_form_opened_before_somebody_elses_step_is_refused_with_its_reason(cast):
    subject = cast.assessed()
    opened = fresh(subject)
    cast.assess(subject, ground_motivation="More")
    error = refused(ChangedSince, cast.propose, opened)
    assert "Karin Test" in str(error)


# -- Correct, reconsider, supersede --------------------------------------------------


def test_a_correction_stands_beside_the_decision(cast):
    subject = cast.decided()
    made = subject.decisions.get()
    decision.correct(subject, by=cast.bo, text="S-17 should read O-17")
    assert subject.decisions.get() == made
    assert made.corrections.get().text.text == "S-17 should read O-17"


def test_a_new_decision_supersedes_the_old_and_its_answer(cast):
    subject = cast.decided()
    first = subject.decisions.get()
    decision.reconsider(subject, by=cast.bo, reason="New facts")
    assert not subject.access_request.deliveries.filter(status="open").exists()
    cast.propose(subject, outcome="refused")
    decision.decide(subject, by=cast.bo, no_conflict=True)
    second = subject.decisions.get(superseded_by=None)
    assert second.supersedes == first
    task = subject.access_request.deliveries.get(status="open")
    assert task.answer == Delivery.Answer.DENY


def test_a_refusal_while_access_runs_orders_it_taken_back(cast):
    subject = cast.answered()
    decision.reconsider(fresh(subject), by=cast.bo, reason="The engineer copied files")
    subject = fresh(subject)
    cast.propose(subject, outcome="refused")
    decision.decide(subject, by=cast.bo, no_conflict=True)
    task = subject.access_request.deliveries.get(status="open")
    assert task.answer == Delivery.Answer.REVOKE
    cast.confirm(task)
    grant = subject.access_request.grants.get()
    assert (grant.status, grant.end_reason) == ("ended", "revoked")


# -- Answer, access, close -----------------------------------------------------------


def test_only_the_executor_confirms_an_answer(cast):
    task = cast.decided().access_request.deliveries.get()
    for person in (cast.karin, cast.bo, cast.lena, cast.sam):
        refused(
            PermissionDenied,
            delivery.confirm,
            Delivery.objects.get(pk=task.pk),
            by=person,
            given_at=clock.now(),
            no_conflict=True,
        )
    cast.confirm(task)


def test_an_answer_is_confirmed_once_and_not_before_the_decision(cast):
    task = cast.decided().access_request.deliveries.get()
    refused(ValidationError, lambda t: cast.confirm(t, given_at=hours(-1)), fresh(task))
    refused(ValidationError, lambda t: cast.confirm(t, given_at=hours(1)), fresh(task))
    late = fresh(task)
    cast.confirm(task)
    refused(WrongState, cast.confirm, late)


def test_a_case_is_not_closed_while_access_runs(cast):
    subject = fresh(cast.answered())
    refused(WrongState, review.close, subject, by=cast.karin)


def test_a_product_without_revocation_refuses_to_revoke(cast):
    grant = cast.answered().access_request.grants.get()
    product = grant.access_request.connection.product
    with acting(machine_account("system")):
        product.revocation = "no"
        product.save()
    why = {"reason": "x", "reason_for_recipient": "Stop"}
    refused(WrongState, access.revoke, fresh(grant), by=cast.bo, **why)


def test_revoking_gives_the_executor_a_task_and_nothing_ends_before_it_is_done(cast):
    grant = cast.answered().access_request.grants.get()
    why = {"reason": "Outside its scope", "reason_for_recipient": "Stop at once"}
    refused(PermissionDenied, access.revoke, fresh(grant), by=cast.karin, **why)
    task = access.revoke(grant, by=cast.bo, **why)
    assert fresh(grant).status == "open"
    assert (task.text.text, grant.end_note.text) == (
        "Stop at once",
        "Outside its scope",
    )
    refused(WrongState, access.revoke, fresh(grant), by=cast.bo, **why)
    cast.confirm(task)
    assert fresh(grant).end_reason == "revoked"


def test_access_ends_early_when_the_provider_is_done(cast):
    grant = cast.answered().access_request.grants.get()
    access.end_access(grant, by=cast.karin, account="Repaired")
    assert (grant.status, grant.end_reason) == ("ended", "completed")


# -- Withdraw, lapse, route ----------------------------------------------------------


def test_a_withdrawn_request_is_struck_off_by_somebody_else(cast):
    subject = cast.assigned()
    withdrawal.withdraw(subject.access_request, by=cast.karin, reason="Mail 14.02")
    subject = fresh(subject)
    assert subject.proposals.get().outcome == "struck_off"
    decision.decide(subject, by=cast.bo, no_conflict=True)
    assert subject.access_request.deliveries.count() == 0
    review.close(subject, by=cast.karin)
    assert fresh(subject.access_request).status == "closed"


def test_a_review_is_registered_before_it_is_decided(cast):
    subject = cast.new()
    withdrawal.withdraw(subject.access_request, by=cast.lena, reason="Mail")
    subject = fresh(subject)
    refused(WrongState, decision.decide, subject, by=cast.bo, no_conflict=True)


def test_silence_lapses_and_is_no_decision(cast):
    subject = cast.proposed()
    request = subject.access_request
    with clock.at(hours(13)):
        assert lapse.sweep_request(request, by=cast.sweeper) == ["lapsed"]
        assert lapse.sweep_request(request, by=cast.sweeper) == []
    subject = fresh(subject)
    assert subject.status == Status.LAPSED and not subject.decisions.exists()
    refused(WrongState, decision.decide, subject, by=cast.bo, no_conflict=True)


def test_a_decision_that_was_not_answered_in_time_lapses_too(cast):
    subject = cast.decided()
    with clock.at(hours(13)):
        lapse.sweep_request(subject.access_request, by=cast.sweeper)
    task = subject.access_request.deliveries.get()
    assert task.status == Delivery.Status.LAPSED
    with clock.at(hours(14)):
        refused(WrongState, cast.confirm, fresh(task))
    # What was clicked before it lapsed is told as it was.
    with clock.at(hours(14)):
        cast.confirm(task, given_at=hours(1))
    assert fresh(subject.access_request).status in ("access_open", "access_ended")


def test_an_unknown_object_is_routed_by_who_runs_the_tenant_and_remembered(cast):
    request = cast.request(objects=("new@skola.example",))
    assert not request.reviews.exists()
    row = request.requested_objects.get()
    refused(
        PermissionDenied,
        routing.route,
        request,
        by=cast.lena,
        authority=cast.gsn,
        objects=[row],
    )
    system = request.connection.systems.get()
    routing.route(
        request,
        by=cast.nils,
        authority=cast.gsn,
        objects=[row],
        system=system,
        kind="mailbox",
        designation="O-99",
    )
    assert request.reviews.get().authority == cast.gsn
    again = cast.request(number="EXSR2", objects=("NEW@skola.example",))
    assert again.reviews.get().authority == cast.gsn


def test_a_wrongly_routed_review_is_handed_over_and_stays_as_a_record(cast):
    subject = cast.registered()
    right = routing.reroute(subject, by=cast.lena, authority=cast.snc, reason="Theirs")
    assert (subject.status, subject.requested_objects.count()) == (Status.REROUTED, 0)
    assert right.authority == cast.snc and right.requested_objects.count() == 1


def test_a_double_is_merged_and_keeps_its_rows(cast):
    right, double = cast.request(number="EXSR1"), cast.request(number="EXSR1 ")
    merging.merge(double, by=cast.lena, into=right, reason="Typed twice")
    assert double.status == "merged" and double.merged_into == right
    assert double.reviews.get().status == Status.MERGED
    refused(
        ValidationError,
        merging.merge,
        cast.request(number="X"),
        by=cast.lena,
        into=double,
        reason="x",
    )


# -- Several authorities -------------------------------------------------------------


@pytest.fixture
def shared(cast):
    """One request for an object of each board: two reviews, one answer."""
    request = cast.request(objects=(MAILBOX, SITE))
    return request.reviews.get(authority=cast.gsn), request.reviews.get(
        authority=cast.snc
    )


def work(cast, subject, lawyer, outcome, decider):
    registrar = cast.lena if subject.authority.code == "GSN" else cast.rut
    review.register(subject, by=registrar, public_subject="A")
    assignment.take(subject, by=lawyer)
    code = "OSL-23-2-st1" if subject.authority.code == "GSN" else "OSL-26-1"
    cast.assess(subject, by=lawyer, tested=[cast.tested(code, "applies")])
    cast.propose(subject, by=lawyer, outcome=outcome)
    decision.decide(subject, by=decider, no_conflict=True)


def test_approve_waits_for_every_authority(cast, shared):
    gsn, snc = shared
    work(cast, fresh(gsn), cast.karin, "granted", cast.bo)
    request = fresh(gsn.access_request)
    assert request.status == "in_review" and not request.deliveries.exists()
    work(cast, fresh(snc), cast.cilla, "granted", cast.didrik)
    assert request.deliveries.get().answer == Delivery.Answer.APPROVE


def test_the_first_refusal_sends_deny(cast, shared):
    gsn, snc = shared
    work(cast, fresh(snc), cast.cilla, "refused", cast.didrik)
    request = fresh(gsn.access_request)
    assert request.deliveries.get().answer == Delivery.Answer.DENY


def test_for_a_product_without_parts_partly_is_deny(cast):
    subject = cast.decided("partially_granted")
    assert subject.access_request.deliveries.get().answer == Delivery.Answer.DENY


def test_a_stop_at_one_authority_holds_the_answer_back(cast, shared):
    gsn, snc = shared
    work(cast, fresh(gsn), cast.karin, "granted", cast.bo)
    stop.stop(fresh(snc), by=cast.rut, level="suspected")
    assert not fresh(gsn.access_request).deliveries.exists()
