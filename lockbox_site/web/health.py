"""/healthz, for whoever watches from outside."""

from collections.abc import Callable
from datetime import datetime

from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from audit_app import clock
from audit_app.deadlines import deadline_of
from lockbox_site.configuration.release import version
from requests_app.selectors.pulse import pulse

ADDRESS = "/healthz"
# How long it waits for the database, as PostgreSQL writes it.
WITHIN = "2s"


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
        gave_up = deadline_of(error) is not None
        state = {"database": "slow" if gave_up else "down", "sweep": "unknown"}
    is_well = set(state.values()) == {"ok"}
    return JsonResponse(
        {**state, "seen_outside": seen_outside, "version": version()},
        status=200 if is_well else 503,
        headers={"Cache-Control": "no-store"},
    )


def _state() -> tuple[dict[str, str], datetime | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true),"
            " set_config('statement_timeout', %s, true),"
            " current_setting('transaction_read_only')",
            [WITHIN, WITHIN],
        )
        is_read_only = cursor.fetchone()[2] == "on"
    now = pulse()
    own_clock = abs(clock.ahead_of_database()) <= clock.MOST_DIFFERENCE
    state = {
        "database": "read-only" if is_read_only else "ok",
        "sweep": "stopped" if now.stopped else "ok",
        "clock": "ok" if own_clock and not now.clock_trouble else "wrong",
        "ledger": "unsealed" if now.unsealed else "ok",
    }
    return state, now.seen_outside
