"""The invented city: its boards, people, products, information and objects."""

from datetime import timedelta

from django.contrib.auth import get_user_model

from audit_app.acting import acting
from lockbox_site.demo import accessibility, processing, roster
from lockbox_site.demo.boards import AUTHORITIES, BEGAN, make_rules
from lockbox_site.demo.information import make_information, make_named_lists
from lockbox_site.demo.objects import external_id, make_objects, make_systems
from lockbox_site.demo.people import engage_everybody
from lockbox_site.demo.standing import settle
from requests_app.models import (
    Absence,
    Authority,
    CloudObject,
    CloudSystem,
    DelegationRule,
    Municipality,
    Provider,
    RoleAssignment,
    SecrecyBranch,
)
from requests_app.permissions.roles import today
from requests_app.workflow.machine_accounts import as_owner
from requests_app.workflow.role import give

# Made last of all: with it the city is whole.
LAST_RULE = "4.9"


def build(password: str) -> None:
    """Make the whole city. Inside acting()."""
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
    accessibility.state(authorities["NIS"])
    processing.sign(authorities.values())


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
    with acting(people["per"], reason="påhittad ändring i demonstrationen"):
        give(
            RoleAssignment(
                person=people["ingrid"],
                role="legal_reviewer",
                authority=board,
                valid_from=today(),
                reason="förstärkning under hösten (påhittat)",
            ),
            by=people["per"],
        )
        Absence.objects.create(
            person=people["amir"],
            substitute=people["hanna"],
            valid_from=today(),
            valid_to=today() + timedelta(days=4),
        )
    roster.lay({row.code: row for row in Authority.objects.all()})
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
            valid_from=today(),
            made_by=people["lena"],
        )
