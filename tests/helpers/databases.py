"""The template of every test database: made once, kept while nothing it is made from
changes, and copied by each process.

Append-only tables refuse the TRUNCATE with which Django empties a test database, as they
should; so committing tests get a new copy of the template instead.
"""

import hashlib
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import ProgrammingError, connections
from django.test.utils import setup_databases

from tests import cast

ROOT = Path(__file__).resolve().parents[2]
APPS = ("audit_app", "requests_app", "lockbox_site")
KEPT = 3  # other runs may still copy what an older state of the code made


def as_owner(*statements: str) -> None:
    connections.close_all()
    with connections["owner"].creation._nodb_cursor() as cursor:
        for statement in statements:
            _patiently(cursor, statement)


def _patiently(cursor: Any, statement: str) -> None:
    # A worker of autovacuum belongs to the superuser: it can't be sent away, but it
    # soon leaves.
    for _attempt in range(50):
        try:
            return cursor.execute(statement)
        except ProgrammingError as error:
            if "must be a member" not in str(error):
                raise
            time.sleep(0.1)
    return cursor.execute(statement)


def connect_to(name: str) -> None:
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name


def fresh_copy(name: str, template: str) -> None:
    as_owner(
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {name} TEMPLATE {template}",
    )


def template() -> str:
    """Its name. Processes that start together make it once.

    Tables are made anew only when a migration has changed; the rest is done on a copy.
    """
    prefix = f"test_{connections['owner'].settings_dict['NAME']}_template_"
    tables = _tables(prefix)
    name = prefix + _digest(*(ROOT / app for app in APPS), Path(cast.__file__))
    with connections["owner"].creation._nodb_cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext(%s))", [prefix])
        _ensure(cursor, tables, f"{prefix}tables_", _make_tables)
        _ensure(cursor, name, prefix, lambda new: _engage(new, tables))
    return name


def _tables(prefix: str) -> str:
    return f"{prefix}tables_{_digest(*(ROOT / app / 'migrations' for app in APPS))}"


def make_bare(name: str, template: str) -> None:
    """A database as `migrate` leaves it, without the cast that the template has."""
    _migrate(name, _tables(f"{template.rpartition('_')[0]}_"))
    connections.close_all()


def _ensure(cursor: Any, name: str, prefix: str, make: Callable[[str], None]) -> None:
    cursor.execute(
        "select datname from pg_database where datname ~ %s order by oid desc",
        [f"^{prefix}[0-9a-f]+$"],
    )
    present = [row[0] for row in cursor.fetchall()]
    if name in present:
        return
    for old in present[KEPT - 1 :]:
        _patiently(cursor, f"DROP DATABASE {old} WITH (FORCE)")
    make(f"{prefix}new")
    as_owner(f"ALTER DATABASE {prefix}new RENAME TO {name}")


def _digest(*places: Path) -> str:
    """Of all that makes the template; and of the day, for what is dated."""
    paths = [path for place in places for path in (place, *place.rglob("*"))]
    digest = hashlib.sha256(str(date.today()).encode())
    for path in sorted([*paths, ROOT / "requirements-dev.txt"]):
        if path.is_file() and path.suffix not in (".pyc", ".po", ".mo", ".css", ".js"):
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def let_the_clock_be_set() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("insert into audit_app_setclock default values")


def _make_tables(name: str) -> None:
    owner = connections["owner"].settings_dict
    owner["TEST"].update(NAME=name, DEPENDENCIES=[])
    setup_databases(
        verbosity=0, interactive=False, aliases={"owner"}, serialized_aliases=set()
    )
    assert owner["NAME"] == name
    connections.close_all()


def _migrate(name: str, tables: str) -> None:
    fresh_copy(name, tables)
    connect_to(name)
    call_command("migrate", verbosity=0)


def _engage(name: str, tables: str) -> None:
    _migrate(name, tables)
    let_the_clock_be_set()
    cast.engage()
    connections.close_all()
