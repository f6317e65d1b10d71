"""What stands open at the demonstration's Azure by no request: invented, all of it."""

import json
from datetime import timedelta

from audit_app import clock
from lockbox_site.demo.people import people
from requests_app.models import Connection, SideDoor
from requests_app.providers.door import Door
from requests_app.workflow import door, side_door
from requests_app.workflow.machine_accounts import SWEEP, machine_account

SUBSCRIPTION = "demo-subscription"
DELEGATION = ("484a7d5f-pahittad", "Exempeldrift AB (påhittat): Contributor, Reader")
ROLE = ("b0f43c54-pahittad", "ForeignGroup Exempelsupport (påhittad): Reader")


def tell() -> None:
    """Two doors, seen days ago; a decision covers one of them."""
    connection = Connection.objects.get(external_id=SUBSCRIPTION)
    kind = SideDoor.Kind
    shown = {kind.DELEGATED: [_door(*DELEGATION)], kind.ROLE: [_door(*ROLE)]}
    with clock.at(clock.now() - timedelta(days=3)):
        door.look_at_outsiders(connection, shown, by=machine_account(SWEEP))
    side_door.cover(
        SideDoor.objects.get(place=DELEGATION[0]),
        by=people.named("disa"),
        decision_number="NIS 2026-0102",
        covered_until=clock.now() + timedelta(days=300),
        reason="Exempeldrift AB sköter servrarna enligt driftavtalet (påhittat).",
    )


def _door(place: str, what: str) -> Door:
    return Door(place, what, None, json.dumps({"pahittat": what}).encode())
