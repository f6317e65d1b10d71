"""Every change of a role or an item of delegation: who gave, confirmed and ended it,
when that was recorded, and from when to when it says that it holds."""

from collections import Counter
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from audit_app import reading
from audit_app.changes import Field, Names, fields_of, look_up
from audit_app.row_versions import Source, versions
from requests_app.models import Authority, DelegationRule, Role, RoleAssignment
from requests_app.permissions.auditing import Audited
from requests_app.words.phrases import label_of

DAYS = {"valid_from", "valid_to"}
# What somebody did to a role or an item, by the field in which it stands.
DONE = (
    ("refused_at", pgettext_lazy("done to a role", "refused")),
    ("ended_at", pgettext_lazy("done to a role", "ended at once")),
    ("suspended_at", pgettext_lazy("done to a role", "suspended")),
    ("confirmed_at", pgettext_lazy("done to a role", "confirmed")),
)
# Where one of these is empty again; what was refused or ended stays so.
TAKEN_BACK = {
    "suspended_at": pgettext_lazy("done to a role", "suspension lifted"),
    "confirmed_at": pgettext_lazy("done to a role", "to be confirmed anew"),
}
TABLES: dict[str, Any] = {
    model._meta.db_table: model for model in (RoleAssignment, DelegationRule)
}


# Table, row and transaction of a change, and the how manieth it is there: the first
# version of a transaction has its first line, and so on.
Version = tuple[str, int, int, int]
ENTRIES = """
select e.object_type, e.object_id::bigint, e.xid::text::bigint,
  row_number() over (partition by e.object_type, e.object_id, e.xid order by e.id), e.id
from (select distinct *
      from unnest(%s::text[], %s::text[], %s::text[]) given (kind, key, xid)) wanted
join audit_app_ledgerentry e on e.object_type = wanted.kind
  and e.object_id = wanted.key and e.xid = wanted.xid::xid8 and e.kind = 'change'
"""


class RoleChange(NamedTuple):
    """`backdated`: why it says another time than when it was recorded; or nothing."""

    version: Version
    at: datetime
    by: str
    by_id: int | None
    is_role: bool
    did: Any
    name: str
    person_id: int | None
    authority: str
    authority_id: int
    valid_from: date
    valid_to: date | None
    reason: str
    fields: list[Field]
    backdated: Any


def changes_audited(audited: Audited) -> list[RoleChange]:
    """All, the newest first: there are some thousands in a city, in all its years. Two
    queries."""
    sources = [
        Source(model, "authority_id", key)
        for model in TABLES.values()
        for key in audited.authorities
    ]
    rows = _numbered(versions(sources, None, 0, reading.alias()))
    names = _names(rows, {})
    return [_change(row, names) for row in rows]


def entries_of(rows: list[RoleChange]) -> dict[Version, int]:
    """The line of each change in the ledger. One query."""
    wanted = [[str(part) for part in row.version[:3]] for row in rows]
    columns = [list(column) for column in zip(*wanted, strict=True)] or [[], [], []]
    with connections[reading.alias()].cursor() as cursor:
        cursor.execute(ENTRIES, columns)
        return {tuple(version): pk for *version, pk in cursor.fetchall()}


class Person(NamedTuple):
    """The name is empty of somebody there is not."""

    name: str
    changes: list[RoleChange]


def person_named(person: int) -> Person:
    """Without what was done to their roles. One query."""
    return _person(person, [])


def roles_of_person(audited: Audited, person: int) -> Person:
    """Somebody, and what was done to their roles where the auditor audits. Two
    queries."""
    source = Source(RoleAssignment, "person_id", person)
    rows = _numbered(versions([source], None, 0, reading.alias()))
    here = audited.authorities
    theirs = [row for row in rows if row["after"]["authority_id"] in here]
    return _person(person, theirs)


def _person(person: int, rows: list[dict[str, Any]]) -> Person:
    names = _names(rows, {get_user_model(): {person}})
    name = names.get((get_user_model(), str(person)), "")
    return Person(name, [_change(row, names) for row in rows])


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each with the how manieth of its row it is in its transaction."""
    counted: Counter[tuple[Any, ...]] = Counter()
    for row in reversed(rows):
        key = row["table"], row["after"]["id"], row["xid"]
        counted[key] += 1
        row["nth"] = counted[key]
    return rows


def _names(rows: list[dict[str, Any]], also: dict[Any, set]) -> Names:
    people = {row["after"]["history_user_id"] for row in rows}
    people |= also.get(get_user_model(), set())
    also = {RoleAssignment: set(), Authority: set(), get_user_model(): people}
    for row in rows:
        also[Authority].add(row["after"]["authority_id"])
        if row["table"] == RoleAssignment._meta.db_table:
            also[RoleAssignment].add(row["after"]["id"])
    return look_up(rows, TABLES, reading.alias(), also=also)


def _change(row: dict[str, Any], names: Names) -> RoleChange:
    after = row["after"]
    model = TABLES[row["table"]]
    is_role = model is RoleAssignment
    if is_role:
        name = names.get((RoleAssignment, str(after["id"])), "")
        name = name or str(label_of(Role, after["role"]))
    else:
        name = f"{after['item_no']} {after['title']}"
    return RoleChange(
        version=(row["table"], after["id"], int(row["xid"]), row["nth"]),
        at=row["date"],
        by=names.get((get_user_model(), str(after["history_user_id"])), ""),
        by_id=after["history_user_id"],
        is_role=is_role,
        did=_did(row),
        name=name,
        person_id=after["person_id"],
        authority=names.get((Authority, str(after["authority_id"])), ""),
        authority_id=after["authority_id"],
        valid_from=_day(after["valid_from"]),
        valid_to=_day(after["valid_to"]) if after["valid_to"] else None,
        reason=row["reason"] or "",
        fields=fields_of(model, row, names, set(), {"authority_id"}),
        backdated=_backdated(row),
    )


def _did(row: dict[str, Any]) -> Any:
    if row["type"] == "+":
        return pgettext("done to a role", "given")
    if row["type"] == "-":
        return pgettext("done to a role", "removed")
    before, after = row["before"] or {}, row["after"]
    for name, words in DONE:
        if name in after and after[name] != before.get(name):
            if after[name]:
                return words
            return TAKEN_BACK.get(name, pgettext("done to a role", "changed"))
    return pgettext("done to a role", "changed")


def _backdated(row: dict[str, Any]) -> Any:
    before, after = row["before"] or {}, row["after"]
    recorded = timezone.localdate(row["date"])
    first, last = _day(after["valid_from"]), after["valid_to"]
    if after["valid_from"] != before.get("valid_from") and first < recorded:
        return _("holds from a day before it was recorded")
    if row["type"] == "~" and last != before.get("valid_to"):
        if last and _day(last) < recorded:
            return _("ended as of a day before it was recorded")
        if before.get("valid_to") and _day(before["valid_to"]) < recorded:
            return _("lengthened after it had ended")
    return ""


def _day(text: str) -> date:
    return date.fromisoformat(text)
