"""Brakes on signing in: growing pauses for a name from an address, a name, an address.

A try is counted before the password is looked at, so that many at once count as many.
A try in a pause is not looked at and does not lengthen it: nobody is locked out for
good. A browser that the person has signed in with before has a brake of its own, and
waits for nobody else's tries. What is known of accounts plays no part, so the pauses
tell nothing of them. Why not a package: docs/decisions/deployment.md
"""

import hashlib
import hmac
import math
import secrets
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from audit_app import clock
from lockbox_site.models import SignInBrake

COOKIE = "signed_in_before"
COOKIE_AGE = 180 * 24 * 60 * 60
# After so long without a try, all is as it was.
FORGOTTEN = timedelta(hours=1)


class Limit(NamedTuple):
    """So many tries without a pause; then one that doubles, up to the longest."""

    free: int
    longest: timedelta

    def pause(self, tries: int) -> timedelta:
        if tries < self.free:
            return timedelta()
        doubled = timedelta(seconds=2 ** min(tries - self.free + 2, 20))
        return min(doubled, self.longest)


LIMITS = {
    "browser": Limit(5, timedelta(minutes=15)),
    "pair": Limit(5, timedelta(minutes=15)),
    "name": Limit(20, timedelta(minutes=5)),
    "address": Limit(50, timedelta(minutes=5)),
}


def take_a_try(request: HttpRequest, name: str) -> timedelta:
    """Count a try, and return nothing to wait; or how long to wait, and count none."""
    now = clock.now()
    with transaction.atomic():
        rows = [
            (LIMITS[kind], _row(key, now))
            for kind, key in sorted(_keys(request, name).items())
        ]
        wait = max(row.free_at - now for _limit, row in rows)
        if wait > timedelta():
            return wait
        for limit, row in rows:
            row.tries = 1 if now - row.last_at > FORGOTTEN else row.tries + 1
            row.last_at, row.free_at = now, now + limit.pause(row.tries)
            row.save()
    return timedelta()


def release(request: HttpRequest, name: str) -> None:
    """The right password: what was tried for this name from here was the person's own;
    for the others this try was none. What is old goes."""
    now = clock.now()
    with transaction.atomic():
        for kind, key in sorted(_keys(request, name).items()):
            row = _row(key, now)
            row.tries = 0 if kind in ("browser", "pair") else max(row.tries - 1, 0)
            row.free_at = now
            row.save()
    SignInBrake.objects.filter(last_at__lt=now - FORGOTTEN).delete()


def too_many_tries(wait: timedelta) -> HttpResponse:
    """What is answered in a pause: when to try again, and nothing else."""
    seconds = math.ceil(wait.total_seconds())
    return HttpResponse(
        status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(seconds)}
    )


def remember(response: HttpResponse, name: str) -> None:
    """Let this browser be known as one that the person has signed in with."""
    response.set_signed_cookie(
        COOKIE,
        f"{_digest('known', _same(name))}{secrets.token_hex(8)}",
        salt=COOKIE,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _row(key: str, now: datetime) -> SignInBrake:
    rows = SignInBrake.objects.select_for_update()
    values = {"last_at": now, "free_at": now}
    return rows.get_or_create(key=key, defaults=values)[0]


def _keys(request: HttpRequest, name: str) -> dict[str, str]:
    """What the try counts for. A known browser counts for itself alone, and so does an
    address that tries no name, as machines do."""
    name, address = _same(name), client_address(request)
    if not name:
        return {"pair": _digest("pair", address, "")}
    if (browser := _known_browser(request, name)) is not None:
        return {"browser": _digest("browser", browser, name)}
    return {
        "pair": _digest("pair", address, name),
        "name": _digest("name", name),
        "address": _digest("address", address),
    }


def _known_browser(request: HttpRequest, name: str) -> str | None:
    """The cookie names the person under our signature, in a digest."""
    cookie = request.get_signed_cookie(COOKIE, "", salt=COOKIE) or ""
    return cookie if cookie.startswith(_digest("known", name)) else None


def _same(name: str) -> str:
    return name.strip().casefold()


def client_address(request: HttpRequest) -> str:
    """The last address named is the one that our own proxy saw."""
    if settings.SECURE_PROXY_SSL_HEADER is not None:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded:
            return forwarded.rpartition(",")[2].strip()
    return request.META.get("REMOTE_ADDR", "")


def _digest(*parts: str) -> str:
    key, text = str(settings.SECRET_KEY).encode(), "\0".join(parts).encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()
