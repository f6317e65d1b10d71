"""Who of another tenant may enter a subscription without asking: seen, ended, read back.
The rows are those of Azure's own specification, of our subscription."""

import json
from pathlib import Path

import pytest

from lockbox_site.simulators.server import Answer
from requests_app.cases.access.models import OutboxMessage, SideDoor
from requests_app.cases.access.outbox import deliver_due
from requests_app.core.step import WrongState
from requests_app.desk.right_now import right_now
from requests_app.oversight.steps import incidents
from requests_app.oversight.sweep import check_what_is_due
from requests_app.providers.azure import client
from requests_app.registers.models.cloud import Readiness
from tests.helpers.two_persons import manager_there
from tests.helpers.web import signed_in, words
from tests.providers.azure.conftest import later
from tests.providers.azure.test_consents import doors_of

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parent / "specification" / "examples"
OURS = "/subscriptions/azure-tenant"
GUEST, GROUP = "ce2ce14e-85d7-4629-bdbc-454d0519d987", "0a1b"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
DELEGATION = "484a7d5f-9729-4b87-bc9b-26610985a013"
WHAT = "Contoso Corp.: Owner (just in time), Reader, User Access Administrator"


def example(name, number):
    """The one row of an example, moved into our subscription."""
    text = (EXAMPLES / name).read_text().replace(f"/subscriptions/{number}", OURS)
    (row,) = json.loads(text)["responses"]["200"]["body"]["value"]
    return row


def delegation(**properties):
    number = "0afefe50-734e-4610-8c82-a144aff49dea"
    row = example("RegistrationAssignments_List.json", number)
    row["properties"].update(properties)
    return row


def assignment(name="b0f43c54", **properties):
    number = "a925f2f7-5c63-4b7b-8799-25a5f97bc3b2"
    row = example("RoleAssignments_ListForSubscription.json", number)
    row["name"] = name
    row["properties"].update(properties)
    return row


@pytest.fixture
def tenant(standin, monkeypatch):
    monkeypatch.setenv("AZURE_TENANT_ID", "tenant")
    standin.tenant.role_names = {
        "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
        OWNER: "Owner",
    }
    return standin.tenant


@pytest.fixture
def graph(standin, monkeypatch):
    monkeypatch.setenv(client.GRAPH, standin.url)


def look(cast, minutes=0):
    with later(minutes):
        check_what_is_due(cast.sweeper)


def open_doors(kind):
    rows = SideDoor.objects.open().filter(kind=kind).order_by("place")
    return [(row.place, row.what) for row in rows]


def test_a_delegation_is_a_door_that_somebody_is_to_close_or_cover(cast, tenant):
    tenant.delegations = [delegation()]
    look(cast)
    look(cast, 61)
    door = SideDoor.objects.get()
    assert (door.kind, door.place, door.what) == ("managed", DELEGATION, WHAT)
    assert "Contoso Corp." in door.record.text and door.until is None
    (item,) = doors_of(cast.eva)
    assert item.wants == WHAT
    assert right_now(manager_there(cast)).undecided == 1


def test_it_is_ended_by_machine_and_read_back(cast, tenant, standin):
    tenant.delegations = [delegation()]
    look(cast)
    door = SideDoor.objects.get()
    client = signed_in(cast.eva)
    page = f"/requests_app/sidedoor/{door.pk}/do/withdraw/"
    assert "stängs genast hos leverantören" in words(client.get(page))
    incidents.withdraw(door, by=cast.eva, reason="The contract has ended")
    deliver_due()
    door.refresh_from_db()
    assert tenant.delegations == [] and not door.is_open
    assert OutboxMessage.objects.get(topic="door").result == "delivered"
    (call,) = [path for method, path in standin.calls if method == "DELETE"]
    assert call.endswith(
        f"/Microsoft.ManagedServices/registrationAssignments/{DELEGATION}"
    )


def test_what_is_accepted_and_not_gone_yet_is_looked_at_again(cast, tenant):
    tenant.delegations = [delegation()]
    look(cast)
    door = SideDoor.objects.get()
    tenant.acts["undelegate"] = lambda call: Answer(202, b"")
    incidents.withdraw(door, by=cast.eva, reason="x")
    deliver_due()
    door.refresh_from_db()
    assert door.is_open and OutboxMessage.objects.get(topic="door").finished_at is None
    tenant.delegations = []
    with later(31):
        deliver_due()
    door.refresh_from_db()
    assert not door.is_open


def test_one_that_may_not_be_ended_is_work_again(cast, tenant):
    tenant.delegations, tenant.refuses = [delegation()], True
    look(cast)
    incidents.withdraw(SideDoor.objects.get(), by=cast.eva, reason="x")
    deliver_due()
    (item,) = doors_of(cast.eva)
    assert "403" in item.alarm


def test_more_roles_than_were_covered_are_another_door(cast, tenant):
    row = delegation()
    tenant.delegations = [row]
    look(cast)
    terms = row["properties"]["registrationDefinition"]["properties"]
    terms["authorizations"].append({"principalId": "x", "roleDefinitionId": OWNER})
    look(cast, 61)
    assert SideDoor.objects.count() == 2
    ((place, what),) = open_doors("managed")
    assert place == DELEGATION and ": Owner, Owner (just in time)" in what


def test_what_is_gone_there_is_closed_here_and_a_state_of_gone_is_none(cast, tenant):
    tenant.delegations = [delegation()]
    look(cast)
    tenant.delegations = [delegation(provisioningState="Deleted")]
    look(cast, 61)
    assert not SideDoor.objects.open().exists()


def test_the_same_name_in_two_resource_groups_is_two_doors(cast, tenant):
    one, two = delegation(), delegation()
    for row, group in ((one, "a"), (two, "b")):
        row["id"] = row["id"].replace(OURS, f"{OURS}/resourceGroups/{group}")
    tenant.delegations = [one, two]
    look(cast)
    places = [place for place, _what in open_doors("managed")]
    assert places == [f"a/{DELEGATION}", f"b/{DELEGATION}"]
    door = SideDoor.objects.get(place__startswith="b/")
    incidents.withdraw(door, by=cast.eva, reason="x")
    deliver_due()
    assert tenant.delegations == [one]


def test_a_foreign_group_s_role_is_a_door_that_people_close(cast, tenant):
    tenant.assignments = [
        assignment(),
        assignment(
            "r-2",
            principalId=GROUP,
            principalType="ForeignGroup",
            roleDefinitionId=f"/providers/x/{OWNER}",
            scope=f"{OURS}/resourceGroups/rg",
        ),
    ]
    look(cast)
    assert open_doors("role") == [
        ("r-2", "ForeignGroup 0a1b: Owner (/resourceGroups/rg)")
    ]
    door = SideDoor.objects.get()
    with pytest.raises(WrongState):
        incidents.withdraw(door, by=cast.eva, reason="x")
    shown = words(signed_in(cast.eva).get(f"/requests_app/sidedoor/{door.pk}/change/"))
    assert "Ingen maskin stänger den" in shown
    tenant.assignments = []
    look(cast, 61)
    assert open_doors("role") == []


def test_a_guest_s_role_is_a_door_where_graph_tells_who_is_a_guest(cast, tenant, graph):
    tenant.page_size = 2
    tenant.guests = {f"g-{n}": f"g{n}#EXT#@city.example" for n in range(4)}
    tenant.guests[GUEST] = "kim_provider.example#EXT#@city.example"
    tenant.assignments = [assignment(), assignment("ours", principalId="one-of-us")]
    look(cast)
    assert not Readiness.objects.exclude(trouble="").values_list("trouble")
    ((place, what),) = open_doors("role")
    assert place == "b0f43c54"
    # A role that has no name there is told by its number.
    assert what == (
        "kim_provider.example#EXT#@city.example: 0b5fe924-9a61-425c-96af-cfe6e287ca2d"
    )


def test_more_than_a_page_is_read_to_its_end(cast, tenant):
    tenant.page_size = 2
    tenant.assignments = [
        assignment(f"r-{n}", principalType="ForeignGroup") for n in range(5)
    ]
    look(cast)
    assert len(open_doors("role")) == 5


@pytest.mark.parametrize("fault", ["403", "cut", "500"])
@pytest.mark.parametrize("operation", ["delegations", "roles"])
def test_a_list_that_breaks_off_closes_nothing_and_is_told(
    cast, tenant, standin, operation, fault
):
    tenant.delegations = [delegation()]
    look(cast)
    standin.faults[operation] = [fault] * 5
    look(cast, 61)
    assert SideDoor.objects.open().count() == 1
    names = Readiness.objects.exclude(trouble="").values_list("name", flat=True)
    assert [name for name in names if "another tenant" in name or "annan" in name]


def test_a_delegation_of_another_subscription_is_not_taken_for_ours(cast, tenant):
    row = delegation()
    row["id"] = row["id"].replace(OURS, "/subscriptions/another")
    tenant.delegations = [row]
    look(cast)
    assert not SideDoor.objects.exists()
    assert Readiness.objects.exclude(trouble="").count() == 1
