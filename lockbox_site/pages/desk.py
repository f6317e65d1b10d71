"""What the script of each page asks for: to stay signed in, the next case, keys."""

import time
from typing import Any

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from audit_app.acting import acting
from requests_app.selectors.queue import by_clock, work_for


def session_ends() -> int:
    """When a session that is saved now ends, in seconds."""
    return int(time.time()) + settings.SESSION_COOKIE_AGE


def stay(site: Any, request: HttpRequest) -> HttpResponse:
    """Stay signed in for as long again."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if "stay" not in request.POST:
        raise Http404
    request.session["ends_at"] = session_ends()
    return JsonResponse({"ends": request.session["ends_at"]})


def next_case(site: Any, request: HttpRequest) -> HttpResponse:
    """On to the next that waits for the person, after the one they come from."""
    items = sorted(work_for(request.user), key=by_clock)
    addresses = [item.url for item in items if item.step]
    here = request.GET.get("after", "")
    place = addresses.index(here) + 1 if here in addresses else 0
    following = addresses[place:] or addresses
    return HttpResponseRedirect(following[0] if following else reverse("admin:index"))


def keys(site: Any, request: HttpRequest) -> HttpResponse:
    """Switch the keys on or off, for the person, wherever they sign in."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if request.POST.get("keys") not in ("on", "off"):
        raise Http404
    user: Any = request.user
    user.keys_off = request.POST.get("keys") == "off"
    with acting(user):
        user.save(update_fields=["keys_off"])
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    return HttpResponseRedirect(target)
