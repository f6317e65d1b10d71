"""The ledger: what it costs whoever writes, how quickly it is sealed, and verified."""

import os
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256

from django.core.management.base import CommandParser, OutputWrapper
from django.db import connection, connections

from audit_app.sealing import copying, sealer, tree
from audit_app.verifying.copied import plain
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from lockbox_site import progress
from lockbox_site.bench import callers
from lockbox_site.bench.database import own_database
from lockbox_site.bench.intake import login_of
from requests_app.workflow.machine_accounts import SYSTEM, machine_account

WRITERS = (1, 4, 8)
PIECE = 50_000
TABLE = "requests_app_content"
Say = Callable[[str], None]
# Lines of the usual length, through the function that writes every line.
MANY = """
select count(audit_ledger_add('event', 'bench.written', 'requests_app_accessrequest',
  n::text, null, jsonb_build_object('text', repeat('As long as most are. ', 8)),
  null, 'Bench', gen_random_uuid()::text))
from generate_series(1, %s) n
"""


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--lines", type=int, default=1_000_000, help="to be verified")
    parser.add_argument("--seconds", type=float, default=10, help="for each figure")


def run(options: dict[str, int], stdout: OutputWrapper) -> None:
    say = partial(progress.say, stdout)
    with own_database():
        say(f"On {os.cpu_count()} cores with the database.")
        _writing(options["seconds"], say)
        _sealing(options["lines"], say)
        _verifying(say)


def _writing(seconds: float, say: Say) -> None:
    say(
        "\nEvents a second, a transaction each\n  writers  with ledger  without   share"
    )
    system = machine_account(SYSTEM)
    job = callers.EventJob(*login_of("default"), (str(system.pk), str(system)))
    for count in WRITERS:
        rates: dict[str, float] = {}
        # Each way twice and in turn: a machine is not as quick at all times.
        for what in ("enable always", "disable", "enable always", "disable"):
            _trigger(what)
            figures = callers.together(callers.by_one_event, [job] * count, seconds / 2)
            rates[what] = rates.get(what, 0) + figures.rate / 2
        with_it, without = rates["enable always"], rates["disable"]
        share = with_it / without if without else 0
        say(f"  {count:7}  {with_it:11.0f}  {without:7.0f}  {share:6.2f}")
    _trigger("enable always")


def _trigger(what: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"alter table {TABLE} {what} trigger audit_ledger")


def _sealing(lines: int, say: Say) -> None:
    began = time.perf_counter()
    with connections["owner"].cursor() as cursor:
        for _piece in range(0, lines, PIECE):
            cursor.execute(MANY, [min(PIECE, lines)])
    written = time.perf_counter() - began
    say(f"\n{lines} lines written in {written:.1f} s, {lines / written:.0f} a second.")
    began, sealed = time.perf_counter(), 0
    while tree.unsealed():
        sealed += sealer.seal()
    took = time.perf_counter() - began
    say(f"{sealed} lines sealed in {took:.1f} s, {sealed / took:.0f} a second.")
    began = time.perf_counter()
    root = tree.root(tree.size())
    took = time.perf_counter() - began
    say(f"The root of {tree.size()} lines ({root.hex()[:8]}…) in {took * 1000:.1f} ms.")


def _verifying(say: Say) -> None:
    """Of the verifier: rows of the ledger, with their details, from the database."""
    ledger, began = Ledger(), time.perf_counter()
    ledger.take(copying.sections("owner"))
    found = faults(ledger, {})
    took = time.perf_counter() - began
    bare, size = _bare()
    lines = len(ledger.ids)
    rows = lines + len(ledger.detail_ids)
    say(
        f"\n{lines} lines and {rows - lines} details verified in {took:.1f} s:"
        f" {lines / took:.0f} lines, {rows / took:.0f} rows a second,"
        f" {len(found)} faults."
        f"\nBare SHA-256 of the same {size / 1e6:.0f} MB, row by row in one process:"
        f" {bare:.1f} s, {rows / bare:.0f} rows a second;"
        f" the verifier is at {bare / took:.2f} of it."
    )


def _bare() -> tuple[float, int]:
    """Seconds and bytes: what is hashed lies in memory before."""
    took, size = 0.0, 0
    for table, column in (
        ("audit_app_ledgerentry", "payload"),
        ("audit_app_ledgerdetail", "body"),
    ):
        for piece in copying.pieces("owner", table, column):
            bodies = [plain(line[:-1]) for line in piece]
            size += sum(map(len, bodies))
            began = time.perf_counter()
            for body in bodies:
                sha256(body).digest()
            took += time.perf_counter() - began
    connection.close()
    return took, size
