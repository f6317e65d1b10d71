"""Lines of the ledger: those an auditor may look through, by what they ask for, page by
page in the order of time. However long the ledger is, a page reads a page of it."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connections

from audit_app import reading
from audit_app.ledger import Kind
from requests_app.permissions.auditing import Audited
from requests_app.selectors.audit.sought import Part, Place, Sought

PAGE = 50
# Few among many: they have an index of their own.
RARE = (Kind.EXPORT, Kind.REFUSAL, Kind.AUTH)
COLUMNS = (
    "e.id, e.xid::text, e.at, e.session_user_name, e.db_role, e.actor_id,"
    " coalesce(audit_name_of(e.actor_id), ''), e.kind, e.event, e.object_type,"
    " e.object_id, e.authority_id"
)
NEWEST_FIRST = "order by e.at desc, e.id desc"


class Line(NamedTuple):
    key: int
    xid: str
    at: datetime
    login: str
    role: str
    by_id: int | None
    by: str
    kind: str
    event: str
    table: str
    row: str
    authority: int | None
    detail: dict[str, Any]


class LinesPage(NamedTuple):
    lines: list[Line]
    # Where the next page begins, if there is one.
    older: Place | None


def lines(
    audited: Audited, sought: Sought, before: Place | None = None, limit: int = PAGE
) -> LinesPage:
    """The newest that meet what is sought, before a place. One query."""
    query = statement(audited, sought, before, limit + 1)
    with connections[reading.alias()].cursor() as cursor:
        cursor.execute(query.sql, query.values)
        rows = [read(row) for row in cursor.fetchall()]
    more = rows[limit - 1] if len(rows) > limit else None
    return LinesPage(rows[:limit], Place(more.at, more.key) if more else None)


def read(row: tuple) -> Line:
    return Line(*row[:-1], detail_of(row[-1]))  # type: ignore[call-arg]


def detail_of(text: str | None) -> dict[str, Any]:
    """Whoever owns the database may have written one that is no such thing."""
    try:
        detail = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(detail, dict):
        return {}
    odd = {key for key in ("old", "new") if not isinstance(detail.get(key, {}), dict)}
    return {key: value for key, value in detail.items() if key not in odd}


def statement(
    audited: Audited, sought: Sought, before: Place | None, limit: int
) -> Part:
    later = []
    if before is not None:
        later = [Part("(e.at, e.id) < (%s, %s)", [before.at, before.key])]
    ends = f"{NEWEST_FIRST} limit {limit}"
    ways = sought.ways
    parts = [
        part
        for way in ways
        for part in _parts(audited, way, [*_conditions(way), *later], ends)
    ]
    picked = " union all ".join(f"({part.sql})" for part in parts)
    # More ways than one may lead to the same line.
    once = "distinct " if len(ways) > 1 else ""
    # Which lines first, and then the lines: else the planner may take all of them.
    sql = (
        "with page as materialized"  # noqa: S608 — ours
        f" (select {once}e.id, e.at from ({picked}) e {ends})"
        f" select {COLUMNS}, d.body from page"
        " cross join lateral (select * from audit_app_ledgerentry x"
        " where x.id = page.id offset 0) e"
        " left join audit_app_ledgerdetail d on d.entry_id = e.id"
        f" {NEWEST_FIRST}"
    )
    return Part(sql, [value for part in parts for value in part.values])


def _parts(
    audited: Audited, sought: Sought, within: list[Part], ends: str
) -> Iterator[Part]:
    """Each way in is a walk along one index, in the order of time; no two ways lead to
    the same line. A stranger's lie elsewhere: theirs are sought by authority."""
    if sought.rows is not None:
        among = f"({sought.rows.sql}) o(kind, key) join"
        on = "on e.object_type = o.kind and e.object_id = o.key"
        yield _picked(among, sought.rows.values, on, within, ends)
        return
    of_theirs = audited.is_all or sought.person in audited.people
    if (sought.person is not None and of_theirs) or is_rare(sought):
        yield _picked("", [], "", [*within, _scope(audited, sought)], ends)
        return
    theirs = list(audited.authorities)
    if sought.authority is not None:
        theirs = [sought.authority]
    places = Part("select unnest(%s::bigint[])", [theirs])
    yield _each(places, "e.authority_id = o.key", within, ends)
    if sought.authority is not None:
        return
    if audited.is_all:
        nowhere = "e.authority_id is null and coalesce(e.authority_id, 0) = 0"
        nobodys = Part(nowhere, [])
        yield _picked("", [], "", [*within, nobodys], ends)
        return
    of_person = "e.actor_id = o.key and e.authority_id is null"
    yield _each(_people(audited), of_person, within, ends)
    if audited.is_alone:
        unsigned = Part("e.authority_id is null and e.actor_id is null", [])
        yield _picked("", [], "", [*within, unsigned], ends)


def is_rare(sought: Sought) -> bool:
    return bool(sought.kinds) and set(sought.kinds) <= set(RARE)


def _picked(
    among: str, keys: list[Any], on: str, within: list[Part], ends: str
) -> Part:
    where = " and ".join(part.sql for part in within) or "true"
    values = [value for part in within for value in part.values]
    sql = (
        f"select e.id, e.at from {among} audit_app_ledgerentry e {on}"  # noqa: S608 — ours
        f" where {where} {ends}"
    )
    return Part(sql, [*keys, *values])


def _people(audited: Audited) -> Part:
    """Not whoever is only lent: what they do beside that is not of here."""
    sql = (
        "select distinct r.person_id from requests_app_roleassignment r"
        " join lockbox_site_user u on u.id = r.person_id"
        " join requests_app_authority a on a.id = r.authority_id"
        " where r.authority_id = any(%s) and u.municipality_id = a.municipality_id"
    )
    return Part(sql, [list(audited.authorities)])


def _each(keys: Part, on: str, within: list[Part], ends: str) -> Part:
    """The newest of each of these, by the index that begins with it."""
    own = _picked("", [], "", [Part(on, []), *within], ends)
    sql = (
        f"select l.id, l.at from ({keys.sql}) o(key)"  # noqa: S608 — ours
        f" cross join lateral ({own.sql}) l"
    )
    return Part(sql, [*keys.values, *own.values])


def _scope(audited: Audited, sought: Sought) -> Part:
    if sought.authority is not None:
        return Part("e.authority_id = %s", [sought.authority])
    if audited.is_all:
        return Part("true", [])
    people = _people(audited)
    return Part(
        "(e.authority_id = any(%s) or e.authority_id is null"
        f" and (e.actor_id is null and %s or e.actor_id in ({people.sql})))",
        [list(audited.authorities), audited.is_alone, *people.values],
    )


def _conditions(sought: Sought) -> list[Part]:
    """What each line must meet."""
    simple: Iterable[tuple[str, Any]] = (
        ("e.at >= %s", sought.since),
        ("e.at < %s", sought.until),
        ("e.actor_id = %s", sought.person),
        ("e.object_type = %s", sought.table or None),
    )
    conditions = [*_kinds(sought.kinds)]
    conditions += [Part(sql, [value]) for sql, value in simple if value is not None]
    if is_rare(sought):
        # As the index of what is rare says it, for the planner to see.
        conditions.append(Part("e.kind in ('export', 'refusal', 'auth')", []))
    if sought.values is not None:
        conditions.append(sought.values)
    elif sought.fields:
        conditions.append(_field_changed(sought.fields))
    return conditions


def _kinds(kinds: tuple[str, ...]) -> Iterator[Part]:
    if len(kinds) == 1:
        # Of one, the index keeps the order of time.
        yield Part("e.kind = %s", [kinds[0]])
    elif kinds:
        yield Part("e.kind = any(%s)", [list(kinds)])


def _field_changed(fields: tuple[tuple[str, str], ...]) -> Part:
    tables, columns = zip(*fields, strict=True)
    changed = (
        "exists (select from unnest(%s::text[], %s::text[]) f(kind, name)"
        " where f.kind = e.object_type"
        " and coalesce(t.body::jsonb->'new'->>f.name, '')"
        " <> coalesce(t.body::jsonb->'old'->>f.name, ''))"
    )
    named = Part("e.kind = 'change' and e.object_type = any(%s)", [sorted(set(tables))])
    inner = _in_detail(Part(changed, [list(tables), list(columns)]))
    return Part(f"{named.sql} and {inner.sql}", [*named.values, *inner.values])


def _in_detail(met: Part) -> Part:
    sql = (
        "exists (select from audit_app_ledgerdetail t"
        f" where t.entry_id = e.id and {met.sql})"
    )
    return Part(sql, met.values)
