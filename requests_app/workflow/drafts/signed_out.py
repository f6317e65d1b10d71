"""What was typed is kept when a form comes back without the sign-in it was given to."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views import csrf

from requests_app.workflow.drafts.keeping import (
    Ticket,
    keep_draft,
    keep_sent,
    read_ticket,
)
from requests_app.workflow.drafts.script import browser_of, is_script


def keep_typed(request: HttpRequest) -> str | None:
    """The address of the form, where it was one of ours; the person is told."""
    ticket = _ticket(request)
    if ticket is None:
        return None
    if _keep(request, ticket):
        text = _(
            "You were signed out before the form was sent. Nothing has been done. What"
            " you typed is kept for you: you get it back on the form, where files have"
            " to be chosen again."
        )
    else:
        text = _(
            "You were signed out before the form was sent. Nothing has been done, and"
            " nothing of what you typed is kept: protective security may be concerned."
        )
    messages.warning(request, text)
    return ticket.path


def _ticket(request: HttpRequest) -> Ticket | None:
    """The ticket of a form that comes from the browser it was given to, or from its own
    person: nobody else writes what comes up on somebody's form."""
    ticket = read_ticket(request.POST.get("ticket", ""))
    if ticket is None or request.user.pk == ticket.person:
        return ticket
    is_same = bool(ticket.browser) and ticket.browser == browser_of(request)
    return ticket if is_same else None


def _keep(request: HttpRequest, ticket: Ticket) -> bool:
    """A draft by the rules of drafts: it is not what somebody meant to send."""
    keep = keep_draft if "keep" in request.POST else keep_sent
    return keep(ticket, dict(request.POST.lists()))


def tell_script(request: HttpRequest) -> HttpResponse:
    """The page is signed out. Only what the person has just typed there is kept."""
    is_kept, line = None, _("You are signed out: sign in again.")
    if request.POST.get("keep") == "draft":
        ticket = _ticket(request)
        is_kept = ticket is not None and _keep(request, ticket)
        if is_kept:
            line = _("You are signed out. What you typed is kept: sign in again.")
        else:
            line = _(
                "You are signed out, and what you typed last is not kept: copy it"
                " before you sign in again."
            )
    return JsonResponse({"kept": is_kept, "line": line}, status=401)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Somebody signed in anew in another window: the form's own secret is outdated."""
    if is_script(request):
        return tell_script(request)
    path: Any = keep_typed(request)
    if path is None:
        return csrf.csrf_failure(request, reason)
    return HttpResponseRedirect(path)
