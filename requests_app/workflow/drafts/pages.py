"""A form that is being typed in: kept as a draft, in company, or overtaken; and given
back."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.models import Draft, FormInUse
from requests_app.words.times import moment_in_words
from requests_app.workflow.drafts.in_use import (
    Known,
    is_writing,
    use_form,
)
from requests_app.workflow.drafts.keeping import (
    OF_THE_CASE,
    draft_of,
    forget_draft,
    has_later_draft,
    is_cleared_already,
    is_of_now,
    keep_draft,
    ticket_for,
    ticket_of,
)
from requests_app.workflow.drafts.script import browser_of, is_script

LATER = gettext_lazy("Not saved: you have typed on this form later, on another page.")
CHANGED = gettext_lazy("The case has changed since you opened this form.")
NOT_YET = gettext_lazy("We save nothing until you have answered No to question N3.")


def everybody(ids: set[int]) -> set[int]:
    return ids


def keep_typed_now(
    request: HttpRequest,
    obj: Any,
    path: str,
    seen: Any = None,
    known: Known = everybody,
) -> HttpResponse | None:
    """Save the draft. A script is told how things stand; whoever pressed a button goes
    where it leads. None where nothing may be kept: then the form is shown again.
    `seen`: what the form says of the case as it stands now, if it says anything.
    `known`: who else may be told of."""
    if is_script(request):
        return JsonResponse(_answer(request, obj, path, seen, known))
    return _after_button(request, path, _keep(request, obj, path))


def _answer(
    request: HttpRequest, obj: Any, path: str, seen: Any, known: Known
) -> dict[str, Any]:
    """A form that is overtaken is saved too, but not over what was typed on a later
    one."""
    fields = dict(request.POST.lists())
    is_stale = not is_of_now(fields, seen)
    is_kept, line = None, ""
    is_draft = request.POST.get("keep") == "draft"
    if is_draft:
        is_later = has_later_draft(request.user, path, fields)
        is_kept = not is_later and _keep(request, obj, path)
        line = str(LATER) if is_later else _line(is_kept)
        if is_stale:
            line = f"{line} {CHANGED}"
    return {
        "kept": is_kept,
        "line": line,
        # Where something new is typed, others type something else.
        "company": company_in_words(use_form(request.user, path, known, types=is_draft))
        if obj is not None
        else "",
        "is_stale": is_stale,
    }


def _keep(request: HttpRequest, obj: Any, path: str) -> bool:
    ticket = ticket_of(request.user, path, obj)
    return keep_draft(ticket, dict(request.POST.lists()))


def _line(is_kept: bool) -> str:
    if is_kept:
        return _saved(clock.now())
    return str(NOT_YET)


def _saved(at: datetime) -> str:
    return _("Draft saved %(at)s.") % {"at": moment_in_words(at)}


def company_in_words(rows: list[FormInUse]) -> str:
    """Who else types on a form or has it open; empty where nobody does."""
    writing = [str(row.person) for row in rows if is_writing(row)]
    open_too = [
        _("%(person)s (since %(at)s)")
        % {"person": row.person, "at": moment_in_words(row.since)}
        for row in rows
        if not is_writing(row)
    ]
    texts = []
    if writing:
        text = _("Writing on this form now: %(people)s.")
        texts.append(text % {"people": ", ".join(writing)})
    if open_too:
        text = _("Has this form open too: %(people)s.")
        texts.append(text % {"people": ", ".join(open_too)})
    return " ".join([*texts, _("Agree on who sends it.")]) if texts else ""


def _after_button(
    request: HttpRequest, path: str, is_kept: bool
) -> HttpResponse | None:
    step, _hash, place = request.POST.get("keep", "").partition("#")
    target = path
    if step == "assess":
        target = f"{path.replace('/do/propose/', '/do/assess/')}#{place}"
    if is_kept:
        messages.success(request, _line(is_kept))
        return HttpResponseRedirect(target if target != path else f"{path}?draft=1")
    link = format_html('<a href="{}">{}</a>', target, _("Go on without saving"))
    messages.warning(request, format_html("{} {}", _line(is_kept), link))
    return None


def typed_before(
    request: HttpRequest, path: str, seen: Any = None, at_once: bool = False
) -> QueryDict | None:
    """What the person had typed on the form and not sent, if they want it back; at once
    on a form that is saved while they type, unless the case has changed since. `seen`:
    what the form says of the case as it stands now, if it says anything."""
    draft = _draft(request, path)
    if draft is None or _waits(request, draft, seen, at_once):
        return None
    typed = QueryDict(mutable=True)
    for name, values in draft.fields.items():
        if name not in OF_THE_CASE:
            typed.setlist(name, values)
    return typed


def draft_context(
    request: HttpRequest,
    path: str,
    subject: Any = None,
    seen: Any = None,
    at_once: bool = False,
) -> dict[str, Any]:
    """What a form needs for that: whose it is, and what they had typed before."""
    draft = _draft(request, path) if request.method == "GET" else None
    get_token(request)  # what tells the browser, if it has none yet
    ticket = ticket_for(request.user, path, browser_of(request), subject)
    context: dict[str, Any] = {"ticket": ticket, "saves": begins_to_save(subject)}
    if draft is None:
        return context
    return {
        **context,
        "draft": draft,
        "saves": _saved(draft.saved_at),
        "draft_waits": _waits(request, draft, seen, at_once),
        "draft_is_overtaken": not is_of_now(draft.fields, seen),
    }


def begins_to_save(subject: Any) -> str:
    """What a form says of saving before anything is typed on it."""
    if not is_cleared_already(subject):
        return str(NOT_YET)
    return _("What you type is saved while you type.")


def _waits(request: HttpRequest, draft: Draft, seen: Any, at_once: bool) -> bool:
    """Is it only offered? Then nothing is saved over it while the person types."""
    is_wanted = at_once and is_of_now(draft.fields, seen)
    return not is_wanted and "draft" not in request.GET


def _draft(request: HttpRequest, path: str) -> Draft | None:
    # Read with the account (permissions.account_with_roles): few have one.
    person: Any = request.user
    return draft_of(person, path) if person.has_drafts else None


def forget(site: Any, request: HttpRequest) -> HttpResponse:
    """Throw away what one had typed: back to the form, or to the list of drafts."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    path = request.POST.get("path", "")
    draft = get_object_or_404(Draft, person=request.user.pk, path=path)
    forget_draft(request.user, draft.path)
    is_listed = "listed" in request.POST
    return HttpResponseRedirect(reverse("admin:index") if is_listed else draft.path)
