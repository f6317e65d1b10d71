"""Where the city keeps it: products of providers, and objects in them."""

from typing import Any

from audit_app import clock
from requests_app.models import (
    Authority,
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Connection,
    InformationSet,
    Provider,
    ProviderProduct,
)

# What the provider is said to claim of its sovereignty: invented.
CLAIM: dict[str, Any] = {
    "seal": ProviderProduct.Seal.DATA,
    "seal_source": "Påhittad uppgift, för demonstration",
}
# kind, letter, how many, authority, information set, system
OBJECTS: list[tuple[str, str, int, str, str, str]] = [
    ("mailbox", "O", 5, "GSN", "Elevhälsa, psykosocial", "Exchange"),
    ("team", "G", 4, "GSN", "Klasslistor och frånvaro", "Teams"),
    ("site", "F", 3, "GSN", "Förskolans barndokumentation", "SharePoint"),
    ("drive", "E", 2, "GSN", "Elevstöd och åtgärdsprogram", "SharePoint"),
    ("site", "S", 5, "SNC", "Barnavårdsakter", "SharePoint"),
    ("mailbox", "B", 3, "SNC", "Ekonomiskt bistånd", "Exchange"),
    ("mailbox", "R", 1, "SNC", "Familjerådgivning", "Exchange"),
    ("virtual_machine", "V", 5, "NIS", "Driftloggar, servrar", "Azure"),
    ("log", "L", 3, "NIS", "Meddelandespårning utan innehåll", "Exchange"),
    ("subscription", "A", 2, "NIS", "Behörigheter och it-säkerhet", "Azure"),
    ("site", "K", 2, "KSN", "Nämndhandlingar", "SharePoint"),
    ("team", "U", 1, "KSN", "Upphandling före tilldelning", "Teams"),
    ("mailbox", "H", 3, "EBO", "Hyresgästärenden", "Exchange"),
    ("virtual_machine", "X", 1, "EBO", "Leverantörsavtal, bolaget", "Azure"),
]


def make_systems(runs: Authority) -> dict[str, CloudSystem]:
    microsoft = Provider.objects.create(
        municipality=runs.municipality, name="Microsoft", country="US"
    )
    common = {"provider": microsoft}
    m365 = ProviderProduct.objects.create(
        **common,
        name="Microsoft 365",
        channel="by_hand",
        answer_minutes=12 * 60,
        access_minutes=4 * 60,
        revocation="unclear",
        portal="Administrationscenter för Microsoft 365 → Support → Customer Lockbox",
        **CLAIM,
        seal_read_on=clock.now().date(),
    )
    azure = ProviderProduct.objects.create(
        **common,
        name="Azure",
        channel="azure",
        answer_minutes=4 * 24 * 60,
        access_minutes=8 * 60,
        revocation="no",
        portal="Azure-portalen → Customer Lockbox för Microsoft Azure → Väntande",
    )
    ProviderProduct.objects.create(
        **common,
        name="Power Platform",
        channel="by_hand",
        answer_minutes=4 * 24 * 60,
        access_minutes=8 * 60,
        access_is_fixed=True,
        revocation="no",
        portal="Administrationscenter för Power Platform → Customer Lockbox",
    )
    tenant = Connection.objects.create(
        product=m365,
        name="Exempelstads klient",
        external_id="demo-tenant",
        authority=runs,
    )
    subscription = Connection.objects.create(
        product=azure,
        name="Exempelstads prenumeration",
        external_id="demo-subscription",
        authority=runs,
    )
    return {
        name: CloudSystem.objects.create(connection=connection, name=name)
        for name, connection in (
            ("Exchange", tenant),
            ("SharePoint", tenant),
            ("Teams", tenant),
            ("Azure", subscription),
        )
    }


def external_id(kind: str, designation: str) -> str:
    """An address, site or resource id of the kind, invented."""
    low = designation.lower()
    if kind in ("mailbox", "log"):
        return f"{low}@exempelstad.example"
    if kind == "virtual_machine":
        return (
            "/subscriptions/00000000-demo/resourceGroups/rg/providers/"
            f"Microsoft.Compute/virtualMachines/{low}"
        )
    if kind == "subscription":
        return f"00000000-demo-{low}"
    return f"https://exempelstad.sharepoint.example/sites/{low}"


def make_object(information_set: InformationSet, **values: Any) -> None:
    """An object of the map that holds one set."""
    row = CloudObject.objects.create(**values)
    CloudObjectInformationSet.objects.create(
        cloud_object=row, information_set=information_set
    )


def make_objects(
    authorities: dict[str, Authority], systems: dict[str, CloudSystem]
) -> None:
    sets: dict[str, Any] = {row.name: row for row in InformationSet.objects.all()}
    for kind, letter, count, code, set_name, system in OBJECTS:
        # The worked examples name O-17, S-22 and L-09.
        first = {"O": 13, "S": 18, "L": 7}.get(letter, 1)
        for number in range(first, first + count):
            designation = f"{letter}-{number:02d}"
            make_object(
                sets[set_name],
                system=systems[system],
                kind=kind,
                designation=designation,
                external_id=external_id(kind, designation),
                authority=authorities[code],
            )
