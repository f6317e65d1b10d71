"""Who works a case: assigned, joined, handed over, named; roles and delegations."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from audit_app import clock
from audit_app.acting import acting
from requests_app import permissions
from requests_app.models import (
    Absence,
    Assignment,
    CloudObject,
    CloudObjectInformationSet,
    DelegationRule,
    InformationSet,
    RoleAssignment,
    SecrecyReview,
    SecurityClassification,
)
from requests_app.selectors.queue.upkeep import upkeep_for
from requests_app.workflow import (
    assignment,
    conflict,
    decision,
    named_list,
    review,
    role,
)
from requests_app.workflow.step import WrongState
from tests.cast import MAILBOX
from tests.workflow.test_rules import refused

pytestmark = pytest.mark.django_db


def sees(person, subject):
    by_list = permissions.visible_to(person).filter(pk=subject.pk).exists()
    assert by_list == permissions.can_view(person, subject)
    explained = {sight.person.pk for sight in permissions.who_can_see(subject)}
    assert by_list == (person.pk in explained)
    return by_list


def test_the_assigned_person_acknowledges_once(cast):
    subject = cast.assigned()
    running = subject.assignments.get()
    assert running.acknowledged_at is None
    refused(PermissionDenied, assignment.acknowledge, subject, by=cast.jonas)
    assignment.acknowledge(subject, by=cast.karin)
    running.refresh_from_db()
    assert running.acknowledged_at is not None
    refused(WrongState, assignment.acknowledge, subject, by=cast.karin)


def test_who_assesses_has_taken_the_case_on(cast):
    subject = cast.assigned()
    cast.assess(subject)
    assert subject.assignments.get().acknowledged_at is not None


def test_who_takes_a_case_has_acknowledged_it(cast):
    subject = cast.registered()
    assignment.take(subject, by=cast.karin)
    assert subject.assignments.get().acknowledged_at is not None


def test_several_work_a_review_and_none_of_them_decides(cast):
    subject = cast.assigned()
    assignment.add_reviewer(subject, by=cast.per, person=cast.jonas, reason="Much")
    refused(
        WrongState,
        assignment.add_reviewer,
        subject,
        by=cast.per,
        person=cast.jonas,
        reason="Again",
    )
    cast.assess(subject, by=cast.jonas)
    cast.propose(subject, no_conflict=True)
    refused(PermissionDenied, decision.decide, subject, by=cast.jonas)
    kinds = set(subject.assignments.values_list("kind", flat=True))
    assert kinds == {"officer", "co"}


def test_a_co_reviewer_who_leaves_works_no_more(cast):
    subject = cast.assigned()
    assignment.add_reviewer(subject, by=cast.per, person=cast.jonas, reason="Much")
    refused(
        ValidationError,
        assignment.remove_reviewer,
        subject,
        by=cast.per,
        person=cast.karin,
        reason="x",
    )
    assignment.remove_reviewer(
        subject, by=cast.per, person=cast.jonas, reason="Done with it"
    )
    assert not permissions.involvement(cast.jonas, subject).works
    assert permissions.involvement(cast.karin, subject).works


def test_a_co_reviewer_made_officer_has_one_running_assignment(cast):
    subject = cast.assigned()
    assignment.add_reviewer(subject, by=cast.per, person=cast.jonas, reason="Much")
    assignment.assign(subject, by=cast.per, person=cast.jonas, reason="Takes over")
    running = Assignment.objects.get(review=subject, ended_at=None)
    assert (running.person, running.kind) == (cast.jonas, "officer")
    assert permissions.involvement(cast.jonas, subject).works


def test_a_conflict_shuts_a_co_reviewer_out_at_once(cast):
    subject = cast.assigned()
    assignment.add_reviewer(subject, by=cast.per, person=cast.jonas, reason="Much")
    conflict.declare(
        subject, by=cast.jonas, stage="assessment", has_conflict=True, ground="close"
    )
    assert not sees(cast.jonas, subject)
    assert subject.assignments.filter(person=cast.jonas, ended_at=None).count() == 0
    assert SecrecyReview.objects.get(pk=subject.pk).case_officer == cast.karin


def test_a_leavers_cases_are_handed_over_all_or_none(cast):
    cases = [cast.assigned(number=f"H{number}") for number in range(3)]
    given = assignment.hand_over(
        cases, by=cast.per, person=cast.jonas, reason="Karin leaves"
    )
    assert given == 3
    officers = {row.case_officer for row in SecrecyReview.objects.all()}
    assert officers == {cast.jonas}


def test_nothing_is_handed_over_when_one_case_can_not_be(cast):
    cases = [cast.assigned(number=f"H{number}") for number in range(2)]
    assignment.assign(cases[1], by=cast.per, person=cast.jonas, reason="Ill")
    conflict.declare(
        cases[1], by=cast.jonas, stage="assessment", has_conflict=True, ground="close"
    )
    assignment.assign(cases[1], by=cast.per, person=cast.karin, reason="Back")
    refused(
        ValidationError,
        assignment.hand_over,
        cases,
        by=cast.per,
        person=cast.jonas,
        reason="Karin leaves",
    )
    officers = {row.case_officer for row in SecrecyReview.objects.all()}
    assert officers == {cast.karin}


def test_the_manager_is_told_of_a_case_whose_officer_has_left(cast):
    subject = cast.assigned()
    assert not [item for item in upkeep_for(cast.per) if item.name == str(subject)]
    row = RoleAssignment.objects.get(person=cast.karin)
    with acting(cast.per):
        row.valid_to = permissions.today() - timedelta(days=1)
        row.save()
    (item,) = [item for item in upkeep_for(cast.per) if item.name == str(subject)]
    assert "Karin" in item.alarm


# -- Named list ----------------------------------------------------------------------


def test_no_role_opens_a_review_on_a_named_list(cast):
    subject = cast.assigned()
    everyone = [cast.lena, cast.per, cast.karin, cast.jonas, cast.bo, cast.agnes]
    assert all(sees(person, subject) for person in everyone)
    named_list.close_list(subject, by=cast.bo, reason="A staff matter")
    left = [person.username for person in everyone if sees(person, subject)]
    assert left == ["karin", "bo"]
    refused(
        PermissionDenied,
        named_list.name_person,
        subject,
        by=cast.lena,
        person=cast.lena,
        reason="Curious",
    )
    named_list.name_person(
        subject, by=cast.bo, person=cast.lena, reason="Keeps the register"
    )
    assert sees(cast.lena, subject)
    assert permissions.involvement(cast.lena, subject).registers
    named_list.unname_person(
        subject, by=cast.bo, person=cast.lena, reason="The register is kept"
    )
    assert not sees(cast.lena, subject)
    refused(
        ValidationError,
        named_list.unname_person,
        subject,
        by=cast.bo,
        person=cast.bo,
        reason="x",
    )


def test_a_set_on_a_named_list_closes_its_reviews_at_intake(cast):
    held = InformationSet.objects.get(
        authority=cast.gsn, object_links__cloud_object__external_id=MAILBOX
    )
    with acting(cast.ines):
        held.is_named_list = True
        held.save()
        held.named_people.create(person=cast.karin)
        held.named_people.create(person=cast.bo)
    subject = cast.new()
    assert subject.is_named_list
    assert sees(cast.karin, subject) and sees(cast.bo, subject)
    assert not any(sees(person, subject) for person in (cast.lena, cast.per))
    # The two of them carry it all the way.
    review.register(subject, by=cast.karin, public_subject="Access")
    assignment.take(subject, by=cast.karin)


# -- Roles and delegations -----------------------------------------------------------


def give(cast, person, name, *, by, **dates):
    with acting(by):
        return RoleAssignment.objects.create(
            person=person,
            role=name,
            authority=cast.gsn,
            valid_from=date(2026, 1, 1),
            reason="new task",
            given_by=by,
            **dates,
        )


def test_a_role_is_looked_at_by_another_manager(cast):
    row = give(cast, cast.jonas, "dpo", by=cast.per)
    for person in (cast.per, cast.jonas, cast.lena):
        refused(PermissionDenied, role.look_at_role, row, by=person)
    assert [item.step for item in upkeep_for(cast.pia)]
    role.look_at_role(row, by=cast.pia)
    assert not list(upkeep_for(cast.pia))
    refused(WrongState, role.look_at_role, row, by=cast.pia)


def test_a_role_does_not_end_before_it_starts_nor_overlap(cast):
    with pytest.raises(IntegrityError, match="roleassignment_ends_after"):
        give(cast, cast.jonas, "dpo", by=cast.per, valid_to=date(2025, 1, 1))


def test_the_same_role_twice_for_the_same_days_is_refused(cast):
    give(cast, cast.jonas, "dpo", by=cast.per, valid_to=date(2026, 6, 30))
    with pytest.raises(IntegrityError, match="roleassignment_no_overlap"):
        give(cast, cast.jonas, "dpo", by=cast.per)


def delegate(cast, *, by=None, **more):
    by = by or cast.lena
    values = {
        "authority": cast.gsn,
        "item_no": "5.1",
        "title": "Access",
        "outcomes": ["granted", "refused"],
        "person": cast.jonas,
        "board_decision": "§ 9",
        "valid_from": date(2026, 1, 1),
        "made_by": by,
    }
    with acting(by):
        return DelegationRule.objects.create(**{**values, **more})


def covers(cast, subject, minutes=60):
    return permissions.delegation_for(cast.jonas, subject, "granted", minutes)


def test_a_delegation_is_in_force_when_another_has_confirmed_it(cast):
    subject = cast.proposed()
    rule = delegate(cast)
    assert covers(cast, subject) is None
    for person in (cast.lena, cast.jonas, cast.per):
        refused(PermissionDenied, role.confirm_delegation, rule, by=person)
    role.confirm_delegation(rule, by=cast.bo)
    assert covers(cast, subject) == rule


def test_limits_of_a_delegation_are_limits_of_what_is_granted(cast):
    subject = cast.proposed()
    narrow = delegate(cast, max_minutes=60, max_confidentiality=2)
    role.confirm_delegation(narrow, by=cast.bo)
    assert permissions.highest_class(subject) == 3
    assert covers(cast, subject) is None
    rule = delegate(cast, item_no="5.0", max_minutes=60, max_confidentiality=3)
    role.confirm_delegation(rule, by=cast.bo)
    assert covers(cast, subject, 60) == rule
    assert covers(cast, subject, 61) is None
    assert permissions.delegation_for(cast.jonas, subject, "refused") == rule


def test_what_nobody_has_classified_is_not_decided_under_a_low_limit(cast):
    rule = delegate(cast, max_confidentiality=2)
    role.confirm_delegation(rule, by=cast.bo)
    held = InformationSet.objects.get(name="Pupil health")
    with acting(cast.ines):
        SecurityClassification.objects.create(
            information_set=held,
            valid_from=permissions.today() - timedelta(days=1),
            confidentiality=1,
            integrity=1,
            availability=1,
        )
    subject = cast.proposed()
    assert covers(cast, subject) == rule
    with acting(cast.ines):
        bare = InformationSet.objects.create(
            authority=cast.gsn, name="Bare", personal_data="none"
        )
        CloudObjectInformationSet.objects.create(
            cloud_object=CloudObject.objects.get(designation="O-17"),
            information_set=bare,
        )
    assert covers(cast, subject) is None
    assert permissions.delegation_for(cast.jonas, subject, "refused") == rule
    assert permissions.delegation_for(cast.bo, subject, "granted", 60) is not None


def test_what_is_delegated_on_falls_with_what_it_comes_from(cast):
    subject = cast.proposed()
    parent = delegate(cast, person=None, role="decision_maker", may_subdelegate=True)
    role.confirm_delegation(parent, by=cast.karin)
    child = delegate(cast, item_no="5.1.1", parent=parent)
    child.full_clean(exclude=["made_by", "confirmed_by", "confirmed_at"])
    role.confirm_delegation(child, by=cast.bo)
    assert covers(cast, subject) == child
    with acting(cast.lena):
        parent.valid_to = permissions.today() - timedelta(days=1)
        parent.save()
    assert covers(cast, subject) is None


def test_a_sub_delegation_gives_no_more_than_its_parent(cast):
    parent = delegate(cast, may_subdelegate=True, outcomes=["refused"])
    child = delegate(cast, item_no="5.1.1", parent=parent)
    with pytest.raises(ValidationError, match="outcomes"):
        child.clean()


def test_a_delegation_that_expires_during_the_review_decides_nothing(cast):
    subject = cast.proposed()
    rule = DelegationRule.objects.get(authority=cast.gsn)
    with acting(cast.lena):
        rule.valid_to = permissions.today()
        rule.save()
    with clock.at(clock.now() + timedelta(days=2)):
        refused(
            PermissionDenied, decision.decide, subject, by=cast.bo, no_conflict=True
        )
    assert subject.proposals.get().status == "open"


def test_somebody_deactivated_in_the_middle_can_not_go_on(cast):
    subject = cast.proposed()
    bo = cast.bo
    with acting(cast.sam):
        bo.is_active = False
        bo.save()
    refused(PermissionDenied, decision.decide, subject, by=bo, no_conflict=True)


def test_an_absent_officer_comes_last_and_says_so(cast):
    from requests_app.selectors.candidates import candidates, described

    subject = cast.registered()
    day = permissions.today()
    with acting(cast.per):
        Absence.objects.create(
            person=cast.karin, substitute=cast.jonas, valid_from=day, valid_to=day
        )
    lines = [described(person) for person in candidates(subject, cast.per)]
    assert lines[0].startswith("Jonas")
    assert lines[-1].startswith("Karin") and str(day.day) in lines[-1]
