"""The invented city: its boards, people, products, information and objects."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from audit_app import clock
from audit_app.acting import acting
from lockbox_site.demo.second_person import by_two
from lockbox_site.demo.standing import settle
from requests_app import permissions
from requests_app.models import (
    Absence,
    Authority,
    ClassificationLabel,
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Connection,
    DelegationRule,
    InformationSet,
    InformationSetPerson,
    InformationSetProvision,
    Outcome,
    Provider,
    ProviderProduct,
    Provision,
    RoleAssignment,
    SecrecyBranch,
    SecurityClassification,
)
from requests_app.workflow.machine_accounts import as_owner, machine_account
from requests_app.workflow.role import deliver, give

BEGAN = date(2026, 1, 1)

AUTHORITIES = {
    "KSN": ("Kommunstyrelsen i Exempelstad", "board"),
    "GSN": ("Grundskolenämnden i Exempelstad", "board"),
    "SNC": ("Socialnämnden Centrum i Exempelstad", "board"),
    "NIS": ("Nämnden för intraservice i Exempelstad", "board"),
    "EBO": ("Exempelstads Bostads AB", "company"),
}
EVERYWHERE = tuple(AUTHORITIES)

# username: first name, last name, title, roles as (role, authorities)
PEOPLE: dict[str, tuple[str, str, str, list[tuple[str, tuple[str, ...]]]]] = {
    "lena": ("Lena", "Öst", "registrator", [("registrar", EVERYWHERE)]),
    "per": ("Per", "Falk", "it-chef", [("it_manager", EVERYWHERE)]),
    "karin": (
        "Karin",
        "Ek",
        "stadsjurist",
        [("legal_reviewer", ("KSN", "GSN", "NIS"))],
    ),
    "amir": ("Amir", "Holm", "jurist", [("legal_reviewer", ("SNC", "EBO"))]),
    "hanna": ("Hanna", "Ny", "jurist", [("legal_reviewer", ("SNC", "EBO"))]),
    "birgitta": (
        "Birgitta",
        "Lund",
        "enhetschef juridik",
        [("decision_maker", ("KSN", "GSN", "NIS"))],
    ),
    "omar": ("Omar", "Sjö", "verksamhetschef", [("decision_maker", ("SNC", "EBO"))]),
    "ingrid": (
        "Ingrid",
        "Dahl",
        "informationsägare",
        [("information_owner", ("KSN", "GSN", "SNC"))],
    ),
    "sten": ("Sten", "Berg", "dataskyddsombud", [("dpo", EVERYWHERE)]),
    "maja": (
        "Maja",
        "Vik",
        "säkerhetsskyddschef",
        [("security_protection", EVERYWHERE)],
    ),
    "nora": ("Nora", "Alm", "biträdande it-chef", [("it_manager", EVERYWHERE)]),
    "disa": (
        "Disa",
        "Rask",
        "informationssäkerhetschef",
        [("information_security", EVERYWHERE)],
    ),
    "erik": ("Erik", "Norén", "drifttekniker", [("executor", ("NIS",))]),
    "asa": ("Åsa", "Ström", "revisor", [("auditor", EVERYWHERE)]),
    "tove": (
        "Tove",
        "Lind",
        "systemadministratör",
        [("system_administrator", ("NIS",))],
    ),
}

# Sets whose reviews no role opens, and the people who do.
NAMED = {"Visselblåsarfunktionen": ("lena", "karin", "birgitta")}

# A classification whose day of review has passed.
OVERDUE = "Färdtjänst"

# name, authority, K, R, T, personal data, protected identities, provisions
INFORMATION: list[tuple[str, str, int, int, int, str, bool, list[str]]] = [
    ("Elevhälsa, psykosocial", "GSN", 3, 2, 2, "special", False,
     ["OSL-23-2-st1", "OSL-21-1", "OSL-21-7"]),
    ("Elevhälsa, medicinsk", "GSN", 3, 3, 2, "special", False, ["OSL-25-1"]),
    ("Elevstöd och åtgärdsprogram", "GSN", 2, 2, 2, "special", False,
     ["OSL-23-2-st2", "OSL-23-2-st3"]),
    ("Klasslistor och frånvaro", "GSN", 2, 2, 2, "ordinary", True, ["OSL-23-2-st3"]),
    ("Förskolans barndokumentation", "GSN", 2, 2, 2, "special", False, ["OSL-23-1"]),
    ("Orosanmälningar från skolan", "GSN", 3, 2, 2, "special", True,
     ["OSL-40-7g", "OSL-21-3-st1"]),
    ("Barnavårdsakter", "SNC", 3, 3, 3, "special", True,
     ["OSL-26-1", "OSL-21-3-st1", "OSL-21-3a", "OSL-26-5"]),
    ("Ekonomiskt bistånd", "SNC", 3, 2, 2, "special", True, ["OSL-26-1"]),
    ("Familjerådgivning", "SNC", 3, 2, 1, "special", True, ["OSL-26-3"]),
    ("Färdtjänst", "SNC", 2, 2, 2, "special", False, ["OSL-29-6"]),
    ("Personalärenden, hälsa", "NIS", 3, 2, 1, "special", False,
     ["OSL-39-2", "OSL-39-3-st1"]),
    ("Meddelandespårning utan innehåll", "NIS", 1, 2, 2, "ordinary", False,
     ["OSL-18-8", "OSL-21-7", "OSL-21-3-st1", "OSL-39-3-st3"]),
    ("Behörigheter och it-säkerhet", "NIS", 3, 3, 3, "ordinary", False,
     ["OSL-18-8", "OSL-18-9"]),
    ("Driftloggar, servrar", "NIS", 2, 2, 2, "ordinary", False,
     ["OSL-18-8", "OSL-40-5"]),
    ("Nämndhandlingar", "KSN", 1, 2, 2, "ordinary", False, ["OSL-21-7"]),
    ("Upphandling före tilldelning", "KSN", 3, 2, 2, "ordinary", False,
     ["OSL-19-3-st1", "OSL-19-3-st2", "OSL-31-16"]),
    ("Risk- och sårbarhetsanalyser", "KSN", 3, 3, 2, "none", False, ["OSL-18-13"]),
    ("Visselblåsarfunktionen", "KSN", 3, 3, 2, "special", True,
     ["OSL-32-3b-st2p1", "OSL-32-3b-st2p2"]),
    ("Hyresgästärenden", "EBO", 2, 2, 2, "ordinary", True, ["OSL-26-11-st2"]),
    ("Leverantörsavtal, bolaget", "EBO", 2, 1, 1, "ordinary", False, ["OSL-31-17"]),
]  # fmt: skip

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

# Made last of all: with it the city is whole.
LAST_RULE = "4.9"
LEVELS = ("Ingen", "Måttlig", "Betydande", "Allvarlig", "Synnerligen allvarlig")


def build(password: str) -> None:
    """Make the whole city. Inside acting()."""
    authorities = {
        code: Authority.objects.create(
            code=code,
            name=name,
            kind=kind,
            postal_address="Box 1, 999 99 Exempelstad (påhittat)",
            email=f"{code.lower()}@exempelstad.example",
            administrative_court="Göteborg",
        )
        for code, (name, kind) in AUTHORITIES.items()
    }
    SecrecyBranch.objects.create(
        authority=authorities["SNC"], name="Familjerådgivningen"
    )
    _people(authorities, password)
    for authority in authorities.values():
        _rules(authority)
    systems = _systems(authorities["NIS"])
    _information(authorities)
    settle(authorities, BEGAN)
    _objects(authorities, systems)
    _named_lists()


def _people(authorities: dict[str, Authority], password: str) -> None:
    home = authorities["KSN"]
    # One password, so one hash for all: each takes a quarter of a second.
    password_hash = make_password(password)
    for username, (first, last, title, _roles) in PEOPLE.items():
        person = get_user_model()(
            username=username,
            first_name=first,
            last_name=last,
            title=title,
            password=password_hash,
        )
        with as_owner():
            person.save()
    everybody = {row.username: row for row in get_user_model().objects.all()}
    for username, (_first, _last, _title, roles) in PEOPLE.items():
        for role, codes in roles:
            for code in codes:
                _engage(everybody, username, role, authorities[code], home)


def _engage(
    everybody: dict[str, Any], username: str, role: str, authority: Authority, home: Any
) -> None:
    """Given by one manager and confirmed by the other; their own by the system."""
    elsewhere = username == "karin" and authority != home
    managers = [everybody[name] for name in ("per", "nora") if name != username]
    givers = [machine_account("system")] if len(managers) < 2 else managers
    deliver(
        RoleAssignment(
            person=everybody[username],
            role=role,
            authority=authority,
            employer=home if elsewhere else None,
            basis="uppdrag enligt avtal om juridiskt stöd" if elsewhere else "",
            valid_from=BEGAN,
            reason="påhittad person i demonstrationen",
        ),
        given_by=givers[0],
        confirmed_by=managers[-1],
        at=datetime.combine(BEGAN, time(8), timezone.get_default_timezone()),
    )


def _rules(authority: Authority) -> None:
    for level, label in enumerate(LEVELS):
        ClassificationLabel.objects.create(
            authority=authority, aspect="confidentiality", level=level, label=label
        )
    rule = DelegationRule.objects.create(
        authority=authority,
        item_no="4.7",
        title="Leverantörs åtkomst till uppgifter i molntjänst",
        outcomes=list(Outcome.values),
        role="decision_maker",
        board_decision="2026-01-20 § 7 (påhittat)",
        made_by=machine_account("system"),
        valid_from=BEGAN,
    )
    settling = DelegationRule.objects.create(
        authority=authority,
        item_no="4.8",
        title="Stående bedömning av leverantörs åtkomst",
        decision_type=DelegationRule.DecisionType.STANDING,
        role="decision_maker",
        board_decision="2026-01-20 § 7 (påhittat)",
        made_by=machine_account("system"),
        valid_from=BEGAN,
    )
    lena = get_user_model().objects.get(username="lena")
    for row in (rule, settling):
        with acting(lena):
            row.confirmed_by, row.confirmed_at = lena, clock.now()
            row.save()


def is_finished() -> bool:
    """False where the building of the city was broken off."""
    return DelegationRule.objects.filter(item_no=LAST_RULE).exists()


def unfinished() -> None:
    """What waits for a second pair of eyes, and somebody who is away."""
    people = {row.username: row for row in get_user_model().objects.all()}
    board = Authority.objects.get(code="GSN")
    with acting(people["per"], reason="påhittad ändring i demonstrationen"):
        give(
            RoleAssignment(
                person=people["ingrid"],
                role="legal_reviewer",
                authority=board,
                valid_from=permissions.today(),
                reason="förstärkning under hösten (påhittat)",
            ),
            by=people["per"],
        )
        Absence.objects.create(
            person=people["amir"],
            substitute=people["hanna"],
            valid_from=permissions.today(),
            valid_to=permissions.today() + timedelta(days=4),
        )
    with acting(people["ingrid"], reason="påhittad ändring i demonstrationen"):
        CloudObject.objects.create(
            system=CloudSystem.objects.get(name="SharePoint"),
            kind="site",
            designation="S-90",
            external_id=external_id("site", "S-90"),
            authority=board,
        )
    with acting(people["lena"], reason="påhittad ändring i demonstrationen"):
        DelegationRule.objects.create(
            authority=board,
            item_no=LAST_RULE,
            title="Kort åtkomst till uppgifter med låg konfidentialitet",
            outcomes=["granted", "refused"],
            role="legal_reviewer",
            max_minutes=60,
            max_confidentiality=2,
            board_decision="2026-11-10 § 112 (påhittat)",
            valid_from=permissions.today(),
            made_by=people["lena"],
        )


def _systems(runs: Authority) -> dict[str, CloudSystem]:
    microsoft = Provider.objects.create(name="Microsoft", country="US")
    common = {"provider": microsoft}
    m365 = ProviderProduct.objects.create(
        **common,
        name="Microsoft 365",
        channel="by_hand",
        answer_minutes=12 * 60,
        access_minutes=4 * 60,
        revocation="unclear",
        portal="Administrationscenter för Microsoft 365 → Support → Customer Lockbox",
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


def _information(authorities: dict[str, Authority]) -> None:
    due = permissions.today() + timedelta(days=200)
    for name, code, k, r, t, personal, protected, provisions in INFORMATION:
        row = InformationSet.objects.create(
            authority=authorities[code],
            name=name,
            personal_data=personal,
            protected_identities_possible=protected,
        )
        SecurityClassification.objects.create(
            information_set=row,
            valid_from=BEGAN,
            confidentiality=k,
            integrity=r,
            availability=t,
            reason="Årlig klassning",
            review_due=permissions.today() - timedelta(days=9)
            if name == OVERDUE
            else due,
        )
        in_force = Provision.objects.in_force(permissions.today())
        for provision in in_force.filter(code__in=provisions):
            InformationSetProvision.objects.create(
                information_set=row, provision=provision
            )


def _named_lists() -> None:
    """Two of the city's people put them there, as everywhere."""
    for name, usernames in NAMED.items():
        row = InformationSet.objects.get(name=name)
        for username in usernames:
            person = get_user_model().objects.get(username=username)
            by_two(InformationSetPerson(information_set=row, person=person))
        row.is_named_list = True
        by_two(row)


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


def _objects(
    authorities: dict[str, Authority], systems: dict[str, CloudSystem]
) -> None:
    sets: dict[str, Any] = {row.name: row for row in InformationSet.objects.all()}
    for kind, letter, count, code, set_name, system in OBJECTS:
        # The worked examples name O-17, S-22 and L-09.
        first = {"O": 13, "S": 18, "L": 7}.get(letter, 1)
        for number in range(first, first + count):
            designation = f"{letter}-{number:02d}"
            row = CloudObject.objects.create(
                system=systems[system],
                kind=kind,
                designation=designation,
                external_id=external_id(kind, designation),
                authority=authorities[code],
            )
            CloudObjectInformationSet.objects.create(
                cloud_object=row, information_set=sets[set_name]
            )
