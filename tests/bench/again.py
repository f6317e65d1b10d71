"""One more request like one that came by the API, its rows inserted by psycopg alone."""

import hashlib
import secrets
import uuid
from typing import Any

from tests.bench.copies import OURS_ALONE, POINTS_AT, PREFIX, TABLES, Pattern, Row


def insert_again(cursor: Any, pattern: Pattern) -> None:
    """Insert the rows anew, as a new request. In a transaction of the caller's."""
    fresh: dict[tuple[str, Any], Any] = {}
    cursor.execute(
        "select set_config('lockbox.actor_id', %s, true)",
        [str(pattern.actor)],
    )
    name = uuid.uuid4().hex
    for table in TABLES:
        for row in pattern.rows[table]:
            copy = _renewed(table, row, fresh, name)
            if table == "idempotencykey":
                _insert_answered(cursor, copy, row, fresh)
            else:
                _insert(cursor, table, copy, row, fresh)
    request_id = fresh["accessrequest", pattern.rows["accessrequest"][0]["id"]]
    cursor.execute(
        "select audit_ledger_record('event', 'request.received', %s, %s, null,"
        " '{\"received_by\": \"contract\"}', %s, '')",
        [PREFIX + "accessrequest", str(request_id), pattern.actor],
    )


def _insert_answered(
    cursor: Any, copy: Row, row: Row, fresh: dict[tuple[str, Any], Any]
) -> None:
    """A call, and its answer when it has been made."""
    table = "idempotencykey"
    _insert(cursor, table, {**copy, "status": None, "body": ""}, row, fresh)
    cursor.execute(
        f"update {PREFIX}{table} set status = %s, body = %s where key = %s",
        [copy["status"], copy["body"], copy["key"]],
    )


def _renewed(table: str, row: Row, fresh: dict[Any, Any], name: str) -> Row:
    """The row with new keys: its own, and those of what it points at."""
    copy = dict(row)
    for column, target in POINTS_AT.items():
        if copy.get(column) is not None:
            copy[column] = fresh[target, row[column]]
    if table == "content":
        copy["salt"] = secrets.token_bytes(16)
        digest = hashlib.sha256(copy["salt"] + bytes(row["body"])).hexdigest()
        copy["digest"] = fresh[table, row["digest"]] = digest
    elif table.startswith("historical"):
        copy["id"] = fresh[table.removeprefix("historical"), row["id"]]
    else:
        del copy["id"]
    unique = OURS_ALONE.get(table)
    return {**copy, unique: name} if unique else copy


def _insert(
    cursor: Any, table: str, copy: Row, row: Row, fresh: dict[tuple[str, Any], Any]
) -> None:
    columns = ", ".join(f'"{name}"' for name in copy)
    places = ", ".join(["%s"] * len(copy))
    returning = "" if "digest" in copy or "history_date" in copy else " returning id"
    cursor.execute(
        f"insert into {PREFIX}{table} ({columns}) values ({places}){returning}",
        list(copy.values()),
    )
    if returning:
        fresh[table, row["id"]] = cursor.fetchone()[0]
