"""The rows that one intake made, to be made again: in bulk by SQL, or one by one.

Knows the tables and nothing of the models. In bulk the triggers are off, as for a load;
one by one they are on, so that the database does for psycopg what it does for the API.
"""

from typing import Any, NamedTuple

from tests.bench.numbers import number_on

Row = dict[str, Any]
PREFIX = "requests_app_"
# Where the database itself numbers and dates what it makes.
LEFT_TO_DATABASE = {"history_id", "history_xid"}
TABLES = [
    "content",
    "accessrequest",
    "historicalaccessrequest",
    "arrival",
    "secrecyreview",
    "historicalsecrecyreview",
    "requestedobject",
    "historicalrequestedobject",
    "idempotencykey",
]
# Column → the table whose key it holds.
POINTS_AT = {
    "justification_id": "content",
    "payload_id": "content",
    "access_request_id": "accessrequest",
    "review_id": "secrecyreview",
}
# What no two requests may share.
OURS_ALONE = {
    "accessrequest": "external_id",
    "historicalaccessrequest": "external_id",
    "idempotencykey": "key",
}
LEDGER = ["audit_app_ledgerentry", "audit_app_ledgerdetail"]


class Pattern(NamedTuple):
    """What one intake left, by table; `actor` is who signed it."""

    rows: dict[str, list[Row]]
    actor: int


def read(cursor: Any, number: str, key: str, actor: int) -> Pattern:
    """Read the rows that the request with this number, sent under this key, made."""
    of_request = "access_request_id = %(id)s"
    of_row = "id in (select id from {0} where access_request_id = %(id)s)"
    digests = (
        "digest in (select justification_id from requests_app_accessrequest"
        " where id = %(id)s union select payload_id from requests_app_arrival"
        " where access_request_id = %(id)s)"
    )
    wheres = {
        "content": digests,
        "accessrequest": "id = %(id)s",
        "historicalaccessrequest": "id = %(id)s",
        "arrival": of_request,
        "secrecyreview": of_request,
        "historicalsecrecyreview": of_row.format(PREFIX + "secrecyreview"),
        "requestedobject": of_request,
        "historicalrequestedobject": of_row.format(PREFIX + "requestedobject"),
        "idempotencykey": "key = %(key)s",
    }
    cursor.execute(
        "select id from requests_app_accessrequest where external_id = %s", [number]
    )
    keys = {"id": cursor.fetchone()[0], "key": key}
    rows = {name: _rows(cursor, PREFIX + name, wheres[name], keys) for name in TABLES}
    return Pattern(rows, actor)


def _rows(cursor: Any, table: str, where: str, keys: Row) -> list[Row]:
    order = "history_id" if "historical" in table else "1"
    cursor.execute(f"select * from {table} where {where} order by {order}", keys)
    names = [column.name for column in cursor.description]
    return [
        {
            name: bytes(value) if isinstance(value, memoryview) else value
            for name, value in zip(names, values, strict=True)
            if name not in LEFT_TO_DATABASE
        }
        for values in cursor.fetchall()
    ]


def multiply(cursor: Any, pattern: Pattern, count: int) -> None:
    """So many more requests like it, ended long ago. As the owner, autocommit."""
    tables = [PREFIX + name for name in TABLES] + LEDGER
    triggers(cursor, tables, "disable")
    number_on(cursor, [table for table in tables if "_historical" in table])
    for name in TABLES:
        rows = pattern.rows[name]
        if rows:
            columns = _expressions(name, rows[0], _steps(pattern))
            _multiply(cursor, PREFIX + name, columns, _these(name, rows), count)
    _multiply_ledger(cursor, count)
    triggers(cursor, tables, "enable")
    cursor.execute("analyze")


def triggers(cursor: Any, tables: list[str], what: str) -> None:
    for table in tables:
        cursor.execute(f"alter table {table} {what} trigger user")


def _steps(pattern: Pattern) -> dict[str, int]:
    """How far apart the ids of two copies lie, by table."""
    ids = {
        name: [row["id"] for row in rows]
        for name, rows in pattern.rows.items()
        if rows and "id" in rows[0]
    }
    return {name: max(pks) - min(pks) + 1 for name, pks in ids.items()}


ENDED = {"accessrequest": "closed", "secrecyreview": "dropped"}


def _expressions(name: str, row: Row, steps: dict[str, int]) -> dict[str, str]:
    """Column → SQL over the row `t` and the copy's number `g`."""
    columns = {column: f't."{column}"' for column in row}
    if "id" in row:
        columns["id"] = f"t.id + g * {steps[name]}"
    if name == "content":
        columns["digest"] = _digest("digest")
    for column in POINTS_AT.keys() & row.keys():
        target = POINTS_AT[column]
        of_text = target == "content"
        columns[column] = (
            _digest(column) if of_text else f"t.{column} + g * {steps[target]}"
        )
    if name in OURS_ALONE:
        columns[OURS_ALONE[name]] = "'OLD-' || g"
    live = name.removeprefix("historical")
    if live in ENDED:
        columns["status"] = f"'{ENDED[live]}'"
    return columns


def _digest(column: str) -> str:
    return f"md5(t.{column} || g) || md5(g || t.{column})"


def _these(name: str, rows: list[Row]) -> str:
    key = "digest" if name == "content" else "id"
    return f"{key} in ({', '.join(repr(row[key]) for row in rows)})"


def _multiply(
    cursor: Any, table: str, columns: dict[str, str], where: str, count: int
) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(columns.values())
    cursor.execute(
        f"insert into {table} ({names}) select {values}"
        f" from {table} t, generate_series(1, {count:d}) g where t.{where}"
    )
    cursor.execute(
        "select pg_get_serial_sequence(%s, %s)", [table, next(iter(columns))]
    )
    if (sequence := cursor.fetchone()[0]) is not None:
        cursor.execute(f"select setval('{sequence}', (select max(id) from {table}))")


def _multiply_ledger(cursor: Any, count: int) -> None:
    """The lines of the newest web request, so many times."""
    entry, detail = LEDGER
    cursor.execute(
        f"select array_agg(id), max(id) - min(id) + 1 from {entry} where request_id ="
        f" (select request_id from {entry} order by id desc limit 1)"
    )
    ids, step = cursor.fetchone()
    for table, key in ((entry, "id"), (detail, "entry_id")):
        cursor.execute(f"select * from {table} limit 0")
        columns = {c.name: f't."{c.name}"' for c in cursor.description}
        columns[key] = f"t.{key} + g * {step}"
        if "object_id" in columns:
            columns["object_id"] = "t.object_id || '-' || g"
        where = f"{key} in ({', '.join(map(str, ids))})"
        _multiply(cursor, table, columns, where, count)


def lines(cursor: Any) -> dict[str, int]:
    """How many rows each table holds."""
    counts = {}
    for table in [PREFIX + name for name in TABLES] + LEDGER:
        cursor.execute(f"select count(*) from {table}")
        counts[table] = cursor.fetchone()[0]
    return counts
