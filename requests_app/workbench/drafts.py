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
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.forms.step import is_version
from requests_app.words.times import moment_in_words
from requests_app.workbench.script import is_script
from requests_app.workflow.form_in_use import company_on, use_form
from requests_app.workflow.step import WrongState
from requests_app.workflow.unsent_form import is_of_now, keep_draft, ticket_of

OVERTAKEN = gettext_lazy("Not saved: the case has changed since you opened this form.")


def keep_typed_now(
    request: HttpRequest, obj: Any, path: str, seen: Any = None
) -> HttpResponse | None:
    """Save the draft. A script is told how things stand; whoever pressed a button goes
    where it leads. None where nothing may be kept: then the form is shown again.
    `seen`: what the form says of the case as it stands now, if it says anything."""
    if is_script(request):
        return JsonResponse(_answer(request, obj, path, seen))
    return _after_button(request, path, _keep(request, obj, path))


def _answer(request: HttpRequest, obj: Any, path: str, seen: Any) -> dict[str, Any]:
    """A form that is overtaken would write over what was typed on a later one."""
    is_stale = not is_of_now(dict(request.POST.lists()), seen)
    is_kept, line = None, ""
    if request.POST.get("keep") == "draft":
        is_kept = not is_stale and _keep(request, obj, path)
        line = str(OVERTAKEN) if is_stale else _line(is_kept)
    if obj is not None:
        use_form(request.user, path)
    return {
        "kept": is_kept,
        "line": line,
        # Where something new is typed, others type something else.
        "company": company_in_words(request.user, path) if obj is not None else "",
        "is_stale": is_stale,
    }


def _keep(request: HttpRequest, obj: Any, path: str) -> bool:
    ticket = ticket_of(request.user, path, obj)
    return keep_draft(ticket, dict(request.POST.lists()))


def _line(is_kept: bool) -> str:
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
    if not is_version(seen):
        raise WrongState(_("Nothing says what you saw: look at it, and try again."))
    obj.version = int(seen)
