"""That a client acts on what it has read: a request has an ETag, for If-Match."""

import hashlib
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Header

from requests_app.api.answers import request_out
from requests_app.api.codes import Code
from requests_app.api.problems import Conflict
from requests_app.api.responses import RequestOut
from requests_app.models import AccessRequest

# Empty, or a star: whatever it is by now.
ANY = ("", "*")
IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        description="The `ETag` that you read the request with: refused if it has"
        " changed since.",
    ),
]


def etag(content: RequestOut) -> str:
    return f'"{hashlib.sha256(content.model_dump_json().encode()).hexdigest()}"'


def refuse_unread(access_request: AccessRequest, read: str) -> None:
    """Raises Conflict for what is no longer as it was read."""
    if read not in ANY and read != etag(request_out(access_request)):
        raise Conflict(
            Code.CHANGED_SINCE_READ,
            _("The request has changed since you read it. Read it again."),
        )


def located(
    answer: HttpResponse,
    request: HttpRequest,
    number: str,
    at: str = "contract-api",
) -> HttpResponse:
    """With the address of the request that was made."""
    if answer.status_code == 201:
        place = reverse(f"{at}:read_request", args=[number])
        answer.headers["Location"] = request.build_absolute_uri(place)
    return answer
