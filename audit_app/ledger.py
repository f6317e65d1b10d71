"""Writing to the ledger what is not a change of a row."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connections, models

from audit_app import clock
from audit_app.acting import request_id
from audit_app.models import LedgerEntry
from audit_app.personal_numbers import masked

Kind = LedgerEntry.Kind
# Details that are what somebody typed to find something, or to be let read it.
TYPED = ("text", "asked", "filters", "basis")
# Of which kinds the request that is answered has left lines; none outside of one.
_kinds: ContextVar[set[str] | None] = ContextVar("kinds", default=None)


@contextmanager
def kinds_recorded() -> Iterator[set[str]]:
    """Which kinds of lines `record` writes inside."""
    kinds: set[str] = set()
    token = _kinds.set(kinds)
    try:
        yield kinds
    finally:
        _kinds.reset(token)


def record(
    event: str,
    *,
    by: Any,
    on: models.Model | None = None,
    kind: str = Kind.EVENT,
    authority: int | None = None,
    using: str = DEFAULT_DB_ALIAS,
    **detail: Any,
) -> int:
    """Add a line and return its number.

    `by` is a user, or None for somebody who is not signed in. `detail` is kept apart
    from the line, under a salted commitment, because it may be personal. Personal
    numbers are masked in what was typed to find or read something.
    """
    _note_kind(kind)
    detail |= {name: masked(detail[name]) for name in TYPED if name in detail}
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT audit_ledger_record(%s, %s, %s, %s, %s, %s::jsonb, %s, %s)",
            [
                kind,
                event,
                on._meta.db_table if on is not None else "",
                str(on.pk) if on is not None else "",
                authority if authority is not None else authority_of(on),
                *_said_by(by, detail),
            ],
        )
        return cursor.fetchone()[0]


def record_each(
    event: str, rows: Sequence[models.Model], *, by: Any, kind: str = Kind.EVENT
) -> None:
    """A line of each row, without more to tell than the time that is set: in one query,
    however many rows."""
    _note_kind(kind)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT audit_ledger_record(%s, %s, kind, key, place, %s::jsonb,"
            " %s, %s)"
            " FROM unnest(%s::text[], %s::text[], %s::bigint[])"
            " given (kind, key, place)",
            [
                kind,
                event,
                *_said_by(by, {}),
                [row._meta.db_table for row in rows],
                [str(row.pk) for row in rows],
                [authority_of(row) for row in rows],
            ],
        )


def _note_kind(kind: str) -> None:
    kinds = _kinds.get()
    if kinds is not None:
        kinds.add(kind)


def _said_by(by: Any, detail: dict[str, Any]) -> list[Any]:
    """What is said, by whom, and in which request."""
    if clock.is_set():
        # The line has the database's time; the domain's is told beside it.
        detail = {**detail, "clock": clock.now()}
    return [
        json.dumps(detail, cls=DjangoJSONEncoder) if detail else None,
        getattr(by, "pk", None),
        request_id.get(),
    ]


def authority_of(on: models.Model | None) -> int | None:
    """The id of the authority whose row this is, if the row names one."""
    return getattr(on, "authority_id", None)
