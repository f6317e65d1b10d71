"""Reference: products, starter, statutes, founding and reference data."""

import csv
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.ledger import record
from requests_app.core import calendar as core_calendar
from requests_app.core.models import WorkingDay
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import Authority, Role, RoleAssignment
from requests_app.core.people.rights import people_of
from requests_app.core.step import (
    SWEEP,
    WrongState,
    as_owner,
    machine_account,
    make_machine_accounts,
    note,
    save,
    step,
)
from requests_app.core.words.texts import in_record
from requests_app.organisation.law import why_not_called
from requests_app.organisation.rights import confirmers_at
from requests_app.organisation.steps import deliver
from requests_app.registers.models.provisions import Provision, StatuteParagraph

# Products of providers as their own documentation has them: clocks, and what can be
# taken back. Minutes; where none stand, each request says.


class Preset(NamedTuple):
    """`source`: the provider's page, and of which day, that the values come from.
    `values`: fields of a product."""

    key: str
    provider: str
    country: str
    source: str
    values: dict[str, Any]


@cache
def presets() -> tuple[Preset, ...]:
    text = Path(__file__).with_name("products.json").read_text(encoding="utf-8")
    return tuple(Preset(**entry) for entry in json.loads(text))


# The law as files: the paragraphs' own texts, and the secrecy provisions in them.

HERE = Path(__file__).parent
# The day that the provisions were compared with the statutes.
CHECKED = date(2026, 1, 31)

# legal.md section 2: protective security first, and what needs a second look.
BLOCKS_APPROVAL = {"OSL-15-1b", "OSL-15-2", "OSL-35-1-st1p3"}
RED_FLAG = {
    "OSL-21-3-st1",
    "OSL-21-3-st3",
    "OSL-21-3a",
    "OSL-21-5",
    "OSL-26-5",
    "OSL-32-3b-st2p1",
    "OSL-32-3b-st2p2",
}


def paragraphs() -> list[dict[str, Any]]:
    """The fields of each StatuteParagraph."""
    source = json.loads((HERE / "statutes.json").read_text(encoding="utf-8"))
    return [
        {
            **entry,
            "valid_from": _day(entry["valid_from"]),
            "valid_to": _day(entry["valid_to"]),
            "consolidated_at": _day(source["as_of"]),
        }
        for entry in source["paragraphs"]
    ]


def provisions() -> list[dict[str, Any]]:
    """The fields of each Provision, beside its paragraph and the days of that."""
    with (HERE / "provisions.csv").open(encoding="utf-8", newline="") as file:
        entries = list(csv.DictReader(file))
    return [
        {
            **entry,
            "max_secrecy_years": int(entry["max_secrecy_years"] or 0) or None,
            "lifted_by": entry["lifted_by"].split(),
            "lifted_if_settled": entry["lifted_if_settled"].split(),
            "may_be_named": entry["may_be_named"] == "yes",
            "blocks_approval": entry["code"] in BLOCKS_APPROVAL,
            "red_flag": entry["code"] in RED_FLAG,
        }
        for entry in entries
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# What ships with the product for a municipality to begin with: proposals with their
# sources, in the form that neighbours exchange them too.

PUBLISHER = "Lockbox"
# It rises whenever an entry changes; so towns that took the older one are told.
EDITION = 1
PUBLISHED = date(2026, 11, 30)
SIZES = {
    "small": _("A small municipality: about five people"),
    "medium": _("A municipality of middle size"),
    "large": _("A large municipality, with companies"),
}
# The name by which a later edition is known, and what people read.
NAMES = {
    "small": ("startpaket-liten", "Startpaket för en liten kommun"),
    "medium": ("startpaket-mellan", "Startpaket för en mellanstor kommun"),
    "large": ("startpaket-stor", "Startpaket för en stor kommun"),
}
OF_A_SET = (
    "Informationsklass (KLASSA) och processkod (VerksamhetsKLASSA): fylls i av er,"
    " ingen källa anger dem. Vilka bestämmelser som faktiskt gäller avgörs i varje"
    " ärende."
)


@cache
def starter(size: str) -> dict[str, Any]:
    """The package for a municipality of this size."""
    rows = [*_read("others"), *_information_sets(), *_read("texts")]
    return {
        "format": "lockbox-package",
        "schema": 1,
        "name": NAMES[size][0],
        "edition": EDITION,
        "title": NAMES[size][1],
        "publisher": PUBLISHER,
        "published": PUBLISHED.isoformat(),
        "entries": [_entry(row) for row in rows if size in row["sizes"]],
    }


def _read(name: str) -> list[dict[str, Any]]:
    return json.loads((HERE / "starter" / f"{name}.json").read_text(encoding="utf-8"))


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    if "preset" in row:
        row = {**row, **_of_preset(row["preset"])}
    return {name: row[name] for name in ENTRY}


ENTRY = ("key", "kind", "dated", "sources", "unknown", "values")


def _of_preset(key: str) -> dict[str, Any]:
    preset = next(one for one in presets() if one.key == key)
    values = {
        "provider": preset.provider,
        "country": preset.country,
        "approve_label": "Godkänn",
        "deny_label": "Neka",
        **preset.values,
    }
    return {"values": values, "sources": preset.source.split("; ")}


def _information_sets() -> list[dict[str, Any]]:
    """Each with the paragraphs of its provisions as sources."""
    law = {row["code"]: row for row in provisions()}
    return [
        {
            **row,
            "kind": "information-sets",
            "dated": PUBLISHED.isoformat(),
            "unknown": OF_A_SET,
            "sources": [
                f"OSL {law[code]['chapter']} kap. {law[code]['paragraph']}:"
                f" {law[code]['title_sv']}"
                for code in row["values"]["provisions"]
            ],
        }
        for row in _read("information_sets")
    ]


# How a municipality begins: its first authority, two managers and whoever makes
# accounts; and how an authority comes back that nobody manages any more.


class FirstPerson(NamedTuple):
    """Somebody who is there from the first minute, with a password of their own."""

    username: str
    first_name: str
    last_name: str
    role: str
    password: str


def is_founded(municipality: Municipality) -> bool:
    """Is there one of this name, or with this number?"""
    named = Q(name__iexact=municipality.name.strip())
    numbered = Q(organisation_number=municipality.organisation_number)
    return Municipality.objects.filter(named | numbered).exists()


@step
def found_city(authority: Authority, people: list[FirstPerson], *, by: Any) -> None:
    """Enter a municipality with its first authority and people, each role in force at
    once: nobody is there yet to confirm another's.

    By the system account, signed in to the database as the owner of the tables. Raises
    WrongState where the municipality is there, ValidationError for what can't be.
    """
    municipality = authority.municipality
    if is_founded(municipality):
        raise WrongState("The municipality is there: nothing has been written.")
    municipality.full_clean()
    with as_owner():
        municipality.save()
        authority.municipality = municipality
        authority.full_clean()
        authority.save()
    for first in people:
        _enter(first, authority, by)
    note("authority.founded", on=authority, by=by)


@step
def restore_managers(
    authority: Authority, people: list[Any], *, by: Any, gone: list[Any], protocol: str
) -> None:
    """Two people manage the authority again, by a decision that the protocol names.

    By the system account, signed in to the database as the owner of the tables, where
    fewer than two are left who can confirm roles, beside those who are gone: these
    manage no more. Raises WrongState where two are left, ValidationError for who can't.
    """
    left = confirmers_at(authority).exclude(person__in=gone).select_related("person")
    able = people_of(left)
    if len(able) > 1:
        names = ", ".join(person.username for person in able)
        raise WrongState(f"These can confirm roles: {names}. Nothing has been written.")
    for row in confirmers_at(authority).filter(authority=authority, person__in=gone):
        with as_owner():
            save(row, ended_by=by, ended_at=acting.now(), stop_reason=protocol)
    reason = _("Managers entered anew by the decision %(number)s")
    for person in people:
        role = RoleAssignment(
            person=person,
            role=Role.IT_MANAGER,
            authority=authority,
            valid_from=acting.today(),
            reason=in_record(reason, number=protocol),
        )
        role.full_clean(exclude=["given_by"])
        deliver(role, given_by=by, confirmed_by=machine_account(SWEEP), at=acting.now())
    note(
        "authority.managers_restored",
        on=authority,
        by=by,
        authority=authority.pk,
        protocol=protocol,
        people=[person.username for person in people],
        gone=[person.username for person in gone],
    )


def _enter(first: FirstPerson, authority: Authority, by: Any) -> None:
    person = get_user_model()(
        username=first.username,
        first_name=first.first_name,
        last_name=first.last_name,
        municipality=authority.municipality,
    )
    person.set_password(first.password)
    if text := why_not_called(first.username, authority.municipality_id):
        raise WrongState(text)
    person.full_clean()
    with as_owner():
        person.save()
    role = RoleAssignment(
        person=person,
        role=first.role,
        authority=authority,
        valid_from=acting.today(),
        reason=in_record(_("The city was founded")),
    )
    deliver(role, given_by=by, confirmed_by=machine_account(SWEEP), at=acting.now())


FIRST_ROLES = (Role.IT_MANAGER, Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)

# Loading the reference data, signed by the system account. Safe to run again.


def load_all(using: str) -> str:
    """Load everything into this database; returns what is there now, in words."""
    system = make_machine_accounts(using)
    with acting_as(system, reason="reference data", using=using):
        paragraphs = _paragraphs(using)
        provisions = _provisions(paragraphs, using)
        _working_days(using)
        record("release.reference_data", by=system, using=using)
    return f"{len(paragraphs)} statute paragraphs, {provisions} provisions"


def _working_days(using: str) -> None:
    """Rows that decide nothing by themselves, of a table without a history."""
    wanted = {
        day: core_calendar.office_hours_of(day) for day in core_calendar.working_days()
    }
    known = {
        row[0]: core_calendar.OfficeHours(*row[1:])
        for row in WorkingDay.objects.using(using).values_list()
    }
    calendar = WorkingDay.objects.using(using)
    calendar.filter(day__in=known.keys() - wanted.keys()).delete()
    calendar.bulk_create(
        [
            WorkingDay(day=day, **hours._asdict())
            for day, hours in wanted.items()
            if known.get(day) != hours
        ],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=core_calendar.OfficeHours._fields,
    )


def _paragraphs(using: str) -> list[StatuteParagraph]:
    rows = {
        (row.statute, row.chapter, row.paragraph, row.valid_from): row
        for row in StatuteParagraph.objects.using(using)
    }
    key = ("statute", "chapter", "paragraph", "valid_from")
    return [
        _bring_up_to_date(
            StatuteParagraph, rows.get(tuple(values[n] for n in key)), values, using
        )
        for values in paragraphs()
    ]


def _provisions(paragraphs: list[StatuteParagraph], using: str) -> int:
    rows = {(row.code, row.valid_from): row for row in Provision.objects.using(using)}
    entries = provisions()
    for entry in entries:
        for paragraph in _versions(paragraphs, entry):
            values = {
                **entry,
                "statute_paragraph": paragraph,
                "valid_from": paragraph.valid_from,
                "valid_to": paragraph.valid_to,
            }
            row = rows.get((entry["code"], paragraph.valid_from))
            _bring_up_to_date(Provision, row, values, using)
    return len(entries)


def _versions(
    paragraphs: list[StatuteParagraph], entry: dict[str, Any]
) -> list[StatuteParagraph]:
    """The text that the catalogue was checked against, and those decided on since."""
    number = entry["paragraph"].split(" §")[0]
    return [
        row
        for row in paragraphs
        if (row.statute, row.chapter, row.paragraph)
        == ("OSL", entry["chapter"], number)
        and (row.valid_to is None or row.valid_to > CHECKED)
    ]


def _bring_up_to_date(model: Any, row: Any, values: dict[str, Any], using: str) -> Any:
    """Save only what differs, so that loading again leaves no trace in history."""
    row = row or model()
    if row.pk and all(getattr(row, name) == value for name, value in values.items()):
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.save(using=using)
    return row
