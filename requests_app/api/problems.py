"""Problem documents (RFC 9457): every refusal says what is wrong, and where."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    ValidationError,
)
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as SchemaError

from requests_app.models import AlteredContent
from requests_app.providers.reading import Unreadable
from requests_app.workflow.step import Busy, WrongState

AGAIN_AFTER = 5  # seconds

TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Wrong state",
    413: "Too large",
    415: "Unsupported media type",
    422: "Invalid",
    503: "Busy",
}


def problem(
    status: int, detail: str, errors: Sequence[dict[str, str]] = (), **more: Any
) -> HttpResponse:
    """A problem document. `errors` name fields by JSON pointer."""
    slug = TITLES.get(status, "Error").lower().replace(" ", "-")
    body = {
        "type": f"urn:lockbox:problem:{slug}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        **more,
    }
    if errors:
        body["errors"] = list(errors)
    response = HttpResponse(
        json.dumps(body), status=status, content_type="application/problem+json"
    )
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="lockbox"'
    return response


class UnknownReference(Exception):
    """A field points at something that is not there (any more)."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


def _dangling(error: UnknownReference) -> HttpResponse:
    pointer = {"pointer": f"#/{error.field}", "detail": str(error)}
    return problem(409, str(error), [pointer])


def busy(_error: Any = None) -> HttpResponse:
    """Given up in time, or no database: nothing is known to have been done."""
    response = problem(
        503, "Not carried out in time. Call again with the same Idempotency-Key."
    )
    response.headers["Retry-After"] = str(AGAIN_AFTER)
    return response


def add_handlers(api: NinjaAPI) -> None:
    """Turn every exception of the API into a problem document."""
    handlers: dict[type[Exception], Any] = {
        SchemaError: _invalid,
        ValidationError: _refused,
        UnknownReference: _dangling,
        AuthenticationError: lambda error: problem(401, "A valid token is needed."),
        PermissionDenied: lambda error: problem(403, "This client may not do that."),
        Http404: lambda error: problem(404, "There is no such thing for this client."),
        WrongState: lambda error: problem(409, str(error)),
        AlteredContent: lambda error: problem(500, "What was kept has been altered."),
        Busy: busy,
        RequestDataTooBig: lambda error: problem(413, "The body is larger than 1 MB."),
        HttpError: _http,
    }
    for kind, handle in handlers.items():
        api.exception_handler(kind)(_handler(handle))


def _handler(handle: Any) -> Any:
    def answer(request: HttpRequest, error: Any) -> HttpResponse:
        return handle(error)

    return answer


def _http(error: HttpError) -> HttpResponse:
    """Of a body that can't be read: what is wrong with it, where we know."""
    cause = error.__cause__
    detail = str(cause) if isinstance(cause, Unreadable) else str(error)
    return problem(error.status_code, detail)


def _invalid(error: SchemaError) -> HttpResponse:
    errors = [
        {"pointer": _pointer(entry["loc"]), "detail": str(entry["msg"])}
        for entry in error.errors
    ]
    return problem(422, "The call is not as the contract says.", errors)


def _pointer(location: Sequence[Any]) -> str:
    """("body", "payload", "objects", 3) → "#/objects/3"; headers and paths by name."""
    place, *rest = location
    if place == "body":
        return "#/" + "/".join(str(part) for part in rest[1:])
    return f"{place}:{'/'.join(str(part) for part in rest)}"


def _refused(error: ValidationError) -> HttpResponse:
    if not hasattr(error, "error_dict"):
        return problem(422, " ".join(error.messages))
    errors = [
        {"pointer": f"#/{name}", "detail": " ".join(messages)}
        for name, messages in error.message_dict.items()
    ]
    return problem(422, "The call can not be carried out.", errors)
