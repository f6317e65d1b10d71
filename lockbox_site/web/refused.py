"""Machines that show no secret of ours, or a wrong one: on record and braked, whichever
door they come to."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from audit_app.refusals import record_refusal
from lockbox_site.sign_in.brakes import (
    client_address,
    release,
    take_a_try,
    too_many_tries,
)
from lockbox_site.sign_in.tried_name import tried_name
from requests_app.models import ContractClient

# What is on record, by where the address begins.
EVENTS = {
    "/api/registers/": "register_api.refused",
    "/api/": "api.refused",
    "/scim/": "scim.refused",
    "/oauth/": "oauth.refused",
    "/metrics": "metrics.refused",
    "/wake-up/": "wake_up.refused",
    "/sign-in/": "sign_out.refused",
}
OTHER = "machine.refused"
# Who shows a right secret here has made up for wrong ones.
TOKENS = "/oauth/"
# It tries no name, and is braked by its address alone: nobody is locked out by what
# others try. Our secrets are long, and quick to look at: only wrong tries count.
A_MACHINE = ""


class RefusedMachinesMiddleware:
    """Whoever is answered 401 was refused. After some, 429 until a pause is over; a
    right token is let in all the same, for nobody guesses one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            return refuse(request) or response
        if request.path.startswith(TOKENS):
            if response.status_code < HTTPStatus.BAD_REQUEST:
                release(request, A_MACHINE)
            else:
                _record(request)
        return response


def refuse(request: HttpRequest) -> HttpResponse | None:
    """Record that a machine is refused, and brake it; what to answer in a pause."""
    wait = take_a_try(request, A_MACHINE)
    _record(request, braked=bool(wait))
    return braked(wait) if wait else None


def braked(wait: timedelta) -> HttpResponse:
    """429 with Retry-After and a JSON body, for a machine that tries too often."""
    again = too_many_tries(wait).headers["Retry-After"]
    body = {"error": "slow_down", "code": "too_many_tries", "status": 429}
    return JsonResponse(body, status=429, headers={"Retry-After": again})


def _event(request: HttpRequest) -> str:
    events = (
        known for start, known in EVENTS.items() if request.path.startswith(start)
    )
    return next(events, OTHER)


def _record(request: HttpRequest, braked: bool = False) -> None:
    """Which call it was, by its pattern: what stands in the place of what varies may be
    a secret."""
    match = request.resolver_match
    record_refusal(
        _event(request),
        path=f"/{match.route}" if match else "",
        address=client_address(request),
        **_tried(request),
        **({"why": "braked"} if braked else {}),
    )


def _tried(request: HttpRequest) -> dict[str, Any]:
    """The client that a call says it comes from; empty where it names none."""
    # No database takes what is not printable.
    name = "".join(filter(str.isprintable, getattr(request, "tried_client", "")))
    if not name:
        return {}
    clients = ContractClient.objects.select_related("account")
    client = clients.filter(client_id=name).first()
    return tried_name(name, client and client.account)
