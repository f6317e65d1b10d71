"""A database of the bench's own beside the real one, dropped when it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connections

NAME = "lockbox_bench"


@contextmanager
def own_database() -> Iterator[str]:
    """Make and migrate it, and let every alias of this process point at it."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    _as_owner(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    try:
        _point_at(dict.fromkeys(before, NAME))
        call_command("migrate", verbosity=0)
        yield NAME
    finally:
        _point_at(before)
        _as_owner(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def _as_owner(*statements: str) -> None:
    connections.close_all()
    creation: Any = connections["owner"].creation
    with creation._nodb_cursor() as cursor:
        for statement in statements:
            try:
                cursor.execute(statement)
            except ProgrammingError as error:
                raise CommandError(f"No database for the bench: {error}") from error


def _point_at(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
