"""Who works in the city, and as what."""

from datetime import datetime, time
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from lockbox_site.demo.boards import BEGAN, EVERYWHERE
from requests_app.models import (
    Authority,
    Role,
    RoleAssignment,
)
from requests_app.workflow.machine_accounts import (
    as_owner,
    machine_account,
)
from requests_app.workflow.role import deliver

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
