"""Every page of the workbench, for seven people and those who work cases, at 10,000
reviews and at many, beside Django's own admin over the same rows."""

import json
import logging
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.db import OperationalError
from django.test import Client, override_settings

from tests.bench import addresses, budgets, load, peer, plans
from tests.bench.addresses import PEER


class Page(NamedTuple):
    """A page as one person gets it. Milliseconds; `sql`: its slowest query's. Of one
    that the statement time-out stopped: until then. `whole`: what reads a whole table,
    or was not answered."""

    median: float
    queries: int
    sql: float
    plan: list[str]
    whole: list[str]


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--few", type=int, default=10_000, help="reviews at first")
    parser.add_argument("--reviews", type=int, default=1_000_000, help="and then")
    parser.add_argument("--repeat", type=int, default=7, help="times for each figure")
    parser.add_argument("--who", action="append", help="only this one (or these)")
    parser.add_argument("--json", type=Path, help="file for the figures")


def run(options: dict[str, Any], stdout: OutputWrapper) -> None:
    logging.getLogger("django.request").disabled = True  # what is stopped is told
    figures: dict[str, Any] = {}
    with override_settings(ROOT_URLCONF="tests.bench.peer", DEBUG=False):
        for count in dict.fromkeys((options["few"], options["reviews"])):
            with load.loaded(count, stdout):
                stdout.write(f"\n{count:,} reviews")
                figures[f"{count}"] = _of_everybody(options, stdout)
    few, many = list(figures.values())[0], list(figures.values())[-1]
    budgets.say_growth(few, many, stdout)
    budgets.say_beyond(few, many, stdout)
    if options["json"]:
        options["json"].write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _of_everybody(options: dict[str, Any], stdout: OutputWrapper) -> dict[str, Any]:
    """Seven people's pages; of the city's people those that grow with the cases, and
    what nobody before them met."""
    figures: dict[str, Any] = {}
    seven = load.people()
    everybody = {**seven, **load.city_people()}
    chosen = options["who"] or list(everybody)
    if unknown := [who for who in chosen if who not in everybody]:
        raise CommandError(f"{', '.join(unknown)}: none of {', '.join(everybody)}")
    met: set[str] = set()
    for who in chosen:
        stdout.write(f"\nWho has {who}" if who in seven else f"\nWho is {who}")
        stdout.write(f"  {'':46} {'ms':>8} {'queries':>8} {'slowest':>8}  its plan")
        figures[who] = {}
        client = addresses.signed_in(everybody[who])
        for name, url in _pages(everybody[who], all_of_them=who in seven, met=met):
            with peer.own_templates() if name.startswith(PEER) else nullcontext():
                page = _measured(client, url, options["repeat"])
            figures[who][name] = page._asdict()
            _say(stdout, name, page)
        met.update(figures[who])
    return figures


def _pages(
    person: Any, *, all_of_them: bool, met: set[str]
) -> Iterator[tuple[str, str]]:
    """The floor first, and no address twice."""
    floor = addresses.floor()
    yield floor
    growing = [
        (name, url)
        for name, url in addresses.growing(person)
        if all_of_them or not name.startswith(PEER)
    ]
    yield from growing
    measured = {url for _name, url in (floor, *growing)}
    for name, url in addresses.linked(person):
        if url not in measured and (all_of_them or name not in met):
            yield name, url


def _measured(client: Client, url: str, repeat: int) -> Page:
    statuses = []

    def fetch() -> None:
        statuses.append(client.get(url).status_code)

    began = time.perf_counter()
    queries = plans.queries_of(fetch)
    if statuses != [HTTPStatus.OK]:
        took = (time.perf_counter() - began) * 1000
        return Page(took, len(queries), took, [], [f"answered {statuses[0]}"])
    median = statistics.median(_seconds(fetch) for _time in range(repeat)) * 1000
    reading = [query for query in queries if query.reads]
    slowest = max(reading, key=lambda query: query.milliseconds)
    try:
        plan = plans.plan_of(slowest)
    except OperationalError:
        plan = plans.Plan([], ["its plan was stopped by the statement time-out"])
    sql = slowest.milliseconds
    return Page(median, len(queries), sql, plan.scans, plan.whole)


def _seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _say(stdout: OutputWrapper, name: str, page: Page) -> None:
    plan = "; ".join(page.whole) if page.whole else ", ".join(page.plan[:3])
    mark = "AMISS: " if page.whole else ""
    stdout.write(
        f"  {name:46} {page.median:8.0f} {page.queries:8} {page.sql:8.0f}  {mark}{plan}"
    )
    stdout.flush()
