"""What somebody had typed when their sign-in ran out, on the form again."""

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


def typed_before(request: HttpRequest, path: str) -> QueryDict | None:
    """What the person had typed on the form when their sign-in ran out, if they want
    it back."""
    unsent = _unsent_form(request, path) if "unsent" in request.GET else None
    if unsent is None:
        return None
    typed = QueryDict(mutable=True)
    for name, values in unsent.fields.items():
        typed.setlist(name, values)
    return typed


def unsent_form_context(
    request: HttpRequest, path: str, subject: Any = None
) -> dict[str, Any]:
    """What a form needs for that: whose it is, and what they had typed before."""
    return {
        "ticket": ticket_for(request.user, path, subject),
        "unsent": _unsent_form(request, path) if request.method == "GET" else None,
        "unsent_is_shown": "unsent" in request.GET,
    }


def _unsent_form(request: HttpRequest, path: str) -> UnsentForm | None:
    # Looked for at sign-in (lockbox_site.signed_out_forms): few have one.
    return (
        unsent_form_of(request.user, path)
        if request.session.get("unsent_forms")
        else None
    )
