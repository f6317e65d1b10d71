"""What was typed is kept when a form comes back without the sign-in it was given to."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views import csrf

from requests_app.models import UnsentForm
from requests_app.workflow.unsent_form import keep_unsent_form, read_ticket


def keep_typed(request: HttpRequest) -> str | None:
    """The address of the form, where it was one of ours; the person is told."""
    ticket = read_ticket(request.POST.get("ticket", ""))
    if ticket is None:
        return None
    if keep_unsent_form(ticket, dict(request.POST.lists())):
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


def look_for_unsent_forms(request: HttpRequest, person: Any) -> None:
    """Forms ask for one only where the person has one."""
    request.session["unsent_forms"] = UnsentForm.objects.filter(
        person=person.pk
    ).exists()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Somebody signed in anew in another window: the form's own secret is outdated."""
    path: Any = keep_typed(request)
    if path is None:
        return csrf.csrf_failure(request, reason)
    if request.user.is_authenticated:
        look_for_unsent_forms(request, request.user)
    return HttpResponseRedirect(path)
