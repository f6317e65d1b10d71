"""What PostgreSQL is told of each session, by the session itself as it begins: options
of the connection are refused, or dropped, by a pool in between (PgBouncer)."""

from itertools import chain
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


def connect() -> None:
    connection_created.connect(_tell)


def _tell(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    settings: dict[str, str] = connection.settings_dict.get("SESSION", {})
    if settings:
        each = ", ".join(["set_config(%s, %s, false)"] * len(settings))
        # No query of the page: past Django's wrapper.
        values = list(chain.from_iterable(settings.items()))
        connection.connection.execute(f"select {each}", values)
