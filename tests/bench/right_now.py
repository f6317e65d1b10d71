"""The page of who can touch what right now, with many doors open among very many cases:
milliseconds, queries, and whether it says the same as asking grant by grant."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandParser, OutputWrapper
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from audit_app import acting
from requests_app.cases.access.models import AccessGrant
from requests_app.cases.intake.rights import visible_to
from requests_app.core.people.rights import remember_roles
from requests_app.desk.right_now import right_now
from requests_app.oversight.selectors import last_days
from tests.bench import load
from tests.bench.copies import triggers

TABLE = "requests_app_accessgrant"
# The newest grants are opened: an hour ago, for between an hour and five.
OPEN = f"""
update {TABLE} set status = 'open', ended_at = null, end_reason = '',
  opens_at = now() - interval '1 hour',
  ends_at = now() + interval '1 hour' + (id %% 240) * interval '1 minute'
where id in (select id from {TABLE} order by id desc limit %s)
"""
# What they were stands in their history, which no trigger wrote to meanwhile.
CLOSE = f"""
update {TABLE} g set status = h.status, ended_at = h.ended_at,
  end_reason = h.end_reason, opens_at = h.opens_at, ends_at = h.ends_at
from requests_app_historicalaccessgrant h
where h.history_id = (select max(history_id) from requests_app_historicalaccessgrant l
    where l.id = g.id) and (g.status, g.opens_at) is distinct from (h.status, h.opens_at)
"""
WHO = ("a small authority", "two authorities", "auditor of all", "manager of all")


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument(
        "--reviews", type=int, default=1_000_000, help="in the database"
    )
    parser.add_argument("--open", type=int, default=10_000, help="grants that are open")
    parser.add_argument("--repeat", type=int, default=5, help="times for each figure")


def run(options: dict[str, Any], stdout: OutputWrapper) -> None:
    with load.loaded(options["reviews"], stdout), _opened(options["open"]):
        people = load.people()
        for who in WHO:
            remember_roles(people[who])
            _measure(who, people[who], options["repeat"], stdout)
        _compare(people["two authorities"], stdout)


@contextmanager
def _opened(number: int) -> Iterator[None]:
    """Afterwards they are as they were: other benches measure the same database."""
    _change(OPEN, [number])
    try:
        yield
    finally:
        _change(CLOSE)


def _change(statement: str, values: list[int] | None = None) -> None:
    with connections["owner"].cursor() as cursor:
        triggers(cursor, [TABLE], "disable")
        cursor.execute(statement, values)
        triggers(cursor, [TABLE], "enable")
        cursor.execute(f"analyze {TABLE}")


def _measure(who: str, person: Any, repeat: int, stdout: OutputWrapper) -> None:
    times = []
    for _turn in range(repeat):
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            now = right_now(person)
            last_days(person)
        times.append(1000 * (time.perf_counter() - began))
    slowest = max(queries.captured_queries, key=lambda row: float(row["time"]))
    stdout.write(
        f"{who}: {statistics.median(times):,.0f} ms, {len(queries)} queries,"
        f" {now.open_doors:,} doors open; slowest {float(slowest['time']):.3f} s"
    )


def _compare(person: Any, stdout: OutputWrapper) -> None:
    """Grant by grant: is it open, and does the person see a review of it?"""
    seen = set(visible_to(person).live().values_list("access_request", flat=True))
    grants = AccessGrant.objects.filter(status="open").order_by("ends_at", "pk")
    at = acting.now()
    theirs = [
        row.pk
        for row in grants.iterator()
        if row.access_request_id in seen and row.opens_at <= at < row.ends_at
    ]
    now = right_now(person)
    shown = [door.grant.pk for door in now.doors]
    agrees = theirs[: len(shown)] == shown and len(theirs) == now.open_doors
    stdout.write(
        f"Asked one by one: {len(theirs):,}, {'the same' if agrees else 'ANOTHER'}."
    )
