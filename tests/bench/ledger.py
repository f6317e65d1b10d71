"""The ledger: what it costs whoever writes, how quickly it is sealed, and verified."""

import os
import time
from collections.abc import Callable, Iterable
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management.base import CommandParser, OutputWrapper
from django.db import connections

from audit_app.sealing import outside, sealer
from audit_app.verifying.dump import NUMBER, Dump, Section, plain
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from lockbox_site import processes
from lockbox_site.backup import run as run_program
from lockbox_site.scratch import NAME, own_database, served
from requests_app.core.step import SYSTEM, machine_account
from tests.bench import callers
from tests.bench.intake import api_job, login_of, prepare

WRITERS = (1, 4, 8)
PIECE = 50_000
SAMPLE = 200_000
# Of the requests that are taken in, and of gunicorn.
OBJECTS, WORKERS = 3, 4
Say = Callable[[str], None]
# Lines of the usual length, through the function that writes every line.
MANY = """
select count(audit_ledger_add('event', 'bench.written', 'requests_app_accessrequest',
  n::text, null, jsonb_build_object('text', repeat('As long as most are. ', 8)),
  null, gen_random_uuid()::text))
from generate_series(1, %s) n
"""


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--lines", type=int, default=1_000_000, help="to be verified")
    parser.add_argument("--seconds", type=float, default=10, help="for each figure")


def run(options: dict[str, int], stdout: OutputWrapper) -> None:
    say = partial(processes.say, stdout)
    with own_database():
        say(f"On {os.cpu_count()} cores with the database.")
        _writing(options["seconds"], say)
        _sealing(options["lines"], say)
        _verifying(say)


def _writing(seconds: float, say: Say) -> None:
    """Of one bare row, and of what people and providers wait for."""
    system = machine_account(SYSTEM)
    job = callers.EventJob(*login_of("default"), system.pk)
    _compare_rates(
        "Events a second, a transaction of one row each",
        WRITERS,
        lambda count: callers.together(
            callers.by_one_event, [job] * count, seconds / 2
        ),
        say,
    )
    people = prepare(WORKERS, OBJECTS)
    with served(NAME, WORKERS) as url:
        jobs = [api_job(one, url, OBJECTS) for one in people]
        # Not without the ledger: a version has its number from its line.
        rate = callers.together(callers.through_the_api, jobs, seconds).rate
        say(f"\nRequests of {OBJECTS} objects through the API: {rate:.1f} a second")


def _compare_rates(
    what: str,
    counts: Iterable[int],
    work: Callable[[int], callers.Figures],
    say: Say,
) -> None:
    say(f"\n{what}\n  writers  with ledger  without   share")
    for count in counts:
        rates: dict[str, float] = {}
        # Each way twice and in turn: a machine is not as quick at all times.
        for state in ("enable always", "disable", "enable always", "disable"):
            _triggers(state)
            rates[state] = rates.get(state, 0) + work(count).rate / 2
        with_it, without = rates["enable always"], rates["disable"]
        share = with_it / without if without else 0
        say(f"  {count:7}  {with_it:11.1f}  {without:7.1f}  {share:6.2f}")
    _triggers("enable always")


def _triggers(state: str) -> None:
    """Those that write a line for each change, and that hold history against lines."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass::text, tgname from pg_trigger"
            " where tgname in ('audit_ledger', 'audit_change', 'audit_history')"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f"alter table {table} {state} trigger {name}")


def _sealing(lines: int, say: Say) -> None:
    began = time.perf_counter()
    with connections["owner"].cursor() as cursor:
        for _piece in range(0, lines, PIECE):
            cursor.execute(MANY, [min(PIECE, lines)])
    written = time.perf_counter() - began
    say(f"\n{lines} lines written in {written:.1f} s, {lines / written:.0f} a second.")
    began, sealed = time.perf_counter(), 0
    while sealer.unsealed():
        sealed += sealer.seal()
    took = time.perf_counter() - began
    say(f"{sealed} lines sealed in {took:.1f} s, {sealed / took:.0f} a second.")
    began = time.perf_counter()
    root = sealer.root(sealer.size_of_tree())
    took = time.perf_counter() - began
    say(
        f"The root of {sealer.size_of_tree()} lines ({root.hex()[:8]}…) in {took * 1000:.1f} ms."
    )


def _verifying(say: Say) -> None:
    """Rows of the ledger with their details, from the database and from a dump."""
    _verified("the database", outside.sections("owner"), say)
    with TemporaryDirectory(prefix="lockbox-bench-") as folder:
        dump = Path(folder) / "dump.sql"
        tables = [f"--table={name}" for name in outside.TABLES]
        run_program("pg_dump", "--format=plain", *tables, f"--file={dump}")
        with dump.open("rb") as stream:
            rows, took = _verified("a dump", Dump(stream).sections(), say)
    bodies = _bodies()
    alone, together = (bare_rate(bodies, number) for number in (1, NUMBER))
    say(
        f"Bare SHA-256 of such rows, {sum(map(len, bodies)) // len(bodies)} bytes each:"
        f" {alone:.0f} a second by one process, {together:.0f} by {NUMBER}, as many as"
        f" verify; a dump is verified at {rows / took / alone:.2f} and"
        f" {rows / took / together:.2f} of it."
    )


def _verified(what: str, sections: Iterable[Section], say: Say) -> tuple[int, float]:
    ledger, began, before = Ledger(), time.perf_counter(), os.times()
    ledger.take(sections)
    all_faults = faults(ledger, {})
    took, after = time.perf_counter() - began, os.times()
    rows = len(ledger.ids) + len(ledger.detail_ids)
    worked = sum(after[:4]) - sum(before[:4])
    say(
        f"\n{len(ledger.ids)} lines with their details verified from {what} in"
        f" {took:.1f} s: {rows / took:.0f} rows a second, {len(all_faults)} faults;"
        f" {worked * 1e6 / rows:.2f} µs of the verifier's own processor time for each."
    )
    return rows, took


def _bodies() -> list[bytes]:
    """So many lines, and as many details."""
    return [
        plain(body)
        for table, column in (
            ("audit_app_ledgerentry", "payload"),
            ("audit_app_ledgerdetail", "body"),
        )
        for block in outside.blocks("owner", table, column, f"true limit {SAMPLE}")
        for body in block.splitlines()
    ]


def bare_rate(bodies: list[bytes], number: int) -> float:
    """Rows a second that so many processes hash that do nothing else."""
    with get_context("fork").Pool(number, _SAMPLE.append, (bodies,)) as pool:
        pool.map(_hash_all, range(number))
        return number * len(bodies) / max(pool.map(_hash_all, range(number)))


_SAMPLE: list[list[bytes]] = []


def _hash_all(_number: int) -> float:
    began = time.perf_counter()
    for body in _SAMPLE[0]:
        sha256(body).digest()
    return time.perf_counter() - began
