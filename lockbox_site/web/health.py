"""For whoever watches from outside: /healthz, must somebody act? /ready, may this
process get people?"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language_from_request, override

from lockbox_site.watch.causes import BY_NAME, bad, findings
from lockbox_site.watch.database import database, trouble


class HealthMiddleware:
    """Answers before anything else is asked: session, host name, TLS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = ANSWERS.get(request.path)
        if answer is not None and request.method in ("GET", "HEAD"):
            return answer(request)
        return self.get_response(request)


def health(request: HttpRequest) -> JsonResponse:
    """200 while nobody must act; else 503, with the state of each cause and, in the
    reader's language, what to do. Answers soon, whatever is locked. When somebody
    outside last saw the ledger is told, and is no trouble where nobody has."""
    states = findings()
    state = {name: one.state for name, one in states.items()}
    with override(get_language_from_request(request)):
        to_do = {name: str(BY_NAME[name].to_do) for name in bad(states)}
    outside = [datetime.fromtimestamp(at, UTC) for _, at in states["outside"].figures]
    more = {"seen_outside": outside[0] if outside else None, "what_to_do": to_do}
    return _answer({**state, **more}, state)


def ready(_request: HttpRequest) -> JsonResponse:
    """200 while this process can take what people send: the database is written to, and
    its schema is this release's; else 503. A load balancer goes by it: where it is 503
    another machine does better."""
    try:
        with transaction.atomic():
            state = {"database": database(), "schema": _schema()}
    except Error as error:
        state = {"database": trouble(error), "schema": "unknown"}
    return _answer(state, state)


ANSWERS = {"/healthz": health, "/ready": ready}


def _answer(body: dict[str, Any], state: dict[str, str]) -> JsonResponse:
    return JsonResponse(
        body,
        status=200 if set(state.values()) == {"ok"} else 503,
        headers={"Cache-Control": "no-store"},
    )


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
