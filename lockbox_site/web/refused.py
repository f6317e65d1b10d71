"""Machines that show no secret of ours, or a wrong one: on record and braked, whichever
door they come to."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from audit_app.refusals import record_refusal
from lockbox_site.sign_in.brakes import (
    client_address,
    release,
    take_a_try,
    too_many_tries,
)

# What is on record, by where the address begins.
EVENTS = {
    "/api/registers/": "register_api.refused",
    "/api/": "api.refused",
    "/scim/": "scim.refused",
    "/oauth/": "oauth.refused",
    "/metrics": "metrics.refused",
    "/wake-up/": "wake_up.refused",
}
OTHER = "machine.refused"
# Here a secret is hashed, which costs much: a try is counted before it is looked at.
HASHES = "/oauth/"
# It tries no name, and is braked by its address alone: nobody is locked out by what
# others try. Whoever gets a token has made up for those that had run out.
A_MACHINE = ""


class RefusedMachinesMiddleware:
    """Whoever is answered 401 was refused. After some, 429 until a pause is over; a
    right token is let in all the same, for nobody guesses one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(HASHES):
            return self._token(request)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            return refuse(request) or response
        return response

    def _token(self, request: HttpRequest) -> HttpResponse:
        if wait := take_a_try(request, A_MACHINE):
            _record(request, braked=True)
            return too_many_tries(wait)
        response = self.get_response(request)
        if response.status_code < HTTPStatus.BAD_REQUEST:
            release(request, A_MACHINE)
        else:
            _record(request)
        return response


def refuse(request: HttpRequest) -> HttpResponse | None:
    """Record that a machine is refused, and brake it; what to answer in a pause."""
    wait = take_a_try(request, A_MACHINE)
    _record(request, braked=bool(wait))
    return too_many_tries(wait) if wait else None


def _event(request: HttpRequest) -> str:
    events = (
        known for start, known in EVENTS.items() if request.path.startswith(start)
    )
    return next(events, OTHER)


def _record(request: HttpRequest, braked: bool = False) -> None:
    address, path = client_address(request), request.path[:200]
    more = {"why": "braked"} if braked else {}
    record_refusal(_event(request), path=path, address=address, **more)
