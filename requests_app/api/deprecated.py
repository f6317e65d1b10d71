"""What of the contract API goes out of use, and when: told in answers and document."""

import json
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.http import http_date

REF = "#/components/schemas/"


class Deprecated(NamedTuple):
    """`since` when it should be used no more; `sunset`: when it may be gone."""

    since: date
    sunset: date | None
    instead: str


# By operation (`GET /requests`), its parameter (`GET /requests?page`) or a field of its
# body (`POST /requests#service`). A line here has its entry in `changes`.
DEPRECATED: dict[str, Deprecated] = {}


def headers_of(request: HttpRequest, route: str) -> dict[str, str]:
    """RFC 9745 and RFC 8594, for a call that uses something of the table."""
    if not DEPRECATED:
        return {}
    name = f"{request.method} {route}"
    used = [name, *(f"{name}?{one}" for one in request.GET)]
    used += [f"{name}#{one}" for one in _fields(request)]
    rows = [DEPRECATED[one] for one in used if one in DEPRECATED]
    if not rows:
        return {}
    since = min(row.since for row in rows)
    headers = {
        "Deprecation": f"@{_seconds(since)}",
        "Link": '</api/v1/changelog>; rel="deprecation"; type="application/json"',
    }
    if sunsets := [row.sunset for row in rows if row.sunset]:
        headers["Sunset"] = http_date(_seconds(min(sunsets)))
    return headers


def _fields(request: HttpRequest) -> list[str]:
    try:
        body = json.loads(request.body)
    except ValueError:
        return []
    return list(body) if isinstance(body, dict) else []


def mark(document: dict[str, Any]) -> None:
    """Say it in the OpenAPI document too."""
    for name, row in DEPRECATED.items():
        place = _place(document, name)
        place["deprecated"] = True
        text = f"Deprecated since {row.since}: {row.instead}"
        place["description"] = f"{place.get('description', '')} {text}".strip()


def _place(document: dict[str, Any], name: str) -> dict[str, Any]:
    method, path = name.split(" ")
    route, _mark, parameter = path.partition("?")
    route, _mark, field = route.partition("#")
    operation = document["paths"][route][method.lower()]
    if parameter:
        return next(row for row in operation["parameters"] if row["name"] == parameter)
    if field:
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        schema = body["$ref"].removeprefix(REF)
        return document["components"]["schemas"][schema]["properties"][field]
    return operation


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
