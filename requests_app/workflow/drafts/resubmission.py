"""What somebody sent in vain, on the page that says so."""

from typing import Any

from django.http import HttpRequest

from requests_app.workflow.drafts.keeping import NOT_TYPED, OF_THE_CASE

# Of a form, what is not to be shown or sent again.
NEVER_SHOWN = ("password", "secret", "token", "assertion")
SERVES_THE_FORM = {*NOT_TYPED, *OF_THE_CASE}


def resubmission(request: HttpRequest, may_resend: bool) -> dict[str, Any]:
    """What the page needs: it sends all of it again where that does no harm, and else
    shows what was written."""
    typed = [(name, text) for name, texts in request.POST.lists() for text in texts]
    is_ours_again = may_resend and not any(map(_is_secret, request.POST))
    return {
        "can_resend": is_ours_again,
        "address": request.get_full_path(),
        "is_post": request.method == "POST",
        "typed": typed if is_ours_again else _texts(typed),
        "has_files": bool(request.FILES),
    }


def texts_of(fields: dict[str, list[str]]) -> list[str]:
    """The same of a draft, without the names of its fields."""
    typed = [(name, text) for name, texts in fields.items() for text in texts]
    return [text for _name, text in _texts(typed)]


def _texts(typed: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What somebody has written, and not only chosen, to be copied from the page."""
    return [
        (name, text)
        for name, text in typed
        if name not in SERVES_THE_FORM and not _is_secret(name) and len(text) > 20
    ]


def _is_secret(name: str) -> bool:
    return name != "csrfmiddlewaretoken" and any(word in name for word in NEVER_SHOWN)
