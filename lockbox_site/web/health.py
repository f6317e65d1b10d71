"""For whoever watches from outside: /healthz, must somebody act? /ready, may this
process get people?"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from psycopg.errors import DiskFull

from audit_app import clock
from audit_app.deadlines import Deadline, deadline_of
from requests_app.models import Heartbeat
from requests_app.selectors.pulse import pulse

# How long it waits for a lock and for a statement, as PostgreSQL writes it.
LOCK, STATEMENT = "200ms", "1s"
# What can't be written for want of room is not well: tried now and then.
WRITE = """
insert into requests_app_heartbeat as beat (name, at, failures, trouble, position)
values (%s, clock_timestamp(), 0, '', 0)
on conflict (name) do update set at = excluded.at
where beat.at < excluded.at - interval '10 seconds'
"""


class HealthMiddleware:
    """Answers before anything else is asked: session, host name, TLS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = ANSWERS.get(request.path)
        if answer is not None and request.method in ("GET", "HEAD"):
            return answer()
        return self.get_response(request)


def health() -> JsonResponse:
    """200 while the database takes what is written, the sweep goes round, the clocks
    agree and the ledger is sealed; else 503, with what is wrong. Answers soon, whatever
    is locked. When somebody outside last saw the ledger is told, and is no trouble."""
    seen_outside = None
    try:
        with transaction.atomic():
            state, seen_outside = _state()
    except Error as error:
        state = {"database": _trouble(error), "sweep": "unknown"}
    return _answer({**state, "seen_outside": seen_outside}, state)


def ready() -> JsonResponse:
    """200 while this process can take what people send: the database is written to, and
    its schema is this release's; else 503. A load balancer goes by it: where it is 503
    another machine does better."""
    try:
        with transaction.atomic():
            state = {"database": _database(), "schema": _schema()}
    except Error as error:
        state = {"database": _trouble(error), "schema": "unknown"}
    return _answer(state, state)


ANSWERS = {"/healthz": health, "/ready": ready}


def _answer(body: dict[str, Any], state: dict[str, str]) -> JsonResponse:
    return JsonResponse(
        body,
        status=200 if set(state.values()) == {"ok"} else 503,
        headers={"Cache-Control": "no-store"},
    )


def _trouble(error: Error) -> str:
    if isinstance(error.__cause__, DiskFull):
        return "full"
    return "down" if deadline_of(error) in (None, Deadline.ROOM) else "slow"


def _database() -> str:
    """Waits no longer than whoever asks, for this and what follows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true),"
            " set_config('statement_timeout', %s, true),"
            " current_setting('transaction_read_only')",
            [LOCK, STATEMENT],
        )
        if cursor.fetchone()[2] == "on":
            return "read-only"
        cursor.execute(WRITE, [Heartbeat.HEALTH])
    return "ok"


def _schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select app, name from django_migrations")
        done = {(app, name) for app, name in cursor.fetchall() if app in _of_release()}
    wanted = {(app, name) for app, names in _of_release().items() for name in names}
    if done == wanted:
        return "ok"
    return "older" if done < wanted else "newer"


@cache
def _of_release() -> dict[str, set[str]]:
    """Of this release: the names of each app's migrations."""
    migrations: dict[str, set[str]] = {}
    for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations:
        migrations.setdefault(app, set()).add(name)
    return migrations


def _state() -> tuple[dict[str, str], datetime | None]:
    database = _database()
    now = pulse()
    own_clock = not clock.is_wrong()
    state = {
        "database": database,
        "sweep": "stopped" if now.stopped else "ok",
        "clock": "ok" if own_clock and not now.clock_trouble else "wrong",
        "ledger": "unsealed" if now.unsealed else "ok",
    }
    return state, now.seen_outside
