"""Who corrects a decision, and when nobody does."""

import pytest
from django.core.exceptions import PermissionDenied

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.steps import afterwards, decision
from requests_app.core.models import Outcome
from requests_app.core.step import machine_account
from requests_app.organisation.models import DelegationRule

pytestmark = pytest.mark.django_db


def test_a_correction_stands_beside_the_decision(cast):
    subject = cast.decided()
    made = subject.decisions.get()
    decision.correct(subject, by=cast.bo, text="S-17 should read O-17")
    assert subject.decisions.get() == made
    assert made.corrections.get().text.text == "S-17 should read O-17"


def test_the_case_officer_does_not_correct_a_decision(cast):
    subject = cast.decided()
    with pytest.raises(PermissionDenied):
        decision.correct(subject, by=cast.karin, text="O-17")
    decision.correct(subject, by=cast.bo, text="O-17")


def test_who_decided_corrects_it_after_the_rule_has_ended(cast):
    subject = cast.decided()
    with acting_as(machine_account("system")):
        for rule in DelegationRule.objects.filter(authority=cast.gsn):
            rule.valid_to = "2025-12-31"
            rule.save()
    decision.correct(subject, by=cast.bo, text="O-17")


def test_another_decision_maker_of_the_authority_corrects_it(cast):
    subject = cast.decided()
    with acting_as(machine_account("system")):
        rule = DelegationRule.objects.create(
            authority=cast.gsn,
            item_no="4.8",
            title="Deputy",
            outcomes=[Outcome.REFUSED],
            person=cast.jonas,
            board_decision="2020-01-15 § 8",
            made_by=machine_account("system"),
            valid_from="2020-01-01",
        )
    rule.confirmed_by, rule.confirmed_at = cast.lena, acting.now()
    with acting_as(cast.lena):
        rule.save()
    with pytest.raises(PermissionDenied):
        decision.correct(subject, by=cast.didrik, text="O-17")
    decision.correct(subject, by=cast.jonas, text="O-17")


def test_a_stopped_decision_is_not_corrected(cast):
    subject = cast.decided()
    afterwards.stop(subject, by=cast.bo, level="suspected")
    assert not involvement(cast.bo, subject).corrects
