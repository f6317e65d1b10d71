"""Before anything is routed; and what the law adds to what the map proposes."""

import pytest
from django.core.exceptions import PermissionDenied

from audit_app import clock
from audit_app.acting import acting
from audit_app.models import LedgerEntry
from requests_app import permissions
from requests_app.law.proposed_answers import proposed_provisions
from requests_app.models import DelegationRule, Outcome
from requests_app.workflow import decision, stop, withdrawal
from requests_app.workflow.machine_accounts import machine_account

pytestmark = pytest.mark.django_db
UNKNOWN = ("nobody@knows.example",)


def test_a_request_withdrawn_before_it_is_routed_is_closed(cast):
    request = cast.request(objects=UNKNOWN)
    why = "Solved in the support case"
    withdrawal.withdraw(request, by=cast.nils, reason=why)
    request.refresh_from_db()
    assert request.status == "closed" and not request.reviews.exists()
    assert not permissions.is_loose(request)
    newest = request.history.first()
    assert (newest.history_user_name, newest.history_change_reason) == (
        "Nils Test",
        why,
    )
    events = LedgerEntry.objects.filter(event__startswith="request.")
    assert list(events.order_by("id").values_list("event", flat=True)) == [
        "request.received",
        "request.withdrawn",
        "request.closed",
    ]


def test_who_routes_still_finds_a_request_closed_before_it_was_routed(cast):
    request = cast.request(objects=UNKNOWN)
    withdrawal.withdraw(request, by=cast.nils, reason="Mail")
    assert request in permissions.requests_visible_to(cast.nils)
    assert permissions.can_read_request(cast.nils, request)
    assert request not in permissions.requests_visible_to(cast.lena)


def test_a_request_routed_in_part_waits_for_its_review(cast):
    request = cast.request(objects=("kurator@skola.example", *UNKNOWN))
    withdrawal.withdraw(request, by=cast.nils, reason="Mail")
    request.refresh_from_db()
    assert request.status == "withdrawn"
    assert request.reviews.get().proposals.get().outcome == "struck_off"


def test_protected_identities_propose_the_provisions_on_them(cast):
    subject = cast.assigned()
    codes = {row.code for row in proposed_provisions(subject)}
    assert codes == {"OSL-23-2-st1"}
    link = subject.requested_objects.get().cloud_object.information_links.get()
    with acting(machine_account("system")):
        link.information_set.protected_identities_possible = True
        link.information_set.save()
    codes = {row.code for row in proposed_provisions(subject)}
    assert codes == {"OSL-23-2-st1", "OSL-21-3-st1", "OSL-21-3a"}


def test_the_case_officer_does_not_correct_a_decision(cast):
    subject = cast.decided()
    with pytest.raises(PermissionDenied):
        decision.correct(subject, by=cast.karin, text="O-17")
    decision.correct(subject, by=cast.bo, text="O-17")


def test_who_decided_corrects_it_after_the_rule_has_ended(cast):
    subject = cast.decided()
    with acting(machine_account("system")):
        for rule in DelegationRule.objects.filter(authority=cast.gsn):
            rule.valid_to = "2025-12-31"
            rule.save()
    decision.correct(subject, by=cast.bo, text="O-17")


def test_another_decision_maker_of_the_authority_corrects_it(cast):
    subject = cast.decided()
    with acting(machine_account("system")):
        DelegationRule.objects.create(
            authority=cast.gsn,
            item_no="4.8",
            title="Deputy",
            outcomes=[Outcome.REFUSED],
            person=cast.jonas,
            board_decision="2020-01-15 § 8",
            made_by=machine_account("system"),
            confirmed_by=cast.lena,
            confirmed_at=clock.now(),
            valid_from="2020-01-01",
        )
    with pytest.raises(PermissionDenied):
        decision.correct(subject, by=cast.didrik, text="O-17")
    decision.correct(subject, by=cast.jonas, text="O-17")


def test_a_stopped_decision_is_not_corrected(cast):
    subject = cast.decided()
    stop.stop(subject, by=cast.bo, level="suspected")
    assert not permissions.involvement(cast.bo, subject).corrects
