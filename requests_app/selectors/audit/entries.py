"""Lines of the ledger as people read them: of which case, what row, from what to what;
in words, and no more of a case than the auditor may see."""

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connections, models

from audit_app import reading
from audit_app.changes import Field, Names, fields_of, look_up
from audit_app.in_words import names_by_model
from audit_app.ledger import Kind
from requests_app.models import (
    AccessRequest,
    Authority,
    Content,
    Decision,
    SecrecyReview,
)
from requests_app.models.content import content_fields
from requests_app.models.table_names import kind_of
from requests_app.permissions.auditing import reviews_audited
from requests_app.selectors.audit.case import NOTHING, kinds, owners, table_read
from requests_app.selectors.audit.lines import Line
from requests_app.selectors.audit.sight import (
    NOWHERE,
    UNKNOWN,
    Known,
    Owner,
    Sight,
    sights,
)

# Which case a row is of stands beside it.
PARENTS = {"review_id", "access_request_id", "content_object_id"}
# Called by the number of their case, or by what must not be told here.
UNNAMED = (SecrecyReview, AccessRequest, Content)
TYPES = {"insert": "+", "update": "~", "delete": "-"}


class Entry(NamedTuple):
    """A line in words. `is_hidden`: there is more that the auditor may not see."""

    line: Line
    sight: Sight
    authority: str
    what: str  # what a row of its table is called
    name: str  # and this one
    fields: list[Field]
    detail: dict[str, Any]
    is_hidden: bool


class Version(NamedTuple):
    """The newest version of a row, as JSON, and of which case it is."""

    row: dict[str, Any]
    owner: Owner


Key = tuple[str, str]


def entries(
    user: Any,
    lines: list[Line],
    sight: Callable[[Owner], Sight] | None = None,
    known: Known = reviews_audited,
) -> list[Entry]:
    """Four queries, however many lines; two where `sight` is known of each owner.
    `known`: the reviews that the person may know of."""
    tables = kinds()
    versions = _versions(_keys(lines, tables), tables)
    all_owners = {version.owner for version in versions.values()}
    seen = (
        {owner: sight(owner) for owner in all_owners}
        if sight is not None
        else sights(user, all_owners, known)
    )
    rows = [_row(line, versions) for line in lines]
    shown = [row for row in rows if row["table"] in tables]
    names = look_up(shown, tables, reading.alias(), also=_also(lines, tables))
    return [
        _entry(line, row, versions, seen, tables, names)
        for line, row in zip(lines, rows, strict=True)
    ]


def _keys(lines: list[Line], tables: dict[str, Any]) -> set[Key]:
    """The rows that lines are about, and the decisions that decisions take the place
    of: what was decided before stands in those."""
    decision = Decision._meta.db_table
    keys = {_key(line) for line in lines if line.table in tables}
    for line in lines:
        if line.table == decision and (new := line.detail.get("new")):
            keys.add((decision, str(new.get("supersedes_id"))))
    return {key for key in keys if key[1].isdecimal() and len(key[1]) < 19}


def _key(line: Line) -> Key:
    """The row that a line is about; '#' stands before the number of one that has lines
    only where it was written outside."""
    return line.table, line.row.removeprefix("#")


def _versions(keys: set[Key], tables: dict[str, Any]) -> dict[Key, Version]:
    """One query."""
    by_table: dict[str, list[int]] = defaultdict(list)
    for table, key in keys:
        by_table[table].append(int(key))
    parts: list[str] = []
    values: list[Any] = []
    for table, wanted in by_table.items():
        sql = _version(tables[table])
        parts.append(f"select %s, {sql}")
        values += [table, wanted]
    if not parts:
        return {}
    with connections[reading.alias()].cursor() as cursor:
        cursor.execute(" union all ".join(parts), values)
        return {
            (table, key): Version(json.loads(row), Owner(review, request))
            for table, key, row, review, request in cursor.fetchall()
        }


def _version(model: Any) -> str:
    review, request = owners(model)
    source = table_read(model)
    key = model._meta.pk.column
    order = f"order by {key}, history_id desc" if hasattr(model, "history") else ""
    newest = f"distinct on ({key})" if order else ""
    return (
        f"h.{key}::text, to_jsonb(h), h.in_review, h.in_request from"  # noqa: S608 — ours
        f" (select {newest} *, {review} as in_review, {request} as in_request"
        f" from {source} where {key} = any(%s) {order}) h"
    )


def _row(line: Line, versions: dict[Key, Version]) -> dict[str, Any]:
    """A change as `audit_app.changes` takes it; beside what changed, the rest of the
    row, by which some values are told."""
    empty = {"table": line.table, "type": "", "before": {}, "after": {}}
    if line.kind != Kind.CHANGE:
        return empty
    version = versions.get(_key(line))
    rest = version.row if version else {}
    old, new = _values(line)
    row = {**empty, "type": TYPES.get(line.event, "~")}
    if line.event == "delete":
        return {**row, "after": old}
    if line.event == "insert":
        before = versions.get((line.table, str(new.get("supersedes_id"))))
        return {**row, "before": before.row if before else {}, "after": new}
    return {**row, "before": {**rest, **old}, "after": {**rest, **new}}


def _also(lines: list[Line], tables: dict[str, Any]) -> dict[type[models.Model], set]:
    """Rows that lines are about, where rows of their kind have names."""
    named: dict[type[models.Model], set] = defaultdict(set)
    for line in lines:
        if line.authority is not None:
            named[Authority].add(line.authority)
        model = tables.get(line.table)
        key = _key(line)[1]
        if model in names_by_model and model not in UNNAMED and key.isdecimal():
            named[model].add(int(key))
    return named


def _entry(
    line: Line,
    row: dict[str, Any],
    versions: dict[Key, Version],
    seen: dict[Owner, Sight],
    tables: dict[str, Any],
    names: Names,
) -> Entry:
    model = tables.get(line.table)
    version = versions.get(_key(line))
    sight = seen[version.owner] if version else _unfound(model)
    shows = model is None or sight.shows(model)
    fields = _fields(model, row, names, sight) if model and shows else []
    if model is None and line.kind == Kind.CHANGE:
        fields = _as_written(line)
    is_named = model is not None and shows and model not in UNNAMED
    name = names.get((model, _key(line)[1]), "") if model and is_named else ""
    return Entry(
        line,
        sight,
        names.get((Authority, str(line.authority)), ""),
        kind_of(line.table) if line.table else "",
        name,
        fields,
        line.detail if sight.reads and line.kind != Kind.CHANGE else {},
        not shows,
    )


def _unfound(model: Any) -> Sight:
    """How a row that is nowhere is seen: if it is a case's, who may see it can not be
    said."""
    is_no_case = model is None or owners(model) == (NOTHING, NOTHING)
    # A text says nothing of where it stands: its case tells it.
    return NOWHERE if is_no_case and model is not Content else UNKNOWN


def _values(line: Line) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after a change, as it was written."""
    return line.detail.get("old", {}), line.detail.get("new", {})


def _as_written(line: Line) -> list[Field]:
    """A line about a table of others, which has no case: columns and values as they
    are."""
    old, new = (
        {column: "" if value is None else str(value) for column, value in row.items()}
        for row in _values(line)
    )
    return [Field(name, old.get(name, ""), new.get(name, "")) for name in old | new]


def _fields(model: Any, row: dict[str, Any], names: Names, sight: Sight) -> list[Field]:
    if not row["type"]:
        return []
    hidden = set() if sight.reads else set(content_fields([model]))
    return fields_of(model, row, names, hidden, PARENTS)
