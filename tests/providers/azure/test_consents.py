"""Consents that Azure's support tickets carry: shown, taken back, read back."""

import pytest
from azure.mgmt.support.models import UpdateSupportTicket
from django.urls import reverse

from requests_app.cases.access.models import OutboxMessage, SideDoor, SupportTicket
from requests_app.cases.access.outbox import deliver_due
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import work_for
from requests_app.oversight.steps import incidents
from requests_app.oversight.sweep import check_what_is_due
from requests_app.providers.azure.client import AzureLockbox
from tests.cast import hours
from tests.helpers.two_persons import manager_there
from tests.helpers.web import signed_in
from tests.providers.azure.test_support import (
    NUMBER,
    TICKET,
    assigned,
    later,
    sender,  # noqa: F401
    sent_in_the_end,
    vendor,
)

pytestmark = pytest.mark.django_db


def carrying(cast, standin):
    given = [{"type": "VirtualMachineRunning", "userConsent": "Yes"}]
    standin.tenant.open_ticket(
        TICKET, NUMBER, advancedDiagnosticConsent="Yes", secondaryConsent=given
    )
    standin.tenant.open_ticket("other", "2")
    check_what_is_due(cast.sweeper)
    return SupportTicket.objects.get()


def doors_of(person):
    return [item for item in work_for(person) if "inget beslut täcker" in item.alarm]


def test_consents_are_noted_and_shown_on_the_case_and_the_connection(cast, standin):
    ticket = carrying(cast, standin)
    assert ticket.advanced_diagnostics
    assert ticket.other_consents == "VirtualMachineRunning"
    subject = assigned(cast, standin)
    for person, page in (
        (
            cast.karin,
            reverse("admin:requests_app_secrecyreview_change", args=[subject.pk]),
        ),
        (cast.eva, reverse("admin:readiness")),
    ):
        assert "VirtualMachineRunning" in signed_in(person).get(page).content.decode()


def test_a_consent_is_taken_back_for_a_reason_and_read_back(cast, standin):
    ticket = carrying(cast, standin)
    client = signed_in(cast.eva)
    page = reverse("admin:requests_app_supportticket_change", args=[ticket.pk])
    door = SideDoor.objects.get()
    assert (door.kind, door.ticket, door.place) == ("consent", ticket, NUMBER)
    link = reverse("admin:requests_app_sidedoor_change", args=[door.pk])
    assert link in client.get(page).content.decode()
    page = reverse("admin:requests_app_sidedoor_step", args=[door.pk, "withdraw"])
    answer = client.post(page, {"reason": "The case is solved", "seen": 0})
    assert answer.status_code == 302
    deliver_due()
    ticket.refresh_from_db()
    door.refresh_from_db()
    assert not ticket.carries_consent
    assert not door.is_open and door.withdrawn_by == cast.eva
    reasons = [row.history_change_reason for row in door.history.all()]
    assert "The case is solved" in reasons
    shown = vendor(standin).support_tickets.get(TICKET, enforce_https=False)
    assert shown.advanced_diagnostic_consent == "No"
    assert [row.user_consent for row in shown.secondary_consent] == ["No"]
    with pytest.raises(WrongState):
        incidents.withdraw(door, by=cast.eva, reason="Again")


@pytest.mark.long
@pytest.mark.parametrize(
    "fault", ["429", "500", "cut", "cut after", "500 after", "slow"]
)
def test_faults_of_a_withdrawal_end_in_its_effect(cast, standin, fault):
    carrying(cast, standin)
    incidents.withdraw(SideDoor.objects.get(), by=cast.eva, reason="Solved")
    standin.faults["consent"] = [fault]
    sent_in_the_end()
    assert OutboxMessage.objects.get(topic="door").result == "delivered"
    assert standin.tenant.tickets[TICKET]["advancedDiagnosticConsent"] == "No"


def test_a_consent_that_the_vendor_keeps_is_the_executor_s(cast, standin):
    carrying(cast, standin)
    incidents.withdraw(SideDoor.objects.get(), by=cast.eva, reason="Solved")
    standin.tenant.refuses = True
    deliver_due()
    assert OutboxMessage.objects.get(topic="door").result == "failed"
    (item,) = doors_of(cast.eva)
    assert "409" in item.alarm
    # It was taken back in the portal: nobody is troubled any more.
    standin.tenant.tickets[TICKET].update(
        advancedDiagnosticConsent="No", secondaryConsent=[]
    )
    with later(61):
        check_what_is_due(cast.sweeper)
    assert doors_of(cast.eva) == []
    assert not SideDoor.objects.open().exists()


def test_the_vendor_s_own_package_gives_a_consent_that_we_read(cast, standin):
    standin.tenant.open_ticket(TICKET, NUMBER)
    vendor(standin).support_tickets.update(
        TICKET,
        UpdateSupportTicket(advanced_diagnostic_consent="Yes"),
        enforce_https=False,
    )
    (ticket,) = AzureLockbox("azure-tenant").tickets()
    assert ticket.advanced_diagnostics and ticket.number == NUMBER


def test_more_tickets_than_a_page_are_read_to_the_end(standin):
    for number in range(60):
        standin.tenant.open_ticket(f"t-{number}", str(number))
    assert len(list(AzureLockbox("azure-tenant").tickets())) == 60
    listed = vendor(standin).support_tickets.list(enforce_https=False)
    assert next(iter(listed)).name == "t-0"


def test_more_consents_than_were_covered_are_another_door(cast, standin):
    carrying(cast, standin)
    door = SideDoor.objects.get()
    told = {"decision_number": "NIS 1", "covered_until": hours(24), "reason": "x"}
    incidents.cover(door, by=manager_there(cast), **told)
    assert doors_of(cast.eva) == []
    more = [{"type": name, "userConsent": "Yes"} for name in ("VM", "Disk")]
    standin.tenant.tickets[TICKET].update(secondaryConsent=more)
    with later(61):
        check_what_is_due(cast.sweeper)
        (item,) = doors_of(cast.eva)
    assert "VM, Disk" in item.wants


def test_a_ticket_that_is_shown_no_longer_carries_nothing(cast, standin):
    ticket = carrying(cast, standin)
    del standin.tenant.tickets[TICKET]
    with later(61):
        check_what_is_due(cast.sweeper)
    ticket.refresh_from_db()
    assert not ticket.carries_consent and not SideDoor.objects.open().exists()
