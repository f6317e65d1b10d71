"""POST /wake-up/PROVIDER/: a provider says that there is something to ask it about.

Nobody signs in: the room of the provider knows what its push looks like.
"""

import logging
from http import HTTPStatus
from importlib import import_module

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
)
from django.views.decorators.csrf import csrf_exempt

from requests_app.providers import registry
from requests_app.providers.protocol import Unreachable
from requests_app.workflow import waking

log = logging.getLogger(__name__)


@csrf_exempt
def wake_up(request: HttpRequest, channel: str) -> HttpResponse:
    """Whoever is refused is on record, counted and braked, as every machine."""
    if channel not in registry.names(lambda can: can.can_wake_us):
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    push = import_module(f"{registry.PROVIDERS[channel].__name__}.push")
    authorization = request.headers.get("Authorization", "")
    try:
        digest = push.checked(authorization, request.read(push.MOST_BYTES + 1))
    except push.Forged:
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    except Unreachable as error:
        log.error("wake-up %s: %s", channel, error)
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    if not waking.wake(channel, digest):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
