"""What the script of each page asks for: to stay signed in, the next case, keys."""

from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.urls import reverse

from audit_app.acting import acting
from lockbox_site.pages.queue import queue_of
from lockbox_site.sign_in import sessions
from lockbox_site.web.next_address import our_address
from requests_app.selectors.queue import LONGEST, work_for
from requests_app.selectors.queue.belonging import in_order


def stay(site: Any, request: HttpRequest) -> HttpResponse:
    """A sign of the person: they stay signed in, as long as it may be."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if "stay" not in request.POST:
        raise Http404
    return JsonResponse({"ends": sessions.prolong(request)})


def next_case(site: Any, request: HttpRequest) -> HttpResponse:
    """On to the next that waits for the person, after the one they come from."""
    items = in_order(work_for(request.user, LONGEST))
    addresses = [item.url for item in items if item.step]
    here = request.GET.get("after", "")
    place = addresses.index(here) + 1 if here in addresses else 0
    following = addresses[place:] or addresses
    return HttpResponseRedirect(following[0] if following else reverse("admin:index"))


def waiting(site: Any, request: HttpRequest) -> JsonResponse:
    """The addresses of all that waits for the person, narrowed as their page is: the
    start page asks whether any is new, and shows nothing of it before it is loaded
    again."""
    return JsonResponse({"rows": [item.url for item in queue_of(request).lines]})


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
    return HttpResponseRedirect(our_address(request, request.POST.get("next")))
