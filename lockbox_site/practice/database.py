"""The database to practise in, made and made anew: the invented city as it is on its
first day, with a few cases of every kind."""

import random
import secrets
from itertools import chain
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, OutputWrapper
from django.db import connections

from audit_app import clock
from audit_app.acting import acting
from audit_app.sealing import keys
from lockbox_site import postgres
from lockbox_site.configuration import practice
from lockbox_site.demo import REASON, cases, examples, town
from lockbox_site.demo.case_waits import makers
from lockbox_site.practice.letters import TABLE
from lockbox_site.practice.mark import ASKED, SCHEMA
from lockbox_site.processes import progress
from requests_app.workflow.machine_accounts import SYSTEM, machine_account

ANY_TABLE = """
select exists (select from pg_class c join pg_namespace n on n.oid = relnamespace
  where relkind = 'r' and nspname <> 'information_schema' and nspname !~ '^pg_')
"""
OTHERS = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and usename = user
"""
# What is granted to everybody in a new database is so in one that is made anew.
ANEW = f"""
drop schema public cascade;
create schema public;
grant usage on schema public to public;
drop schema {SCHEMA} cascade;
create schema {SCHEMA};
grant usage on schema {SCHEMA} to lockbox_app;
{TABLE}
"""
CITY = "The city to practise in (invented)"


def make_anew(stdout: OutputWrapper) -> None:
    """All that anybody practised before is gone. Raises CommandError for a database
    that is none to practise in, of which nothing is changed."""
    if settings.LOCAL:
        _make_local()
    _empty()
    _new_keys(Path(settings.PRACTICE))
    call_command("migrate", verbosity=0)
    _fill(stdout)


def _make_local() -> None:
    postgres.ensure()
    with (
        psycopg.connect(postgres.url("postgres"), autocommit=True) as server,
        server.cursor() as cursor,
    ):
        name = practice.DATABASE
        cursor.execute("select from pg_database where datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"create database {name}")


def _empty() -> None:
    connections.close_all()
    where: Any = connections["owner"].get_connection_params()
    for unwanted in ("cursor_factory", "context", "assume_role"):
        where.pop(unwanted, None)
    with psycopg.connect(**where, autocommit=True) as database:
        is_marked = database.execute(ASKED).fetchone()
        if not is_marked or not is_marked[0]:
            _mark_empty(database)
        database.execute(OTHERS)
        database.execute(ANEW)


def _mark_empty(database: psycopg.Connection[Any]) -> None:
    """Nothing that holds anything becomes one to practise in."""
    holds = database.execute(ANY_TABLE).fetchone()
    if not holds or holds[0]:
        name = settings.DATABASES["owner"]["NAME"]
        raise CommandError(
            f"The database {name} holds something, and is none to practise in: nothing"
            " was changed. Make an empty one, and let DATABASE_URL name it."
        )
    database.execute(f"create schema {SCHEMA}")


def _new_keys(folder: Path) -> None:
    """None of another database, and none of this one as it was before."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealing, ledger = Path(settings.SEALING_KEY), Path(settings.LEDGER_KEY)
    sealing.unlink(missing_ok=True)
    ledger.unlink(missing_ok=True)
    sealing.touch(mode=0o600)
    sealing.write_text(secrets.token_hex(40))
    keys.keep(keys.make(f"ovning.example/{secrets.token_hex(4)}"), str(ledger))


@clock.may_be_set()
def _fill(stdout: OutputWrapper) -> None:
    progress.say(stdout, f"{CITY} …")
    # Whatever a crash would lose of it can be made again.
    with connections["default"].cursor() as cursor:
        cursor.execute("set synchronous_commit to off")
    with acting(machine_account(SYSTEM), reason=REASON):
        town.build(secrets.token_urlsafe(24))
    dice = random.Random(7)  # noqa: S311 — the same city each time
    progress.follow(
        chain(examples.worked_examples(), cases.fresh(dice)),
        examples.COUNT + len(makers()),
        CITY,
        stdout,
    )
    town.unfinished()
