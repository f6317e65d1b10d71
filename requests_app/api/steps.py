"""The steps of the contract API: deprecated and sandbox."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.http import http_date
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import (
    REVOKES_AFTER,
    ContractClient,
    SandboxRequest,
)
from requests_app.cases.access.steps import outbox
from requests_app.cases.access.steps.outbox import Event
from requests_app.core.step import WrongState
from requests_app.providers.contract import moment

# What of the contract API goes out of use, and when: told in answers and document.

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


# What a provider's developer tries in the sandbox: kept apart, and signed by nobody.
#
# Each is a transaction of its own; none of it is a step, for no case is touched.

Script = SandboxRequest.Script
WORD = re.compile(r"\s*\[([a-z]+)\]")
# What an application says of itself beside its terms.
UNCOUNTED = ("sent_at",)


class HeldBack(WrongState):
    """The answer is held back, as where the terms have changed meanwhile."""


class NothingWaits(WrongState):
    """There is no answer to acknowledge."""


def script_of(justification: str) -> str:
    """The word in brackets that it begins with."""
    match = WORD.match(justification)
    word = match[1] if match else Script.GRANT.value
    if word not in Script.values:
        text = _("The sandbox knows these words: %(words)s.")
        words = {"words": ", ".join(f"[{one}]" for one in Script.values)}
        raise ValidationError({"justification": text % words})
    return word


@transaction.atomic
def apply(
    client: ContractClient,
    terms: dict[str, Any],
    extends: SandboxRequest | None = None,
) -> SandboxRequest:
    """A new trial, or new terms of one that waits."""
    script, now = script_of(terms["justification"]), acting.now()
    known = _locked(client, terms["number"])
    if known is None:
        known = SandboxRequest(client=client, number=terms["number"], made_at=now)
        known.extends = extends
    elif known.extends_id != (extends.pk if extends else None):
        taken = _("This number stands for another request.")
        raise ValidationError({"number": ValidationError(taken, code="number_in_use")})
    elif _terms(known.terms) == _terms(terms):
        return known
    elif known.status_at(now) not in ("in_review", "answer_ready"):
        raise WrongState(_("The request has ended: apply under a new number."))
    else:
        known.revision += 1
    known.terms, known.script, known.asked_at = terms, script, now
    known.save()
    _tell(known)
    return known


def _terms(terms: dict[str, Any]) -> dict[str, Any]:
    return {name: at for name, at in terms.items() if name not in UNCOUNTED}


def _tell(tried: SandboxRequest) -> None:
    if tried.ready_at is not None:
        outbox.tell_of_trial(tried, Event.STATUS, tried.ready_at)
    else:
        outbox.tell_of_trial(tried, Event.QUESTION)


@transaction.atomic
def extend(tried: SandboxRequest, terms: dict[str, Any]) -> SandboxRequest:
    """More time, while access runs. Raises WrongState where none does."""
    if tried.status_at(acting.now()) != "access_open":
        raise WrongState(_("No access is running, so none can be extended."))
    return apply(tried.client, {**tried.terms, **terms}, extends=tried)


@transaction.atomic
def acknowledge(tried: SandboxRequest) -> SandboxRequest:
    """Access runs from here. Raises WrongState where no answer waits."""
    tried, now = _again(tried), acting.now()
    status = tried.status_at(now)
    if status == "access_revoked":
        return tried
    if status != "answer_ready":
        raise NothingWaits(_("No answer waits to be acknowledged."))
    if tried.script == Script.HOLD:
        raise HeldBack(_("The request has changed; the answer is held back."))
    tried.acknowledged_at = now
    tried.save()
    outbox.tell_of_trial(tried, Event.STATUS)
    if tried.script == Script.REVOKE:
        outbox.tell_of_trial(tried, Event.REVOKED, now + REVOKES_AFTER)
    return tried


@transaction.atomic
def withdraw(tried: SandboxRequest) -> SandboxRequest:
    """What waits is withdrawn. Raises WrongState for what does not."""
    tried, now = _again(tried), acting.now()
    if tried.status_at(now) not in ("in_review", "answer_ready"):
        raise WrongState(_("The request no longer waits."))
    tried.withdrawn_at = now
    tried.save()
    outbox.tell_of_trial(tried, Event.STATUS)
    return tried


@transaction.atomic
def say(tried: SandboxRequest, text: str, answers: int | None) -> dict[str, Any]:
    """A message of the provider's. Raises WrongState where nobody would read it."""
    tried, now = _again(tried), acting.now()
    if tried.status_at(now) not in ("in_review", "answer_ready", "access_open"):
        raise WrongState(_("The request no longer waits."))
    rows = {"text": text, "answers": answers, "said_at": moment(now)}
    tried.messages.append(rows)
    tried.save()
    if answers is not None:
        _tell(tried)
    return rows


@transaction.atomic
def report(tried: SandboxRequest, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Events, each under its number once. Another under a number is refused."""
    tried, now = _again(tried), acting.now()
    by_number = {row["number"].lower(): row for row in tried.events}
    rows = []
    for event in events:
        known = by_number.get(event["number"].lower())
        if known is None:
            known = {**event, "recorded_at": moment(now)}
            by_number[event["number"].lower()] = known
        elif {**known, "recorded_at": ""} != {**event, "recorded_at": ""}:
            taken = _("This number stands for another event.")
            raise ValidationError(
                {"number": ValidationError(taken, code="number_in_use")}
            )
        rows.append(known)
    tried.events = sorted(by_number.values(), key=_happened)
    tried.save()
    return rows


def _happened(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["happened_at"])


def _locked(client: ContractClient, number: str) -> SandboxRequest | None:
    rows = SandboxRequest.objects.select_for_update(of=("self",))
    return rows.filter(client=client, number__iexact=number).first()


def _again(tried: SandboxRequest) -> SandboxRequest:
    rows = SandboxRequest.objects.select_for_update(of=("self",))
    return rows.select_related("extends", "client").get(pk=tried.pk)
