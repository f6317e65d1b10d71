"""Standing assessments: made by one, confirmed by another, revoked, renewed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.law.facts import facts_of
from requests_app.cases.review.law.rules import seen_relying_on
from requests_app.cases.review.steps import decision
from requests_app.core.step import WrongState
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from requests_app.registers import steps as standing_assessment
from requests_app.registers.models.information import InformationSet
from requests_app.registers.models.standing import StandingAssessment
from tests.helpers.cases import events_of, unconfirmed_standing_assessment
from tests.helpers.people import delegate
from tests.helpers.standing import name_recipient
from tests.helpers.web import page, signed_in, step_url, upkeep_of, work_of

pytestmark = pytest.mark.django_db


def current(cast):
    return StandingAssessment.objects.get(
        authority=cast.gsn, provider=cast.m365.product.provider
    )


def test_one_makes_it_another_confirms_it_and_then_it_stands_as_it_was(cast):
    row = unconfirmed_standing_assessment(cast, cast.karin)
    with pytest.raises(PermissionDenied):
        standing_assessment.confirm(row, by=cast.karin)
    for stranger in (cast.lena, cast.ivar, cast.cilla, cast.dora):
        with pytest.raises(PermissionDenied):
            standing_assessment.confirm(row, by=stranger)
    assert any("standingassessment" in i.url for i in work_of(cast.bo).values())
    assert not any("standingassessment" in i.url for i in work_of(cast.karin).values())
    standing_assessment.confirm(row, by=cast.bo)
    assert row.confirmed_by == cast.bo
    with pytest.raises(WrongState):
        standing_assessment.confirm(row, by=cast.jonas)


def without_items(cast):
    """What the scheme of delegation said of it has ended."""
    for rule in DelegationRule.objects.filter(
        authority=cast.gsn, decision_type="standing"
    ):
        with acting_as(cast.lena):
            rule.valid_to = acting.today() - timedelta(days=1)
            rule.save()


def test_confirming_is_a_decision_under_an_item_for_it_and_keeps_a_copy(cast):
    row = unconfirmed_standing_assessment(cast, cast.karin)
    without_items(cast)
    assert not any("standingassessment" in i.url for i in work_of(cast.bo).values())
    with pytest.raises(PermissionDenied):
        standing_assessment.confirm(row, by=cast.bo)
    rule = delegate(cast, decision_type="standing", outcomes=[], person=cast.bo)
    steps.confirm_delegation(rule, by=cast.karin)
    with pytest.raises(PermissionDenied):
        standing_assessment.confirm(row, by=cast.jonas)
    standing_assessment.confirm(row, by=cast.bo)
    assert row.delegation_rule == rule
    assert row.delegation_snapshot["item_no"] == "5.1"
    assert row.delegation_snapshot["board_decision"] == "§ 9"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"delegation_rule": None}, "does not cover a standing"),
        ({"item": "4.7"}, "does not cover a standing"),
        ({"authority": "SNC"}, "does not cover a standing"),
        ({"delegation_snapshot": {"item_no": "9"}}, "copy of the delegation"),
        ({"by": "lena"}, "does not hold the delegated role"),
    ],
)
def test_the_database_asks_for_the_item_too(cast, changes, refusal):
    row = unconfirmed_standing_assessment(cast, cast.karin)
    by = getattr(cast, changes.get("by", "bo"))
    rule = DelegationRule.objects.filter(
        authority__code=changes.get("authority", "GSN"),
        item_no=changes.get("item", "4.8"),
        role="decision_maker",
    ).get()
    row.confirmed_by, row.confirmed_at = by, acting.now()
    row.delegation_rule = changes.get("delegation_rule", rule)
    row.delegation_snapshot = changes.get("delegation_snapshot", rule.snapshot())
    with pytest.raises(IntegrityError, match=refusal), acting_as(by):
        row.save()


def test_the_recipients_stay_as_they_were_confirmed(cast):
    row = unconfirmed_standing_assessment(cast, cast.karin)
    named = row.recipients.get()
    with (
        pytest.raises(IntegrityError, match="confirmed with"),
        acting_as(cast.bo),
        transaction.atomic(),
    ):
        named.delete()
    standing_assessment.confirm(row, by=cast.bo)
    with (
        pytest.raises(IntegrityError, match="confirmed with"),
        acting_as(cast.karin),
        transaction.atomic(),
    ):
        name_recipient(row, country="IN")


def test_revoking_reaches_open_and_granted_cases_and_tells_no_one_of_others(cast):
    granted = cast.decided(number="granted")
    refused = cast.decided("refused", number="refused")
    proposed = cast.proposed(number="proposed")
    begun = cast.assigned(number="begun")
    row = current(cast)
    relying = {granted.pk, proposed.pk, begun.pk}
    assert {found.pk for found in seen_relying_on(row, cast.karin)} == relying
    assert not seen_relying_on(row, cast.cilla)
    with pytest.raises(PermissionDenied):
        standing_assessment.revoke(row, by=cast.lena, reason="x")
    standing_assessment.revoke(row, by=cast.ivar, reason="The contract has ended")
    assert {found.pk for found in seen_relying_on(row, cast.karin)} == relying
    for review in (granted, proposed, begun):
        assert "review.standing_assessment_revoked" in events_of(review)
    assert "review.standing_assessment_revoked" not in events_of(refused)
    items = work_of(cast.bo)
    assert items[str(granted)].step_url.endswith("/reconsider/")
    assert items[str(granted)].alarm == items[str(proposed)].alarm != ""
    with pytest.raises(WrongState):
        decision.decide(proposed, by=cast.bo, no_conflict=True)


def test_a_proposal_on_one_revoked_is_not_decided_on_another(cast):
    """The review would rely on the other now, but this proposal did not."""
    row = unconfirmed_standing_assessment(cast, cast.karin)
    standing_assessment.confirm(row, by=cast.bo)
    proposed = cast.proposed()
    assert proposed.reliances.get().standing_assessment == row
    standing_assessment.revoke(row, by=cast.bo, reason="Wrong agreement")
    assert facts_of(proposed).reliance == "valid"
    with pytest.raises(WrongState):
        decision.decide(proposed, by=cast.bo, no_conflict=True)
    url = reverse("admin:requests_app_standingassessment_changelist")
    for address in (page(proposed), step_url(proposed, "decide")):
        assert url in signed_in(cast.bo).get(address).content.decode()


def test_a_set_of_its_own_is_not_reached_by_the_general_one(cast):
    held = InformationSet.objects.get(name="Pupil health")
    own = unconfirmed_standing_assessment(cast, cast.karin, information_set=held)
    standing_assessment.confirm(own, by=cast.bo)
    begun = cast.assigned()
    assert [found.pk for found in seen_relying_on(own, cast.karin)] == [begun.pk]
    assert not seen_relying_on(current_general(cast), cast.karin)


def current_general(cast):
    return StandingAssessment.objects.get(
        authority=cast.gsn,
        provider=cast.m365.product.provider,
        information_set=None,
    )


def test_what_runs_out_is_work_until_there_is_a_newer_one(cast):
    this_day = acting.today()
    held = InformationSet.objects.get(name="Servers")
    soon = unconfirmed_standing_assessment(
        cast, cast.karin, information_set=held, review_due=this_day + timedelta(20)
    )
    late = unconfirmed_standing_assessment(
        cast, cast.karin, information_set=held, review_due=this_day + timedelta(31)
    )
    standing_assessment.confirm(soon, by=cast.bo)

    def alarms():
        return {item.url: item.alarm for item in upkeep_of(cast.jonas)}

    assert page(soon) in alarms()
    standing_assessment.confirm(late, by=cast.bo)
    assert page(soon) not in alarms() and page(late) not in alarms()
    with acting.at(acting.now() + timedelta(days=40)):
        assert alarms()[page(late)] and page(soon) not in alarms()
