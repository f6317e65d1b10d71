"""What somebody had typed and not sent, on the form again."""

from typing import Any

from django.http import (
    HttpRequest,
    QueryDict,
)

from requests_app.models import UnsentForm
from requests_app.workflow.unsent_form import (
    is_of_now,
    ticket_for,
    unsent_form_of,
)


def typed_before(
    request: HttpRequest, path: str, seen: Any = None, at_once: bool = False
) -> QueryDict | None:
    """What the person had typed on the form and not sent, if they want it back; at once
    on a form that is saved while they type, unless the case has changed since. `seen`:
    what the form says of the case as it stands now, if it says anything."""
    unsent = _unsent_form(request, path)
    if unsent is None or _waits(request, unsent, seen, at_once):
        return None
    typed = QueryDict(mutable=True)
    for name, values in unsent.fields.items():
        if name != "seen":
            typed.setlist(name, values)
    return typed


def unsent_form_context(
    request: HttpRequest,
    path: str,
    subject: Any = None,
    seen: Any = None,
    at_once: bool = False,
) -> dict[str, Any]:
    """What a form needs for that: whose it is, and what they had typed before."""
    unsent = _unsent_form(request, path) if request.method == "GET" else None
    context = {"ticket": ticket_for(request.user, path, subject)}
    if unsent is None:
        return context
    return {
        **context,
        "unsent": unsent,
        "unsent_waits": _waits(request, unsent, seen, at_once),
        "unsent_is_overtaken": not is_of_now(unsent.fields, seen),
    }


def _waits(request: HttpRequest, unsent: UnsentForm, seen: Any, at_once: bool) -> bool:
    """Is it only offered? Then nothing is saved over it while the person types."""
    is_wanted = at_once and is_of_now(unsent.fields, seen)
    return not is_wanted and "unsent" not in request.GET


def _unsent_form(request: HttpRequest, path: str) -> UnsentForm | None:
    # Read with the account (permissions.account_with_roles): few have one.
    person: Any = request.user
    return unsent_form_of(person, path) if person.has_unsent_forms else None
