"""A tenth of very many cases is disposed of: how long it takes, and what of them is found
afterwards in the files of the database. The lines of the copies are not what their
digests say: tests/audit_app/test_disposed_cases.py verifies the record."""

import subprocess
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser, OutputWrapper
from django.db import connection, connections

from audit_app import acting
from audit_app.acting import acting_as
from lockbox_site import processes
from lockbox_site.postgres import cluster
from lockbox_site.postgres.cluster import SUPERUSER, data_folder
from lockbox_site.scratch import copied, pointed_at
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.people.models import Authority
from requests_app.core.step import SYSTEM, machine_account
from requests_app.records import steps
from requests_app.records.law import obstacles_of, reckon
from requests_app.records.models import Disposal, DisposalDate, DisposalItem
from tests.bench import load
from tests.bench.copies import triggers
from tests.bench.people import engage

NAME = "lockbox_bench_disposal"
RULES = """
insert into requests_app_disposalrule (authority_id, matter, process_code,
  disposal_decision, years, counts_from, valid_from, version)
select id, matter, '', 'Bench (invented)', 1, 'closed', '2020-01-01', 0
from requests_app_authority, unnest('{access,documents,foreign}'::text[]) matter
where code like 'BENCH%'
"""
# The provider's numbers of the cases on lists: of those that nobody else has a case of.
NUMBERS = """
select item.id, request.external_id from requests_app_disposalitem item
join requests_app_secrecyreview review on review.id = item.case_key
join requests_app_accessrequest request on request.id = review.access_request_id
where (select count(*) from requests_app_secrecyreview other
       where other.access_request_id = request.id) = 1
"""


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--reviews", type=int, default=10_000, help="there shall be")
    parser.add_argument("--gone", type=int, default=1_000, help="of them")


def run(options: dict[str, Any], stdout: OutputWrapper) -> None:
    say = partial(processes.say, stdout)
    later = acting.now() + timedelta(days=800)
    with load.loaded(options["reviews"], stdout):
        pattern = connection.settings_dict["NAME"]
    with copied(NAME, pattern), pointed_at(NAME), acting.may_be_set(), acting.at(later):
        _rules()
        began = time.monotonic()
        with acting_as(machine_account(SYSTEM)):
            changed = reckon()
        say(f"{changed} dates reckoned in {time.monotonic() - began:.1f} s")
        _lists(options["gone"])
        with connection.cursor() as cursor:
            cursor.execute(NUMBERS)
            listed = dict(cursor.fetchall())
        stood = SecrecyReview.objects.count()
        began = time.monotonic()
        call_command("dispose_cases", stdout=stdout)
        took, gone = time.monotonic() - began, stood - SecrecyReview.objects.count()
        say(f"{gone} of {stood} cases gone in {took:.0f} s, {gone / took:.1f} a second")
        rest = DisposalItem.objects.filter(disposed_case=None)
        stays = set(rest.values_list("pk", flat=True))
        numbers = [number for pk, number in listed.items() if pk not in stays]
        say(f"{len(numbers)} numbers are looked for; {len(stays)} cases stay")
        _look_in_files(numbers, say)


def _rules() -> None:
    tables = ["requests_app_disposalrule"]
    with connections["owner"].cursor() as cursor:
        triggers(cursor, tables, "disable")
        cursor.execute(RULES)
        triggers(cursor, tables, "enable")


def _lists(gone: int) -> None:
    """Of one board after another, until there are so many."""
    number = 0
    due = DisposalDate.objects.filter(due_on__lte=acting.today()).values(
        "review__authority"
    )
    boards = Authority.objects.filter(code__startswith=load.BENCH, pk__in=due)
    for authority in boards.order_by("-pk"):
        with acting_as(machine_account(SYSTEM), reason="bench"):
            pair = [
                engage(f"{authority.code}-{role}", "Bench", (role, authority))
                for role in ("registrar", "legal_reviewer")
            ]
        drawn = steps.draw_up(by=pair[0], authority=authority, until=acting.today())
        with acting_as(pair[0]):
            ways = obstacles_of(drawn)
        free = [key for key, why in ways.items() if why == "no_answer"]
        items = list(drawn.items.filter(pk__in=free)[: gone - number])
        rest = drawn.items.exclude(pk__in=[one.pk for one in items])
        if not items:
            continue
        steps.answer(drawn, by=pair[0], items=items, answer="destroy")
        if late := list(rest):
            until = {"until": acting.today() + timedelta(days=900), "reason": "bench"}
            steps.retain(_now(drawn), by=pair[0], items=late, **until)
        steps.propose(_now(drawn), by=pair[0])
        steps.confirm(_now(drawn), by=pair[1])
        number += len(items)
        if number >= gone:
            return


def _now(drawn: Disposal) -> Disposal:
    return Disposal.objects.get(pk=drawn.pk)


def _look_in_files(numbers: list[str], say: Any) -> None:
    """Before and after the files are written anew and the log is switched."""
    say(f"in the files, as they are: {_found(numbers)}")
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum full")
    for statement in ("checkpoint", "select pg_switch_wal()", "checkpoint"):
        _as_superuser(statement)
    say(f"after VACUUM FULL and a new log: {_found(numbers)}")


def _as_superuser(statement: str) -> None:
    host = str(connection.settings_dict["HOST"])
    cluster.run(
        ["psql", "-h", host, "-U", SUPERUSER, "-c", statement, "postgres"],
        cluster.server_user(),
    )


def _found(numbers: list[str]) -> str:
    """In the files of this database, and in the log, which has the others' too."""
    with connection.cursor() as cursor:
        cursor.execute("select oid from pg_database where datname = current_database()")
        own = data_folder() / "base" / str(cursor.fetchone()[0])
    places = (("its files", own), ("the log", data_folder() / "pg_wal"))
    return ", ".join(f"{name}: {_in_folder(numbers, path)}" for name, path in places)


def _in_folder(numbers: list[str], folder: Path) -> str:
    wanted = "\n".join(numbers).encode()
    command = ["grep", "--recursive", "--only-matching", "--text", "--fixed-strings"]
    command += ["--word-regexp", "--file=-", str(folder)]
    done = subprocess.run(command, input=wanted, capture_output=True, check=False)
    lines = [line.split(b":", 1) for line in done.stdout.splitlines()]
    files, words = {line[0] for line in lines}, {line[-1] for line in lines}
    return f"{len(words)} numbers in {len(files)} files"
