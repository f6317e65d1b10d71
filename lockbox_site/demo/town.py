"""Town: demo, accessibility, boards, connections, information, neighbours, objects,
people, processing, roster, second person and standing."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management.base import CommandError
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.ledger import record
from audit_app.sealing import keys, sealer
from audit_app.verifying.proofs import WITNESS, opened
from lockbox_site import simulators
from lockbox_site.scratch import copied, pointed_at, served
from requests_app.core import two_persons
from requests_app.core.content import keep
from requests_app.core.models import Content, Outcome
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import (
    Absence,
    Authority,
    Role,
    RoleAssignment,
    SecrecyBranch,
)
from requests_app.core.step import SYSTEM, as_owner, machine_account
from requests_app.core.two_persons import (
    GUARDED,
    authority_guarding,
    confirm,
    save_or_propose,
)
from requests_app.duty.models.notices import (
    OWN_WAYS,
    Hours,
    NoticeLadder,
    NoticeWay,
    Rung,
    Whom,
    written,
)
from requests_app.duty.models.roster import (
    Act,
    RosterAuthority,
    RosterGroup,
    RosterPattern,
)
from requests_app.duty.steps import lay_pattern
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.steps import deliver, give
from requests_app.oversight.sweep import post
from requests_app.privacy.models import (
    AccessibilityFault,
    AccessibilityStatement,
    ProcessingPaper,
)
from requests_app.privacy.papers import PAPERS, say_today
from requests_app.privacy.rights import PAPER_KEEPERS
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
    Connection,
    Provider,
    ProviderProduct,
)
from requests_app.registers.models.information import (
    ClassificationLabel,
    InformationSet,
    InformationSetPerson,
    InformationSetProvision,
    SecurityClassification,
)
from requests_app.registers.models.provisions import Provision
from requests_app.registers.models.standing import (
    Factor,
    StandingAssessment,
    StandingRecipient,
)
from requests_app.registers.reference import presets

# Exempelstad: an invented city to look at. No name, number or case here is real.

# The reason that history gives for what nobody has really done.
REASON = "Påhittade uppgifter, för demonstration"

# The invented city's accessibility statement.

DAY = date(2026, 11, 2)


def state(authority: Authority) -> None:
    """Publish it. Inside acting_as()."""
    statement = AccessibilityStatement.objects.create(
        authority=authority,
        operator="Exempelstads kommun (påhittad)",
        status=AccessibilityStatement.Status.PARTLY,
        tested_how=(
            "Vi har själva gått igenom sidorna med tangentbord och en maskinell granskning"
            " (axe-core)."
        ),
        tested_on=DAY,
        documents=(
            "Beslut är taggade PDF-filer (PDF/A-3a, PDF/UA-1). Be oss om du behöver ett"
            " beslut i en annan form."
        ),
        contact_email="tillganglighet@exempelstad.example",
        answered_within="inom två arbetsdagar",
        published_on=DAY,
        revised_on=DAY,
    )
    AccessibilityFault.objects.create(
        statement=statement,
        criterion="WCAG 2.2.1 Justerbar tidsgräns",
        what="Ingen är inloggad längre än åtta timmar, och tiden går inte att förlänga.",
        reason=AccessibilityFault.Reason.FAULT,
        alternative="Utkast sparas, och finns kvar när du har loggat in igen.",
    )


# The city's boards: what they are called and what they have delegated.

BEGAN = date(2026, 1, 1)
AUTHORITIES = {
    "KSN": ("Kommunstyrelsen i Exempelstad", "board"),
    "GSN": ("Grundskolenämnden i Exempelstad", "board"),
    "SNC": ("Socialnämnden Centrum i Exempelstad", "board"),
    "NIS": ("Nämnden för intraservice i Exempelstad", "board"),
    "EBO": ("Exempelstads Bostads AB", "company"),
}
EVERYWHERE = tuple(AUTHORITIES)
LEVELS = ("Ingen", "Måttlig", "Betydande", "Allvarlig", "Synnerligen allvarlig")


def make_rules(authority: Authority) -> None:
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
        report_to_board=authority.kind == Authority.Kind.BOARD,
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
        report_to_board=authority.kind == Authority.Kind.BOARD,
        made_by=machine_account("system"),
        valid_from=BEGAN,
    )
    handing_out = DelegationRule.objects.create(
        authority=authority,
        item_no="4.9",
        title="Beslut att inte lämna ut allmän handling",
        decision_type=DelegationRule.DecisionType.HAND_OUT,
        role="decision_maker",
        board_decision="2026-01-20 § 7 (påhittat)",
        report_to_board=authority.kind == Authority.Kind.BOARD,
        made_by=machine_account("system"),
        valid_from=BEGAN,
    )
    lena = get_user_model().objects.get(username="lena")
    for row in (rule, settling, handing_out):
        with acting_as(lena):
            row.confirmed_by, row.confirmed_at = lena, acting.now()
            row.save()


# Where the city keeps it: products of providers, and objects in them.

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
        seal_read_on=acting.today(),
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


# What the city's registers take from two persons only.


def by_two(row: Any) -> None:
    """Propose the row as it now reads, and confirm it: by the first two who keep it."""
    authority = authority_guarding(row)
    roles = RoleAssignment.objects.in_force(acting.now()).filter(
        authority=authority, branch=None, role__in=GUARDED[type(row)].keepers
    )
    people = get_user_model().objects.filter(pk__in=roles.values("person"))
    first, second = people.order_by("pk")[:2]
    with acting_as(first, reason=REASON):
        change = two_persons.save_or_propose(row, by=first, reason=REASON)
    if change is not None:
        two_persons.confirm(change, by=second)


# Connections that are asked by machine, where a provider is simulated on this machine.
#
# The demo never asks a real provider: without its simulator each is worked by hand.

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
        with acting_as(machine_account(SYSTEM), reason=REASON):
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


# What the city knows of people: its information sets, and who may read of them.

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
    # Of the two, the first has no known successor from 1 July 2028 on.
    ("Förskolans barndokumentation", "GSN", 2, 2, 2, "special", False,
     ["OSL-23-1", "OSL-21-1"]),
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


def make_information(authorities: dict[str, Authority]) -> None:
    due = acting.today() + timedelta(days=200)
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
            review_due=acting.today() - timedelta(days=9) if name == OVERDUE else due,
        )
        in_force = Provision.objects.in_force(acting.today())
        for provision in in_force.filter(code__in=provisions):
            InformationSetProvision.objects.create(
                information_set=row, provision=provision
            )


def make_named_lists() -> None:
    """Two of the city's people put them there, as everywhere."""
    for name, usernames in NAMED.items():
        row = InformationSet.objects.get(name=name)
        for username in usernames:
            person = get_user_model().objects.get(username=username)
            by_two(InformationSetPerson(information_set=row, person=person))
        row.is_named_list = True
        by_two(row)


# Two installations on this machine that witness each other: two databases, each served
# by processes of its own and asked over HTTP. For the demonstration and its test.

# What whoever owns the database can do: the last line is another than was signed, and
# nothing there remembers it.
REWRITE = """
alter table audit_app_ledgerentry disable trigger user;
alter table audit_app_checkpoint disable trigger user;
alter table audit_app_cosignature disable trigger user;
delete from audit_app_cosignature;
delete from audit_app_checkpoint;
update audit_app_ledgerentry set leaf_hash = sha256('forged') where id =
  (select entry_id from audit_app_sealedleaf order by leaf_index desc limit 1);
"""


@dataclass
class Installation:
    name: str
    database: str
    folder: Path
    log: keys.SigningKey
    witness: keys.SigningKey
    url: str = ""

    @property
    def published(self) -> Path:
        return self.folder / "published" / "checkpoint"

    @contextmanager
    def here(self) -> Iterator[None]:
        """This process is the installation's."""
        with (
            pointed_at(self.database),
            override_settings(
                LEDGER_KEY=str(self.folder / "log.key"),
                LEDGER_FOLDER=str(self.folder / "published"),
                LEDGER_POLICY=str(self.folder / "policy"),
            ),
        ):
            yield

    def write(self) -> None:
        with self.here():
            record("demo.written", by=None)

    def seal(self) -> list[str]:
        """The troubles; none where the other has cosigned."""
        with self.here():
            return sealer.seal_round(post)

    def rewrite(self) -> None:
        """Rewrite our ledger, as somebody who has all of the installation, and of the
        other nothing."""
        with self.here(), connections["owner"].cursor() as cursor:
            cursor.execute(REWRITE)
        self.published.unlink()


@contextmanager
def neighbours(template: str, folder: Path) -> Iterator[tuple[Installation, ...]]:
    """Two copies of a database. Each knows the other's public keys, and where it is."""
    pair = tuple(_made(name, template, folder) for name in ("arvika", "borlange"))
    one, other = pair
    with (
        copied(one.database, template),
        copied(other.database, template),
        _serving(one, other),
        _serving(other, one),
    ):
        yield pair


def _made(name: str, template: str, folder: Path) -> Installation:
    made = Installation(
        name,
        f"{template}_{name}",
        folder / name,
        keys.make(f"{name}.example/ledger"),
        keys.make(f"{name}.example/witness", WITNESS),
    )
    made.folder.mkdir()
    keys.keep(made.log, str(made.folder / "log.key"))
    keys.keep(made.witness, str(made.folder / "witness.key"))
    return made


@contextmanager
def _serving(here: Installation, there: Installation) -> Iterator[None]:
    (here.folder / "logs").write_text(f"{there.log.public}\n")
    environment = {
        "LOCKBOX_WITNESS_KEY": str(here.folder / "witness.key"),
        "LOCKBOX_WITNESSED_LOGS": str(here.folder / "logs"),
    }
    with served(here.database, 1, environment) as here.url:
        # However long it takes to begin.
        httpx.get(f"{here.url}/healthz", timeout=300)
        (there.folder / "policy").write_text(
            f"witness {here.name} {here.witness.public} {here.url}/witness\n"
            f"quorum {here.name}\n"
        )
        yield


def show(template: str, folder: Path, out: Any) -> None:
    """What each cosigned; and that a ledger that was rewritten is cosigned no more.
    Raises CommandError where it is not so."""
    with neighbours(template, folder) as (one, other):
        for here, there in ((one, other), (other, one), (one, other)):
            here.write()
            if trouble := here.seal():
                raise CommandError(" ".join(trouble))
            keys_of_both = [here.log.public, there.witness.public]
            checkpoint, seen = opened(here.published.read_text(), keys_of_both)
            if there.witness.public not in seen:
                raise CommandError(f"{there.name} has not cosigned.")
            out.write(
                f"{here.name}: checkpoint of {checkpoint.size} lines, signed by"
                f" {here.log.name}, cosigned by {there.witness.name}"
            )
        one.rewrite()
        out.write(
            f"{one.name}: somebody rewrites the last line, and what is kept of it"
        )
        one.write()
        trouble = one.seal()
        if not trouble or one.published.exists():
            raise CommandError(f"{other.name} cosigned a ledger that was rewritten.")
        out.write(f"{one.name}: not signed. {' '.join(trouble)}")


# Who works in the city, and as what.

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
        [("decision_maker", EVERYWHERE)],
    ),
    "omar": ("Omar", "Sjö", "verksamhetschef", [("decision_maker", EVERYWHERE)]),
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
    "klara": (
        "Klara",
        "Sand",
        "stadsdirektör",
        [("confirmer", ("KSN", "NIS"))],
    ),
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


def engage_everybody(authorities: dict[str, Authority], password: str) -> None:
    home = authorities["KSN"]
    # One password, so one hash for all: each takes a quarter of a second.
    password_hash = make_password(password)
    for number, (username, row) in enumerate(PEOPLE.items()):
        first, last, title, _roles = row
        person = get_user_model()(
            username=username,
            first_name=first,
            last_name=last,
            title=title,
            email=f"{username}@exempelstad.example",
            # Among the numbers that PTS has set aside for fiction.
            phone=f"070-174 06 {number + 5:02}",
            password=password_hash,
            municipality=home.municipality,
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
            employer=str(home) if elsewhere else "",
            basis=_basis(role, elsewhere),
            decided_on=BEGAN if role == Role.CONFIRMER else None,
            valid_from=BEGAN,
            reason="påhittad person i demonstrationen",
        ),
        given_by=givers[0],
        confirmed_by=managers[-1],
        at=datetime.combine(BEGAN, time(8), timezone.get_default_timezone()),
    )


def _basis(role: str, elsewhere: bool) -> str:
    if role == Role.CONFIRMER:
        return "nämndens beslut § 12 (påhittat)"
    return "uppdrag enligt avtal om juridiskt stöd" if elsewhere else ""


class Person:
    """Looks people up by the name they sign in with."""

    def __getattr__(self, username: str) -> Any:
        return get_user_model().objects.get(username=username)

    def named(self, username: str) -> Any:
        return getattr(self, username)


people = Person()

# The papers of Exempelstad's boards on the processing, signed by two of them.

FILLED = {
    "contact": "Registrator, registrator@exempelstad.example (påhittat)",
    "officer": "Dataskyddsombudet, dso@exempelstad.example (påhittat)",
    "processor": "Nämnden för intraservice (påhittat)",
}


def sign(authorities: Iterable[Authority]) -> None:
    """Where two people answer for them."""
    for authority in authorities:
        first, *others = _signers(authority) or [None]
        if not others:
            continue
        for kind in PAPERS:
            paper = ProcessingPaper(authority=authority, kind=kind, **FILLED)
            say_today(paper)
            with acting_as(first):
                change = save_or_propose(paper, by=first, reason="Påhittat")
            if change is not None:
                confirm(change, by=others[0])


def _signers(authority: Authority) -> list[object]:
    rows = RoleAssignment.objects.in_force(acting.now(), acting.today())
    rows = rows.filter(authority=authority, branch=None, role__in=PAPER_KEEPERS)
    people = {row.person_id: row.person for row in rows.select_related("person")}
    return list(people.values())


# Who is on duty in the invented city, and whom a request's ladder of notices tells.

SCHOOL, SOCIAL, COUNCIL = ("GSN", "KSN"), ("SNC", "EBO"), "NIS"
EVERY_DAY, MIDNIGHT = list(range(7)), time(0)


class Duty(NamedTuple):
    """A roster of the authority, and who takes turns on it, a week each."""

    name: str
    authority: str
    shared: tuple[str, ...]
    acts: tuple[Act, ...]
    people: tuple[str, ...]


DUTIES = (
    Duty("Registratur", COUNCIL, (*SCHOOL, *SOCIAL), (Act.REGISTER,), ("lena",)),
    Duty("Jurist, skola och stab", COUNCIL, SCHOOL, (Act.REVIEW,), ("karin",)),
    Duty("Jurist, social", "SNC", ("EBO",), (Act.REVIEW,), ("amir", "hanna")),
    Duty("Beslut, skola och stab", COUNCIL, SCHOOL, (Act.DECIDE,), ("birgitta",)),
    Duty("Beslut, social", "SNC", ("EBO",), (Act.DECIDE,), ("omar",)),
    Duty("Drift", COUNCIL, (), (Act.EXECUTE,), ("erik",)),
)
# Of information of a high class: the phones at once, whatever the hour.
URGENT = (
    Rung(0, Whom.ON_DUTY, (NoticeWay.MAIL, NoticeWay.PUSH, NoticeWay.COLLEAGUES)),
    Rung(20, Whom.ON_DUTY, OWN_WAYS, hours=Hours.OTHER),
    Rung(40, Whom.ROLE, OWN_WAYS, role=Role.IT_MANAGER),
    Rung(60, Whom.EVERYBODY, tuple(NoticeWay)),
)
HIGH = 3


def lay(authorities: dict[str, Authority]) -> None:
    """By a manager of the city, from today on."""
    people = {row.username: row for row in get_user_model().objects.all()}
    with acting_as(people["per"], reason=REASON):
        for duty in DUTIES:
            _lay(duty, authorities, people)
    by_two(
        NoticeLadder(
            authority=authorities[COUNCIL],
            product=ProviderProduct.objects.get(name="Microsoft 365"),
            class_from=HIGH,
            rungs=written(URGENT),
        )
    )


def _lay(duty: Duty, authorities: dict[str, Authority], people: dict[str, Any]) -> None:
    group = RosterGroup.objects.create(
        authority=authorities[duty.authority],
        name=f"{duty.name} (påhittad)",
        acts=list(duty.acts),
    )
    for code in duty.shared:
        RosterAuthority.objects.create(group=group, authority=authorities[code])
    monday = acting.today() - timedelta(days=acting.today().weekday())
    for turn, username in enumerate(duty.people):
        lay_pattern(
            group,
            by=people["per"],
            person=people[username],
            weekdays=EVERY_DAY,
            days=RosterPattern.Days.EVERY,
            begins=MIDNIGHT,
            ends=MIDNIGHT,
            every_weeks=len(duty.people),
            valid_from=monday + timedelta(weeks=turn),
            valid_to=None,
        )


# What the boards of Exempelstad have settled beforehand with their invented provider.

USUAL = (
    "Åtkomsten är kortvarig, avgränsad och loggad, och avtalet kräver tystnad av"
    " leverantörens personal. Andra sätt prövas först. Påhittad bedömning."
)
NOT_SUITABLE = (
    "Uppgifterna är mycket känsliga och mängden stor. Åtkomst för leverantörens personal"
    " är som regel olämplig och ska begränsas till skärmdelning. Påhittad bedömning."
)
# Sets whose data weigh so heavily that access is unsuitable as a rule.
HEAVY = ("Barnavårdsakter", "Orosanmälningar från skolan")
SPEAKS_FOR = (Factor.PERSONS, Factor.SILENCE, Factor.SECURITY)
# No company here is real: no fact about one may be made up.
Recipients = Iterable[dict[str, Any]]
RECIPIENTS: Recipients = (
    {
        "legal_entity": "Exempeldrift Irland Ltd (påhittat)",
        "country": "IE",
        "relation": "group",
        "transfer_ground": "not_needed",
    },
    {
        "legal_entity": "Exempeldrift Nederland B.V. (påhittat)",
        "country": "NL",
        "relation": "subcontractor",
        "transfer_ground": "not_needed",
    },
    {
        "legal_entity": "Exempeldrift Amerika Inc. (påhittat)",
        "country": "US",
        "relation": "group",
        "transfer_ground": "adequacy",
        "transfer_reference": "Kommissionens beslut (EU) 2023/1795",
        "certification": "yes",
        "covers_staff_data": True,
        "certification_checked": date(2026, 1, 20),
    },
)
AGAINST = (Factor.DATA, Factor.STRENGTH, Factor.EXPECTATIONS)


def settle(
    authorities: Iterable[Authority],
    began: date,
    providers: Iterable[Provider],
    recipients: Recipients = RECIPIENTS,
) -> None:
    """One assessment for each board and provider, and one for each heavy set."""
    usual, heavy = keep(USUAL), keep(NOT_SUITABLE)
    for provider in providers:
        for authority in authorities:
            _assess(authority, provider, usual, recipients, valid_from=began)
        for information_set in InformationSet.objects.filter(name__in=HEAVY):
            _assess(
                information_set.authority,
                provider,
                heavy,
                recipients,
                information_set=information_set,
                is_suitable=False,
                factors={
                    factor: "against" if factor in AGAINST else "neutral"
                    for factor in Factor.values
                },
                valid_from=began,
            )


def _assess(
    authority: Authority,
    provider: Provider,
    suitability: Content,
    recipients: Recipients,
    **values: Any,
) -> None:
    people = get_user_model().objects
    maker, confirmer = people.get(username="karin"), _decider(authority)
    fields = {
        "is_suitable": True,
        "factors": {
            factor: "for" if factor in SPEAKS_FOR else "neutral"
            for factor in Factor.values
        },
        "assignment": "Avtal om molntjänster 2025 med instruktion (påhittat)",
        "processor_agreement": "Personuppgiftsbiträdesavtal 2025-01-15 (påhittat)",
        "impact_assessment": "Konsekvensbedömning 2025-02-03 (påhittad)",
        **values,
    }
    with acting_as(maker):
        row = StandingAssessment.objects.create(
            authority=authority,
            provider=provider,
            suitability=suitability,
            review_due=acting.today() + timedelta(days=120),
            made_by=maker,
            **fields,
        )
        for recipient in recipients:
            StandingRecipient.objects.create(
                standing_assessment=row,
                purpose="Felsökning och rättning i ett supportärende",
                **recipient,
            )
    rule = DelegationRule.objects.get(authority=authority, decision_type="standing")
    with acting_as(confirmer):
        row.confirmed_by, row.confirmed_at = confirmer, acting.now()
        row.delegation_rule, row.delegation_snapshot = rule, rule.snapshot()
        row.save()


def _decider(authority: Authority) -> Any:
    """A decision-maker of the authority, who has it delegated."""
    roles = RoleAssignment.objects.filter(authority=authority, role="decision_maker")
    row = roles.filter(branch=None).select_related("person").order_by("pk").first()
    assert row is not None  # noqa: S101 — each board of the city has one
    return row.person


# The invented city: its boards, people, products, information and objects.

# Made last of all: with it the city is whole.
LAST_RULE = "4.9"


def build(password: str) -> None:
    """Make the whole city. Inside acting_as()."""
    authorities = _authorities()
    SecrecyBranch.objects.create(
        authority=authorities["SNC"], name="Familjerådgivningen"
    )
    engage_everybody(authorities, password)
    for authority in authorities.values():
        make_rules(authority)
    systems = make_systems(authorities["NIS"])
    make_information(authorities)
    settle(authorities.values(), BEGAN, Provider.objects.all())
    make_objects(authorities, systems)
    make_named_lists()
    state(authorities["NIS"])
    sign(authorities.values())


def _authorities() -> dict[str, Authority]:
    with as_owner():
        municipality = Municipality.objects.create(
            name="Exempelstad", organisation_number="999900-0004"
        )
        return {
            code: Authority.objects.create(
                code=code,
                name=name,
                municipality=municipality,
                kind=kind,
                postal_address="Box 1, 999 99 Exempelstad (påhittat)",
                security_contact="Säkerhetsjouren, 031-390 06 00 (påhittat)",
                disk_encryption="LUKS på alla diskar, sett av driften (påhittat)",
                email=f"{code.lower()}@exempelstad.example",
                administrative_court="Göteborg",
            )
            for code, (name, kind) in AUTHORITIES.items()
        }


def is_finished() -> bool:
    """False where the building of the city was broken off."""
    return DelegationRule.objects.filter(item_no=LAST_RULE).exists()


def unfinished() -> None:
    """What waits for a second pair of eyes, and somebody who is away."""
    people = {row.username: row for row in get_user_model().objects.all()}
    board = Authority.objects.get(code="GSN")
    with acting_as(people["per"], reason="påhittad ändring i demonstrationen"):
        give(
            RoleAssignment(
                person=people["ingrid"],
                role="legal_reviewer",
                authority=board,
                valid_from=acting.today(),
                reason="förstärkning under hösten (påhittat)",
            ),
            by=people["per"],
        )
        Absence.objects.create(
            person=people["amir"],
            substitute=people["hanna"],
            valid_from=acting.today(),
            valid_to=acting.today() + timedelta(days=4),
        )
    lay({row.code: row for row in Authority.objects.all()})
    with acting_as(people["ingrid"], reason="påhittad ändring i demonstrationen"):
        CloudObject.objects.create(
            system=CloudSystem.objects.get(name="SharePoint"),
            kind="site",
            designation="S-90",
            external_id=external_id("site", "S-90"),
            authority=board,
        )
    with acting_as(people["lena"], reason="påhittad ändring i demonstrationen"):
        DelegationRule.objects.create(
            authority=board,
            item_no=LAST_RULE,
            title="Kort åtkomst till uppgifter med låg konfidentialitet",
            outcomes=["granted", "refused"],
            role="legal_reviewer",
            max_minutes=60,
            max_confidentiality=2,
            board_decision="2026-11-10 § 112 (påhittat)",
            valid_from=acting.today(),
            made_by=people["lena"],
        )
