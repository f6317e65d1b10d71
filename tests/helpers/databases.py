"""The template of every test database: made once, kept while nothing it is made from
changes, and copied by each process.

Append-only tables refuse the TRUNCATE with which Django empties a test database, as they
should; so committing tests get a new copy of the template instead.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.db import connections

from lockbox_site.scratch import (
    SCHEMA,
    alone_with,
    fresh_copy,
    from_outside,
    migrated,
    outside,
)
from tests import cast
from tests.helpers import engagement

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("audit_app", "requests_app", "lockbox_site")
KEPT = 3  # other runs may still copy what an older state of the code made


def connect_to(name: str) -> None:
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def beside(label: str) -> Iterator[str]:
    """An empty database of this process's own, by its name, for what is restored; then
    back again. (Two processes that share a name take it from each other.)"""
    own = connections["owner"].settings_dict["NAME"]
    name = f"{own}_{label}"
    from_outside(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    from_outside(f"CREATE DATABASE {name}")
    try:
        yield name
    finally:
        connect_to(own)
        from_outside(f"DROP DATABASE {name} WITH (FORCE)")


def template() -> str:
    """Its name. Processes that start together make it once."""
    prefix = f"test_{connections['owner'].settings_dict['NAME']}_template_"
    name = prefix + _digest()
    with alone_with(prefix):
        rows = outside(
            "select datname from pg_database"
            f" where starts_with(datname, '{prefix}') order by oid desc"
        )
        present = [row[0] for row in rows]
        if name not in present:
            for old in present[KEPT - 1 :]:
                outside(f"DROP DATABASE {old} WITH (FORCE)")
            _make(name)
    return name


def _digest() -> str:
    """Of all that makes the template; and of the day, for what is dated."""
    paths = [path for name in SOURCES for path in (ROOT / name).rglob("*")]
    paths += [ROOT / "requirements-dev.txt"]
    paths += [Path(module.__file__) for module in (cast, engagement)]
    digest = hashlib.sha256(str(date.today()).encode())
    for path in sorted(paths):
        if path.is_file() and path.suffix not in (".pyc", ".po", ".mo", ".css", ".js"):
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def let_the_clock_be_set() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("insert into audit_app_setclock default values")


def make_bare(name: str) -> None:
    """As `migrate` leaves it, without the cast: a copy of what benches begin with."""
    fresh_copy(name, migrated())
    connect_to(name)


def _make(name: str) -> None:
    with alone_with(SCHEMA):  # of an older state
        outside(f"DROP DATABASE IF EXISTS {SCHEMA} WITH (FORCE)")
    make_bare(f"{name}_new")
    let_the_clock_be_set()
    engagement.engage()
    from_outside(f"ALTER DATABASE {name}_new RENAME TO {name}")
