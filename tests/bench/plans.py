"""What a page asks the database, through every login, and by which plan."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

from django.db import connections
from django.test.utils import CaptureQueriesContext

FREE = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
BIG = 10_000


class Query(NamedTuple):
    """A query as the database got it, and how long it took."""

    alias: str
    sql: str
    milliseconds: float

    @property
    def reads(self) -> bool:
        return self.sql.lstrip().lower().startswith(("select", "with", "execute"))


class Plan(NamedTuple):
    """How rows of big tables are reached, and what reads a whole one."""

    scans: list[str]
    whole: list[str]


def queries_of(act: Callable[[], Any]) -> list[Query]:
    with ExitStack() as stack:
        caught = {
            alias: stack.enter_context(CaptureQueriesContext(connections[alias]))
            for alias in connections
        }
        act()
    return [
        Query(alias, query["sql"], float(query["time"]) * 1000)
        for alias, queries in caught.items()
        for query in queries
        if not query["sql"].startswith(FREE)
    ]


def plan_of(query: Query) -> Plan:
    with connections[query.alias].cursor() as cursor:
        sizes = _sizes(cursor)
        nodes = list(_plan(cursor, query.sql))
    big = [node for node in nodes if _size(node, sizes) >= BIG]
    scans = list(dict.fromkeys(_node_label(node) for node in big))
    whole = [_node_label(node) for node in big if _reads_all(node, _size(node, sizes))]
    return Plan(scans, whole)


def _sizes(cursor: Any) -> dict[str, float]:
    cursor.execute("select relname, reltuples from pg_class where relkind = 'r'")
    return dict(cursor.fetchall())


def _plan(cursor: Any, sql: str) -> Iterator[dict[str, Any]]:
    """The nodes that read a table, of the plan as it was carried out."""
    cursor.execute(f"explain (analyze, timing off, format json) {sql}")
    document = cursor.fetchone()[0]
    plan = json.loads(document) if isinstance(document, str) else document
    yield from _reading(plan[0]["Plan"])


def _reading(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Relation Name" in node:
        yield node
    for below in node.get("Plans", ()):
        yield from _reading(below)


def _node_label(node: dict[str, Any]) -> str:
    where = node.get("Index Name") or node.get("Relation Name")
    return f"{node['Node Type']} {where}"


def _size(node: dict[str, Any], sizes: dict[str, float]) -> float:
    return sizes.get(node.get("Relation Name", ""), 0)


def _reads_all(node: dict[str, Any], size: float) -> bool:
    """A sequential scan; or an index walked past most of the rows."""
    if node["Actual Loops"] == 0:
        return False
    passed = node.get("Rows Removed by Filter", 0) * node["Actual Loops"]
    return node["Node Type"] == "Seq Scan" or passed > size / 2
