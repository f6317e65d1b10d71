"""What a page asks the database, how long it takes, and by which plan."""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db import connection
from django.test.utils import CaptureQueriesContext

FREE = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
BIG = 10_000


class Figures(NamedTuple):
    """Milliseconds; how rows of big tables are reached, and what reads a whole one."""

    median: float
    scans: list[str]
    whole: list[str]


def asked(act: Callable[[], Any]) -> list[str]:
    """The queries of an act, as the database got them."""
    with CaptureQueriesContext(connection) as caught:
        act()
    queries = [query["sql"] for query in caught]
    return [sql for sql in queries if not sql.startswith(FREE)]


def measured(queries: list[str], repeat: int) -> Figures:
    """All queries of one act, one after another, so many times."""
    with connection.cursor() as cursor:
        took = sorted(_once(cursor, queries) for _time in range(repeat))
        sizes = _sizes(cursor)
        nodes = [node for sql in queries for node in _plan(cursor, sql)]
    big = [node for node in nodes if _size(node, sizes) >= BIG]
    scans = list(dict.fromkeys(_node_label(node) for node in big))
    whole = [_node_label(node) for node in big if _reads_all(node, _size(node, sizes))]
    return Figures(statistics.median(took) * 1000, scans, whole)


def _once(cursor: Any, queries: list[str]) -> float:
    started = time.perf_counter()
    for sql in queries:
        cursor.execute(sql)
        cursor.fetchall()
    return time.perf_counter() - started


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
