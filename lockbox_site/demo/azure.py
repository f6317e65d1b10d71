"""A subscription that is asked by machine, where Azure is simulated on this machine.

The demo never asks Microsoft: without the simulator its Azure cases are worked by hand.
"""

from audit_app.acting import acting
from lockbox_site.demo import REASON
from lockbox_site.demo.second_person import by_two
from lockbox_site.simulators.azure import MACHINE, MACHINES, SUBSCRIPTION
from requests_app.models import (
    Authority,
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Connection,
    InformationSet,
    ProviderProduct,
)
from requests_app.workflow.machine_accounts import SYSTEM, machine_account


def ensure(endpoint: str) -> bool:
    """Is Azure asked by machine? Makes what that needs."""
    is_automatic = endpoint.startswith("http://")
    connection = Connection.objects.filter(external_id=SUBSCRIPTION).first()
    if connection is None and not is_automatic:
        return False
    if connection is None:
        with acting(machine_account(SYSTEM), reason=REASON):
            _build()
        return True
    connection.is_automatic = connection.is_active = is_automatic
    by_two(connection)
    return is_automatic


def _build() -> None:
    connection = Connection.objects.create(
        product=ProviderProduct.objects.get(name="Azure"),
        name="Provprenumeration (påhittad)",
        external_id=SUBSCRIPTION,
        authority=Authority.objects.get(code="NIS"),
        is_automatic=True,
    )
    system = CloudSystem.objects.create(connection=connection, name="Azure, prov")
    for number in range(1, MACHINES + 1):
        row = CloudObject.objects.create(
            system=system,
            kind=CloudObject.Kind.VIRTUAL_MACHINE,
            designation=f"P-{number:02d}",
            external_id=MACHINE.format(number),
            authority=connection.authority,
        )
        CloudObjectInformationSet.objects.create(
            cloud_object=row,
            information_set=InformationSet.objects.get(name="Driftloggar, servrar"),
        )
