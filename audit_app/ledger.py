"""Ledger: folding, reading and refusals."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import Min, Sum

from audit_app import acting
from audit_app.acting import request_id
from audit_app.models import LedgerEntry, RefusalCount
from audit_app.personal_numbers import masked

# What a person does again and again: the first time within an hour has its line, and
# one more line says how often it came again.

WINDOW = timedelta(hours=1)
# One query: whoever opens a page waits for it.
FOLD = """
with seen as (
  insert into audit_app_foldedline as line (key, actor_id, kind, event,
    object_type, object_id, detail, number, began_at, last_at)
  select key, %(actor)s, %(kind)s, %(event)s, %(table)s, row,
    %(detail)s::jsonb, 1, %(now)s, %(now)s
  from unnest(%(keys)s::text[], %(rows)s::text[]) given (key, row)
  on conflict (key) do update set number = line.number + 1, last_at = excluded.last_at
  returning *
)
select audit_ledger_record(kind, event, object_type, object_id, null,
  detail || %(clock)s::jsonb, actor_id, %(request)s)
from seen where number = 1
"""
TELL = """
with ended as (
  delete from audit_app_foldedline where began_at <= %(ended)s returning *
)
select audit_ledger_record(kind, event, object_type, object_id, null,
  detail || %(clock)s::jsonb || jsonb_build_object('times', number - 1,
    'since', began_at, 'until', last_at),
  actor_id, '')
from (select * from ended where number > 1 order by last_at, key) again
"""


def record_folded(
    event: str,
    *,
    by: Any,
    kind: str,
    table: str = "",
    rows: Iterable[str] = ("",),
    **detail: str,
) -> None:
    """Tell of it, or count it where it was told within the hour. `table` and `rows`:
    what it is about, where that is known; of each row for itself."""
    about = sorted(set(rows))
    same = json.dumps([by.pk, kind, event, table, sorted(detail.items())])
    _execute(
        FOLD,
        keys=[hashlib.sha256(f"{same} {row}".encode()).hexdigest() for row in about],
        rows=about,
        kind=kind,
        event=event,
        table=table,
        actor=by.pk,
        now=acting.now(),
        request=request_id.get(),
        detail=json.dumps(detail),
    )


def tell_folded() -> list[str]:
    """Tell the ledger what came again in an hour that is over."""
    _execute(TELL, ended=acting.now() - WINDOW)
    return []


def _execute(sql: str, **values: Any) -> None:
    # A line has the database's time; the domain's is told beside it.
    domain_time = {"clock": acting.now()} if acting.is_set() else {}
    values["clock"] = json.dumps(domain_time, cls=DjangoJSONEncoder)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, values)


# Writing to the ledger what is not a change of a row.

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
    if acting.is_set():
        # The line has the database's time; the domain's is told beside it.
        detail = {**detail, "clock": acting.now()}
    return [
        json.dumps(detail, cls=DjangoJSONEncoder) if detail else None,
        getattr(by, "pk", None),
        request_id.get(),
    ]


def authority_of(on: models.Model | None) -> int | None:
    """The id of the authority whose row this is, if the row names one."""
    return getattr(on, "authority_id", None)


# Through which login is read: the auditor's can write nothing, whatever is tried.

# Tests whose world is not committed read through the connection that made it.
ALIAS = "auditor"

# Until it has replayed a transaction since its start, a replica knows of the checkpoint
# that it began with, and holds at least that. No replica holds everything.
HOLDS_UNTIL = """
select case when pg_is_in_recovery()
  then coalesce(pg_last_xact_replay_timestamp(), checkpoint_time) end
from pg_control_checkpoint()
"""

_alias: ContextVar[str | None] = ContextVar("alias", default=None)


class Router:
    """Sends every query to where `as_auditor` says; else it has no opinion."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        return _alias.get()


@contextmanager
def as_auditor() -> Iterator[None]:
    """Inside, all that is read is read through the auditor's login."""
    token = _alias.set(ALIAS)
    try:
        yield
    finally:
        _alias.reset(token)


@contextmanager
def as_application() -> Iterator[None]:
    """Inside `as_auditor`: for what is written, and read to be written."""
    token = _alias.set(None)
    try:
        yield
    finally:
        _alias.reset(token)


def alias() -> str:
    """For what is written in SQL: the alias that reads now."""
    return _alias.get() or DEFAULT_DB_ALIAS


def as_of() -> datetime | None:
    """Up to when a replica holds what was written; None where what is read is no
    replica. Raises OperationalError where it does not answer."""
    if _server(ALIAS) == _server(DEFAULT_DB_ALIAS):
        return None
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(HOLDS_UNTIL)
        return cursor.fetchone()[0]


def _server(name: str) -> tuple[str, str]:
    options = connections[name].settings_dict
    return options["HOST"], str(options["PORT"])


# Refusals on record: in an hour the first few have a line each, and so has the first
# of each kind; one line counts the rest, so that no stranger fills the ledger.

# Of all kinds together: whoever comes to every door has no more.
MOST_LINES = 8


def record_refusal(
    event: str,
    *,
    by: Any = None,
    kind: str = Kind.REFUSAL,
    about: Any = None,
    **detail: Any,
) -> None:
    """`about`: the account that was tried, whose refusals are counted for themselves;
    never what a stranger may choose."""
    tell_counted()
    with transaction.atomic():
        is_first = not RefusalCount.objects.filter(event=event).exists()
        so_far = RefusalCount.objects.aggregate(began=Min("began_at"), all=Sum("lines"))
        row = _row(event, about, so_far["began"] or acting.now())
        row.number, row.last_at = row.number + 1, acting.now()
        if is_first or (so_far["all"] or 0) < MOST_LINES:
            row.lines += 1
            record(event, by=by, kind=kind, **detail)
        row.save()


def _row(event: str, about: Any, began_at: Any) -> RefusalCount:
    """All end at the same time, whenever the first of them was."""
    rows = RefusalCount.objects.select_for_update()
    values = {
        "event": event,
        "account": about.get_username() if about else "",
        "began_at": began_at,
        "last_at": began_at,
    }
    key = f"{event} {about.pk if about else ''}"
    return rows.get_or_create(key=key, defaults=values)[0]


def tell_counted() -> list[str]:
    """Tell the ledger what was counted in a window that is over."""
    ended = acting.now() - WINDOW
    with transaction.atomic():
        rows = RefusalCount.objects.select_for_update().filter(began_at__lte=ended)
        if counted := list(rows.order_by("-number", "key")):
            _tell([row for row in counted if row.number > row.lines])
            RefusalCount.objects.filter(pk__in=[row.pk for row in counted]).delete()
    return []


def _tell(rows: list[RefusalCount]) -> None:
    if rows:
        record(
            "refusals.counted",
            by=None,
            kind=Kind.REFUSAL,
            refusals=sum(row.number - row.lines for row in rows),
            counted=[
                {
                    "event": row.event,
                    "account": row.account,
                    "times": row.number - row.lines,
                }
                for row in rows
            ],
            since=min(row.began_at for row in rows),
            until=max(row.last_at for row in rows),
        )
