"""/healthz, for whoever watches from outside."""

from collections.abc import Callable
from datetime import datetime

from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from psycopg.errors import DiskFull

from audit_app import clock
from audit_app.deadlines import Deadline, deadline_of
from requests_app.models import Heartbeat
from requests_app.selectors.pulse import pulse

ADDRESS = "/healthz"
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
        if request.path == ADDRESS and request.method in ("GET", "HEAD"):
            return health()
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
    is_well = set(state.values()) == {"ok"}
    return JsonResponse(
        {**state, "seen_outside": seen_outside},
        status=200 if is_well else 503,
        headers={"Cache-Control": "no-store"},
    )


def _trouble(error: Error) -> str:
    if isinstance(error.__cause__, DiskFull):
        return "full"
    return "down" if deadline_of(error) in (None, Deadline.ROOM) else "slow"


def _state() -> tuple[dict[str, str], datetime | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true),"
            " set_config('statement_timeout', %s, true),"
            " current_setting('transaction_read_only')",
            [LOCK, STATEMENT],
        )
        is_read_only = cursor.fetchone()[2] == "on"
        if not is_read_only:
            cursor.execute(WRITE, [Heartbeat.HEALTH])
    now = pulse()
    own_clock = not clock.is_wrong()
    state = {
        "database": "read-only" if is_read_only else "ok",
        "sweep": "stopped" if now.stopped else "ok",
        "clock": "ok" if own_clock and not now.clock_trouble else "wrong",
        "ledger": "unsealed" if now.unsealed else "ok",
    }
    return state, now.seen_outside
