"""What several calls take beside their bodies, and how all of them refuse."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Header, Path, Query
from pydantic import StringConstraints

from requests_app.api.problems import UnknownParameter
from requests_app.api.responses import Problem
from requests_app.api.schemas import Number

MOST_ROWS = 50
# Beyond it one pages by `after`.
MOST_PAGES = 10_000

Key = Annotated[
    str,
    StringConstraints(pattern=r"^[\x21-\x7e]{1,100}$"),
    Header(alias="Idempotency-Key", description="New for each call; kept 72 hours."),
]
NumberInPath = Annotated[Number, Path(description="The provider's own number.")]
Limit = Annotated[
    int, Query(ge=1, le=MOST_ROWS, description="At most so many on a page.")
]
Page = Annotated[int, Query(ge=1, le=MOST_PAGES, description="The first is 1.")]
STATUSES = (400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503)
Refusals = {status: Problem for status in STATUSES}


def only_query(request: HttpRequest, *names: str) -> None:
    """What the call does not know is a mistake: a filter that would filter nothing, a
    trial that would be none."""
    for name in request.GET:
        if name not in names:
            raise UnknownParameter(name)
