"""What stands beside the cases, looked at in each state by whoever acts on it."""

from datetime import date

from audit_app.acting import acting_as
from audit_app.changes import NoticedRow
from requests_app.cases.access import clients
from requests_app.cases.access.models import Comparison
from requests_app.cases.access.restore import begin_comparison, tell_comparison
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import machine_account
from requests_app.core.two_persons import save_or_propose
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.steps import propose_first_managers
from requests_app.oversight.steps.incidents import report_alterations
from tests.cast import hours
from tests.helpers.consents import consented
from tests.helpers.engagement import add_authority
from tests.helpers.people import engage, enter

AT = "2026-11-24T10:00:00.000Z"


def new_role(cast):
    """A role and an item of delegation that nobody else has looked at yet."""
    dated = {"authority": cast.gsn, "valid_from": date(2026, 1, 1)}
    with acting_as(cast.per):
        enter(cast, cast.jonas, "dpo", by=cast.per)
    with acting_as(cast.bo):
        DelegationRule.objects.create(
            item_no="4.8",
            title="More",
            outcomes=["refused"],
            role="decision_maker",
            board_decision="§ 8",
            made_by=cast.bo,
            **dated,
        )


def look_at_people(cast, look):
    """Accounts and roles in each state, a consent, and something found altered."""
    held = RoleAssignment.objects.get(person=cast.ines)
    look(cast.per, held)
    steps.suspend_role(held, by=cast.per, reason="x")
    look(cast.pia, held)
    look(cast.sam, cast.jonas)
    steps.deactivate(cast.jonas, by=cast.sam, reason="x")
    look(cast.sam, cast.jonas)
    subject = cast.assigned(number="10")
    look(cast.karin, subject)
    consented(cast, subject, "OSL-23-2-st1")
    look(cast.karin, subject)
    report_alterations(
        [NoticedRow(held._meta.db_table, str(held.pk), held)], by=cast.karin
    )
    look(cast.ivar, Alteration.objects.get())


def look_at_a_file(cast, look):
    """Changes that came together and wait for a second person."""
    olle = engage(cast, "olle", "it_manager", cast.nis)
    for row in (cast.m365, cast.azure):
        row.is_active = False
        with acting_as(cast.sam):
            change = save_or_propose(row, by=cast.sam, reason="x", came_with="a file")
    look(olle, change)


def look_at_a_comparison(cast, look):
    """What a provider knows after a restore, by whoever manages where it is run."""
    olga = engage(cast, "olga", "it_manager", cast.nis)
    client = clients.make_client(cast.contract, by=cast.sam, name="Compared").client
    begin_comparison(cast.contract, by=cast.sweeper, lost_from=hours(-9))
    row = Comparison.objects.get()
    look(olga, row)
    lost = {"number": "LOST-1", "status": "access_open", "acknowledged_at": AT}
    tell_comparison(row, by=client.account, requests=[lost])
    look(olga, row)


def look_at_first_managers(cast, look):
    """Of a new board, by one who manages where the connections are run."""
    nina, vera = (
        engage(cast, name, "it_manager", cast.nis) for name in ("nina", "vera")
    )
    with acting_as(machine_account("system")):
        board = add_authority("KFN", "Kulturnämnden")
    row = propose_first_managers(
        by=nina,
        authority=board,
        first=cast.rut,
        second=cast.eva,
        decided_on=date(2026, 1, 15),
        diary_number="KFN 2026-0003",
    )
    look(vera, row)
