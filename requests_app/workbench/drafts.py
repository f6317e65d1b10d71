"""A form that is being typed in: kept as a draft, in company, or overtaken."""

from typing import Any

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.utils.html import format_html
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.words.times import moment_in_words
from requests_app.workbench.script import is_script
from requests_app.workflow.form_in_use import company_on, use_form
from requests_app.workflow.step import WrongState
from requests_app.workflow.unsent_form import keep_draft, ticket_of


def keep_typed_now(request: HttpRequest, obj: Any, path: str) -> HttpResponse | None:
    """Save the draft. A script is told how things stand; whoever pressed a button goes
    where it leads. None where nothing may be kept: then the form is shown again."""
    asks = is_script(request)
    is_kept = None
    if not asks or request.POST.get("keep") == "draft":
        is_kept = _keep(request, obj, path)
    if asks:
        return JsonResponse(_standing(request, obj, path, is_kept))
    return _after_button(request, path, bool(is_kept))


def _keep(request: HttpRequest, obj: Any, path: str) -> bool:
    ticket = ticket_of(request.user, path, obj)
    is_kept = keep_draft(ticket, dict(request.POST.lists()))
    if is_kept:
        request.session["unsent_forms"] = True
    return is_kept


def _standing(
    request: HttpRequest, obj: Any, path: str, is_kept: bool | None
) -> dict[str, Any]:
    if obj is not None:
        use_form(request.user, path)
    seen = request.POST.get("seen", "")
    version = getattr(obj, "version", None)
    return {
        "kept": is_kept,
        "line": _line(is_kept),
        # Where something new is typed, others type something else.
        "company": company_in_words(request.user, path) if obj is not None else "",
        "is_stale": version is not None and seen.isdecimal() and int(seen) != version,
    }


def _line(is_kept: bool | None) -> str:
    if is_kept is None:
        return ""
    if is_kept:
        return _("Draft saved %(at)s.") % {"at": moment_in_words(clock.now())}
    return _(
        "Nothing is saved until it has been answered that no security-classified"
        " information is concerned."
    )


def company_in_words(person: Any, path: str) -> str:
    """Who else has the form open, and since when; empty where nobody has."""
    people = [
        _("%(person)s (since %(at)s)")
        % {"person": row.person, "at": moment_in_words(row.since)}
        for row in company_on(person, path)
    ]
    if not people:
        return ""
    text = _("Has this form open too: %(people)s. Agree on who sends it.")
    return text % {"people": ", ".join(people)}


def _after_button(
    request: HttpRequest, path: str, is_kept: bool
) -> HttpResponse | None:
    step, _hash, place = request.POST.get("keep", "").partition("#")
    target = path
    if step == "assess":
        target = f"{path.replace('/do/propose/', '/do/assess/')}#{place}"
    if is_kept:
        messages.success(request, _line(is_kept))
        return HttpResponseRedirect(target if target != path else f"{path}?unsent=1")
    link = format_html('<a href="{}">{}</a>', target, _("Go on without saving"))
    messages.warning(request, format_html("{} {}", _line(is_kept), link))
    return None


def look_from(obj: Any, request: HttpRequest, form: Any) -> None:
    """Let the step compare with what the form was made from, which the page says."""
    if form.seen is None:
        return
    seen = request.POST.get("seen", "")
    if not seen.isdecimal() or len(seen) > 9:
        raise WrongState(_("Nothing says what you saw: look at it, and try again."))
    obj.version = int(seen)
