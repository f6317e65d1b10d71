"""What somebody had typed and not sent, on the form again."""

from typing import Any

from django.http import (
    HttpRequest,
    QueryDict,
)

from requests_app.models import UnsentForm
from requests_app.workflow.unsent_form import (
    ticket_for,
    unsent_form_of,
)


def typed_before(
    request: HttpRequest, path: str, at_once: bool = False
) -> QueryDict | None:
    """What the person had typed on the form and not sent, if they want it back; at once
    on a form that is saved while they type."""
    wanted = at_once or "unsent" in request.GET
    unsent = _unsent_form(request, path) if wanted else None
    if unsent is None:
        return None
    typed = QueryDict(mutable=True)
    for name, values in unsent.fields.items():
        typed.setlist(name, values)
    return typed


def unsent_form_context(
    request: HttpRequest, path: str, subject: Any = None, at_once: bool = False
) -> dict[str, Any]:
    """What a form needs for that: whose it is, and what they had typed before."""
    return {
        "ticket": ticket_for(request.user, path, subject),
        "unsent": _unsent_form(request, path) if request.method == "GET" else None,
        "unsent_is_shown": at_once or "unsent" in request.GET,
    }


def _unsent_form(request: HttpRequest, path: str) -> UnsentForm | None:
    # Looked for at sign-in (lockbox_site.sign_in.unsent_forms): few have one.
    return (
        unsent_form_of(request.user, path)
        if request.session.get("unsent_forms")
        else None
    )
