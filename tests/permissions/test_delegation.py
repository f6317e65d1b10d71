"""What a delegation gives, within its limits and its days."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import translation

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.rights import highest_class
from requests_app.cases.review.steps import decision
from requests_app.core.people.models import RoleAssignment
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.rights import delegation_for, someone_decides
from requests_app.registers.models.cloud import CloudObject, CloudObjectInformationSet
from requests_app.registers.models.information import (
    InformationSet,
    SecurityClassification,
)
from tests.helpers.people import delegate
from tests.helpers.refusals import refused
from tests.helpers.two_persons import by_two

pytestmark = pytest.mark.django_db


def covers(cast, subject, minutes=60):
    return delegation_for(cast.jonas, subject, "granted", minutes)


def test_a_delegation_is_in_force_when_another_has_confirmed_it(cast):
    subject = cast.proposed()
    rule = delegate(cast)
    assert covers(cast, subject) is None
    for person in (cast.lena, cast.jonas, cast.per):
        refused(PermissionDenied, steps.confirm_delegation, rule, by=person)
    steps.confirm_delegation(rule, by=cast.bo)
    assert covers(cast, subject) == rule


def test_limits_of_a_delegation_are_limits_of_what_is_granted(cast):
    subject = cast.proposed()
    narrow = delegate(cast, max_minutes=60, max_confidentiality=2)
    steps.confirm_delegation(narrow, by=cast.bo)
    assert highest_class(subject) == 3
    assert covers(cast, subject) is None
    rule = delegate(cast, item_no="5.0", max_minutes=60, max_confidentiality=3)
    steps.confirm_delegation(rule, by=cast.bo)
    assert covers(cast, subject, 60) == rule
    assert covers(cast, subject, 61) is None
    assert delegation_for(cast.jonas, subject, "refused") == rule


def test_what_nobody_has_classified_is_not_decided_under_a_low_limit(cast):
    rule = delegate(cast, max_confidentiality=2)
    steps.confirm_delegation(rule, by=cast.bo)
    held = InformationSet.objects.get(name="Pupil health")
    lower = SecurityClassification(
        information_set=held,
        valid_from=acting.today() - timedelta(days=1),
        confidentiality=1,
        integrity=1,
        availability=1,
    )
    by_two(lower, cast.ines, cast.ivar)
    subject = cast.proposed()
    assert covers(cast, subject) == rule
    with acting_as(cast.ines):
        bare = InformationSet.objects.create(
            authority=cast.gsn, name="Bare", personal_data="none"
        )
        CloudObjectInformationSet.objects.create(
            cloud_object=CloudObject.objects.get(designation="O-17"),
            information_set=bare,
        )
    assert covers(cast, subject) is None
    assert delegation_for(cast.jonas, subject, "refused") == rule
    assert delegation_for(cast.bo, subject, "granted", 60) is not None


HEAD = {
    "person": None,
    "role": "decision_maker",
    "may_subdelegate": True,
    "is_head": True,
}


@pytest.mark.parametrize("kind", ["board", "company"])
def test_only_a_head_of_administration_delegates_on_and_in_a_company_nobody_is_one(
    cast, kind
):
    """KL 7:6; the Local Government Act does not govern a company."""
    if kind == "company":
        by_two(cast.gsn, cast.per, cast.pia, kind=kind)
    subject = cast.proposed()
    reports = {"report_to_board": kind == "board"}
    parent = delegate(cast, **{**HEAD, "is_head": False, **reports})
    steps.confirm_delegation(parent, by=cast.karin)
    child = delegate(cast, item_no="5.1.1", parent=parent, **reports)
    if kind == "company":
        child.full_clean(exclude=["made_by", "confirmed_by", "confirmed_at"])
        steps.confirm_delegation(child, by=cast.bo)
        assert covers(cast, subject) == child
        return
    with pytest.raises(ValidationError, match="7:6|förvaltningschef"):
        child.clean()
    with pytest.raises(ValidationError):
        steps.confirm_delegation(child, by=cast.bo)
    child.confirmed_by, child.confirmed_at = cast.bo, acting.now()
    with (
        pytest.raises(IntegrityError, match="head of administration"),
        acting_as(cast.bo),
    ):
        child.save()


def test_what_a_company_does_not_pass_on_is_refused_in_its_own_words(cast):
    by_two(cast.gsn, cast.per, cast.pia, kind="company")
    parent = delegate(cast, person=None, role="decision_maker")
    child = delegate(cast, item_no="5.1.1", parent=parent, report_to_board=False)
    with pytest.raises(ValidationError) as caught:
        child.clean()
    with translation.override("en"):
        text = str(caught.value)
    assert "company" in text and "KL" not in text


def test_what_is_delegated_on_falls_with_what_it_comes_from(cast):
    subject = cast.proposed()
    parent = delegate(cast, **HEAD)
    steps.confirm_delegation(parent, by=cast.karin)
    child = delegate(cast, item_no="5.1.1", parent=parent)
    child.full_clean(exclude=["made_by", "confirmed_by", "confirmed_at"])
    steps.confirm_delegation(child, by=cast.bo)
    assert covers(cast, subject) == child
    with acting_as(cast.lena):
        parent.valid_to = acting.today() - timedelta(days=1)
        parent.save()
    assert covers(cast, subject) is None


def test_a_sub_delegation_gives_no_more_than_its_parent(cast):
    parent = delegate(cast, may_subdelegate=True, outcomes=["refused"])
    child = delegate(cast, item_no="5.1.1", parent=parent)
    with pytest.raises(ValidationError, match="outcomes"):
        child.clean()


def test_a_delegation_that_expires_during_the_review_decides_nothing(cast):
    subject = cast.proposed()
    rule = DelegationRule.objects.get(item_no="4.7", authority=cast.gsn)
    with acting_as(cast.lena):
        rule.valid_to = acting.today()
        rule.save()
    with acting.at(acting.now() + timedelta(days=2)):
        refused(
            PermissionDenied, decision.decide, subject, by=cast.bo, no_conflict=True
        )
    assert subject.proposals.get().status == "open"


def test_a_person_who_can_not_read_is_no_last_decision_maker(cast):
    rule = delegate(cast, person=cast.ines, outcomes=["refused"])
    steps.confirm_delegation(rule, by=cast.bo)
    assert someone_decides(cast.gsn.pk, acting.today())
    bo = RoleAssignment.objects.get(person=cast.bo)
    assert not someone_decides(cast.gsn.pk, acting.today(), without_role=bo.pk)
