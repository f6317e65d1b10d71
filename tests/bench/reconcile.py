"""Holding what a provider's log tells of against what was granted: events a second of
few and of many, beside a plain join of the same tables."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from django.core.management.base import CommandParser, OutputWrapper
from django.db import connections, transaction
from psycopg.rows import namedtuple_row

from lockbox_site import processes
from lockbox_site.scratch import own_database
from requests_app.oversight.law import Access, Accesses, Granted, Window, reconcile

PIECE = 5_000
Say = Callable[[str], None]
# An access of four hours somewhere in a year, to three objects of its connection.
ACCESSES = """
create temporary table granted as
select key, key %% 10 connection, 'Service ' || key %% 5 service, 'R-' || key number,
  opens_at, opens_at + interval '4 hours' ends_at,
  array(select 'vault/' || (key * 7 + n * 11) %% 900 from generate_series(1, 3) n) objects,
  case key %% 3 when 0 then 'SE' else '' end country, key %% 4 = 0 inside_eea,
  'Company ' || key %% 3 company
from (
  select key, timestamptz '2026-01-01 00:00Z' + random() * interval '1 year' opens_at
  from generate_series(1, %(accesses)s) key
) one
"""
# Of each access some events: most in its time, most with its object, a few of its
# number, the others astray.
EVENTS = """
create temporary table happening as
select n, connection, case n %% 9 when 0 then '' else service end service,
  opens_at + (random() * 6 - 0.5) * interval '1 hour' happened_at, 'read' action,
  case n %% 5 when 0 then '' when 1 then 'vault/' || n %% 1300
    else objects[1 + n %% 3] end object_name,
  'engineer ' || n %% 40 actor, case n %% 6 when 0 then '' else company end employer,
  case n %% 7 when 0 then 'US' when 1 then '' else 'SE' end country,
  case n %% 50 when 0 then 'copy' else '' end act,
  case n %% 10 when 0 then array[number] else '{}' end under,
  case n %% 11 when 0 then array[number, 'elsewhere'] else '{}' end perhaps_under,
  case n %% 100 when 0 then 'legal demand' else '' end unasked
from (
  select n, 1 + floor(random() * %(accesses)s)::int chosen
  from generate_series(1, %(events)s) n
) drawn join granted on key = chosen
"""
JOIN = """
select count(*), count(distinct n)
from happening join granted
  on tstzrange(opens_at, ends_at, '[]') @> happened_at
  and granted.connection = happening.connection
  and (happening.service in ('', granted.service) or granted.service = '')
  and (object_name = '' or object_name = any(objects))
"""


class Figures(NamedTuple):
    """Of one run: seconds, and those of them in this process."""

    events: int
    took: float
    worked: float


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--events", type=int, default=1_000_000, help="at many")
    parser.add_argument("--accesses", type=int, default=10_000, help="at many")


def run(options: dict[str, int], stdout: OutputWrapper) -> None:
    say = partial(processes.say, stdout)
    events, accesses = options["events"], options["accesses"]
    with own_database():
        few = _measure(events // 10, accesses // 10, say)
        many = _measure(events, accesses, say)
    before, after = (row.worked / row.events for row in (few, many))
    say(f"\nGrowth from few to many: {after / before:.2f} of the time of an event.")


def _measure(events: int, accesses: int, say: Say) -> Figures:
    numbers = {"events": events, "accesses": accesses}
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("select setseed(0.5)")
        for statement in (ACCESSES, EVENTS):
            cursor.execute(statement, numbers)
        cursor.execute(
            "create index on granted using gist (tstzrange(opens_at, ends_at, '[]'))"
        )
        cursor.execute("analyze granted; analyze happening")
        figures, outcomes = _reconciled()
        say(f"\n{events} events, {accesses} accesses: {_in_words(figures)}")
        say(", ".join(f"{name} {count}" for name, count in sorted(outcomes.items())))
        began = time.perf_counter()
        cursor.execute(JOIN)
        pairs, matched = cursor.fetchone()
        took = time.perf_counter() - began
        say(f"A plain join: {took:.1f} s, {pairs} pairs of {matched} events.")
        cursor.execute("drop table granted, happening")
    return figures


def _reconciled() -> tuple[Figures, Counter[str]]:
    began, worked = time.perf_counter(), time.process_time()
    outcomes: Counter[str] = Counter()
    accesses = Accesses(_access(row) for row in _rows("granted"))
    events = ((row.connection, row) for row in _rows("happening"))
    for match in reconcile(events, accesses):
        outcomes[match.outcome.value] += 1
    took, worked = time.perf_counter() - began, time.process_time() - worked
    return Figures(outcomes.total(), took, worked), outcomes


def _rows(table: str) -> Iterator[Any]:
    """By a cursor of the server, some at a time."""
    driver = connections["owner"].connection
    with driver.cursor(name=table, row_factory=namedtuple_row) as cursor:
        cursor.itersize = PIECE
        yield from cursor.execute(f"select * from {table}")


def _access(row: Any) -> Access:
    granted = Granted(
        objects=tuple(row.objects),
        windows=(Window(row.opens_at, row.ends_at),),
        companies=(row.company,),
        persons=(),
        country=row.country,
        inside_eea=row.inside_eea,
    )
    return Access(row.key, row.connection, row.service, (row.number,), granted)


def _in_words(figures: Figures) -> str:
    events, took, worked = figures
    return (
        f"{events / took:.0f} a second, read from the database and matched"
        f" ({events / worked:.0f} a second of this process's own time)."
    )
