"""Connections that are asked by machine, where a provider is simulated on this machine.

The demo never asks a real provider: without its simulator each is worked by hand.
"""

import os

from audit_app.acting import acting
from lockbox_site import simulators
from lockbox_site.demo import REASON
from lockbox_site.demo.objects import make_object
from lockbox_site.demo.second_person import by_two
from requests_app.catalogue.products import presets
from requests_app.models import (
    Authority,
    CloudObject,
    CloudSystem,
    Connection,
    InformationSet,
    Provider,
    ProviderProduct,
)
from requests_app.workflow.machine_accounts import SYSTEM, machine_account

# Of what kind a simulator's objects are, where they are no logs.
KINDS = {"azure": CloudObject.Kind.VIRTUAL_MACHINE}
EXAMPLES = 3  # requests of a simulator whose objects are entered


def ensure() -> dict[str, str]:
    """Make what is missing for each simulator that is pointed at, and ask no other.
    Returns where each is asked, by the product's name."""
    places = {}
    for name in simulators.pollable():
        place = os.environ.get(simulators.variable(name), "")
        if connection := ensure_one(name, place):
            places[connection.product.name] = place
    return places


def ensure_one(name: str, place: str) -> Connection | None:
    """The connection to the simulator of this name, where it is asked."""
    is_automatic = place.startswith("http://")
    scope = simulators.simulator(name).scope
    connection = Connection.objects.filter(external_id=scope).first()
    if connection is None and is_automatic:
        with acting(machine_account(SYSTEM), reason=REASON):
            return _build(name, scope)
    if connection is not None and connection.is_automatic != is_automatic:
        connection.is_automatic = connection.is_active = is_automatic
        by_two(connection)
    return connection if is_automatic else None


def _build(name: str, scope: str) -> Connection:
    runs = Authority.objects.get(code="NIS")
    product = _product(name, runs)
    connection = Connection.objects.create(
        product=product,
        name=f"{product}, prov (påhittad)",
        external_id=scope,
        authority=runs,
        is_automatic=True,
    )
    system = CloudSystem.objects.create(connection=connection, name=f"{product}, prov")
    logs = InformationSet.objects.get(name="Driftloggar, servrar")
    for turn, external_id in enumerate(_objects(name), start=1):
        make_object(
            logs,
            system=system,
            kind=KINDS.get(name, CloudObject.Kind.LOG),
            designation=f"P-{turn:02d}",
            external_id=external_id,
            authority=connection.authority,
        )
    return connection


def _product(name: str, runs: Authority) -> ProviderProduct:
    """The product that this provider's requests are for, made from the catalogue where
    the city has none."""
    known = ProviderProduct.objects.filter(channel=name).first()
    if known is not None:
        return known
    preset = next(one for one in presets() if one.values["channel"] == name)
    provider, _new = Provider.objects.get_or_create(
        municipality=runs.municipality,
        name=preset.provider,
        defaults={"country": preset.country},
    )
    return ProviderProduct.objects.create(provider=provider, **preset.values)


def _objects(name: str) -> list[str]:
    """What its examples name."""
    one = simulators.simulator(name)()
    try:
        numbers = [one.example(turn) for turn in range(1, EXAMPLES + 1)]
        rows = [simulators.objects_of(name, one, number) for number in numbers]
    finally:
        one.server.server_close()
    return sorted({external_id for row in rows for external_id in row})
