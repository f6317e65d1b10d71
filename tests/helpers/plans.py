"""How the database carries a statement out: which rows it looks at, and by what."""

import json
from typing import Any, NamedTuple

from django.db import connection


class Reading(NamedTuple):
    """How many rows of a table were looked at, and whether from one end, by no index."""

    rows: int
    is_scanned: bool


def readings(statement: str, values: Any = None) -> dict[str, Reading]:
    """By table. Carries the statement out."""
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, format json) {statement}", values)
        (document,) = cursor.fetchone()
    plan = json.loads(document) if isinstance(document, str) else document
    tables: dict[str, Reading] = {}
    for node in _nodes(plan[0]["Plan"]):
        if table := node.get("Relation Name"):
            rows, is_scanned = tables.get(table, Reading(0, is_scanned=False))
            is_scan = node["Node Type"] == "Seq Scan" and node["Actual Loops"] > 0
            tables[table] = Reading(rows + _looked_at(node), is_scanned or is_scan)
    return tables


def _nodes(node: dict[str, Any]) -> Any:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _looked_at(node: dict[str, Any]) -> int:
    passed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    rows = node["Actual Rows"] + sum(node.get(name, 0) for name in passed)
    return round(rows * node["Actual Loops"])
