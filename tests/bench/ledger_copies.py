"""The ledger's lines of copied rows, under their numbers. Bare copies: no line is what
its digest says, so that no verification is measured on them."""

from collections.abc import Callable
from typing import Any

# What a page of a light copy shows of its lines: that it was, and whither it moved.
SHOWN = ["insert", "review.rerouted"]
ENTRY, DETAIL = "audit_app_ledgerentry", "audit_app_ledgerdetail"


def copy_lines(
    cursor: Any,
    steps: dict[str, int],
    light: set[str],
    copied: Callable[[str], str],
    earlier: str,
) -> None:
    """`steps`: how far apart two copies' numbers lie, by table; `copied`: SQL for the
    numbers g of copies, and whether there is one of a line t."""
    moved = " ".join(f"when '{table}' then {step}" for table, step in steps.items())
    cursor.execute(
        "create table bench_line as select e.*, d.salt, d.body,"
        f" case object_type {moved} end as step,"
        " event = any(%s) and object_type = any(%s) as is_light"
        f" from {ENTRY} e left join {DETAIL} d on d.entry_id = e.id"
        " where object_type = any(%s) and object_id ~ '^[0-9]+$'",
        [SHOWN, list(light), list(steps)],
    )
    cursor.execute(f"select max(id) from {ENTRY}")
    apart = cursor.fetchone()[0]
    which = f"from bench_line t {copied('t.is_light')}"
    cursor.execute(f"select * from {ENTRY} limit 0")
    values = {column.name: f't."{column.name}"' for column in cursor.description} | {
        "id": f"t.id + g * {apart}",
        "at": f"t.at - {earlier}",
        "object_id": "(t.object_id::bigint + g * t.step)::text",
    }
    cursor.execute(
        f"insert into {ENTRY} ({', '.join(values)})"
        f" select {', '.join(values.values())} {which}"
    )
    cursor.execute(
        f"insert into {DETAIL} (entry_id, salt, body)"
        f" select t.id + g * {apart}, t.salt, t.body {which} and t.body is not null"
    )
