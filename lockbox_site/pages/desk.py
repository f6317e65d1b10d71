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

# What a person switches for themselves: the field, and when it is true.
SWITCHES = {"keys": ("keys_off", "off"), "opens_next": ("opens_next", "on")}


def stay(site: Any, request: HttpRequest) -> HttpResponse:
    """A sign of the person: they stay signed in, as long as it may be."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if "stay" not in request.POST:
        raise Http404
    return JsonResponse({"ends": sessions.prolong(request)})


def next_case(site: Any, request: HttpRequest) -> HttpResponse:
    """On to the form of the next that waits for the person, after the one they come
    from; back to that, where its step was taken and another of it waits for them."""
    items = [item for item in in_order(work_for(request.user, LONGEST)) if item.step]
    here, done = request.GET.get("after", ""), request.GET.get("done", "")
    if done in {item.url for item in items}:
        return HttpResponseRedirect(done)
    places = [n for n, item in enumerate(items, 1) if here in (item.url, item.step_url)]
    following = items[places[0] :] if places else []
    forms = [item.form_url for item in (*following, *items)]
    return HttpResponseRedirect(forms[0] if forms else reverse("admin:index"))


def waiting(site: Any, request: HttpRequest) -> JsonResponse:
    """The addresses of all that waits for the person, narrowed as their page is: the
    start page asks whether any is new, and shows nothing of it before it is loaded
    again."""
    return JsonResponse({"rows": [item.url for item in queue_of(request).lines]})


def keys(site: Any, request: HttpRequest) -> HttpResponse:
    """Switch the keys, or that the next opens after a step, on or off: for the person,
    wherever they sign in."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    switched = {name: request.POST[name] for name in SWITCHES if name in request.POST}
    if not switched or not set(switched.values()) <= {"on", "off"}:
        raise Http404
    user: Any = request.user
    for name, value in switched.items():
        field, when = SWITCHES[name]
        setattr(user, field, value == when)
    with acting(user):
        user.save(update_fields=[SWITCHES[name][0] for name in switched])
    return HttpResponseRedirect(our_address(request, request.POST.get("next")))
