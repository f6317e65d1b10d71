"""Who may not decide: a conflict follows an extension, an item covers what it names."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.rights import has_conflict, visible_to
from requests_app.cases.review.law.facts import basis_of
from requests_app.cases.review.steps import people
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.rights import delegation_for
from tests.helpers.cases import forged_decision, unmapped
from tests.helpers.people import delegate
from tests.helpers.refusals import fresh

pytestmark = pytest.mark.django_db


def extending(cast, subject):
    """The next request on the same matter, which the first one's access is to last by."""
    first = cast.new(number="first")
    request = subject.access_request
    request.extends = first.access_request
    with acting_as(cast.lena):
        request.save()
    return first


def test_a_conflict_follows_an_extension(cast):
    subject = cast.proposed()
    first = extending(cast, subject)
    people.declare(
        first, by=cast.bo, stage="decision", has_conflict=True, ground="close"
    )
    assert has_conflict(cast.bo, subject.access_request_id)
    assert subject not in visible_to(cast.bo)
    with pytest.raises(IntegrityError, match="conflict of interest"):
        forged_decision(cast, subject=subject)


def test_a_conflict_in_an_extension_holds_for_what_it_extends(cast):
    subject = cast.proposed()
    first = extending(cast, subject)
    people.declare(
        subject, by=cast.bo, stage="decision", has_conflict=True, ground="close"
    )
    assert has_conflict(cast.bo, first.access_request_id)


def test_an_item_for_standing_assessments_decides_no_request(cast):
    subject = cast.proposed()
    rule = delegate(cast, decision_type="standing", person=cast.bo, item_no="0")
    steps.confirm_delegation(rule, by=cast.karin)
    chosen = delegation_for(cast.bo, subject, "granted", 60)
    assert chosen.decision_type == "answer"
    with pytest.raises(IntegrityError, match="does not cover"):
        forged_decision(
            cast,
            subject=subject,
            delegation_rule=rule,
            delegation_snapshot={"item_no": "0", "board_decision": "§ 9"},
        )


@pytest.mark.parametrize("highest, covered", [(2, False), (3, True)])
def test_what_nobody_has_classified_counts_the_same_everywhere(cast, highest, covered):
    subject = cast.assigned()
    unmapped(cast, subject)
    subject = fresh(subject)
    others = {row.code for row in basis_of(subject).proposed} - {"OSL-23-2-st1"}
    tested = [cast.tested(code, "struck", "None.") for code in sorted(others)]
    cast.assess(subject, tested=[cast.tested("OSL-23-2-st1", "applies"), *tested])
    cast.propose(subject)
    rule = delegate(cast, person=cast.bo, max_confidentiality=highest)
    steps.confirm_delegation(rule, by=cast.karin)
    with acting_as(cast.lena):
        other = DelegationRule.objects.get(authority=cast.gsn, item_no="4.7")
        other.valid_to = acting.today() - timedelta(days=1)
        other.save()
    found = delegation_for(cast.bo, subject, "granted", 60)
    assert (found == rule) is covered
    told = {"item_no": "5.1", "board_decision": "§ 9"}

    def forge():
        forged_decision(
            cast, subject=subject, delegation_rule=rule, delegation_snapshot=told
        )

    if covered:
        forge()
        return
    with pytest.raises(IntegrityError, match="confidentiality"):
        forge()
