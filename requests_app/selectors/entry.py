"""What somebody who types in a request should know: what is there already."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from requests_app.models import (
    AccessRequest,
    CloudObject,
    Connection,
    OutsideAnswer,
    RequestedObject,
)
from requests_app.models.key_in_array import key_in_array
from requests_app.permissions.request_visibility import requests_readable_by

# Two that name one object within these days, or were sent within these minutes of each
# other, may be one.
NEAR_DAYS = timedelta(days=7)
NEAR_MINUTES = timedelta(minutes=15)
SHOWN = 5
MANUAL = AccessRequest.ReceivedBy.MANUAL


def objects_meant(
    connection: Connection | None, names: Iterable[str]
) -> tuple[list[str], list[str]]:
    """The objects as the provider names them: our own designations are looked up. And
    those designations that more than one object has."""
    meant = _by_designation(connection, names)
    ambiguous = [name for name in names if len(meant.get(name.lower(), ())) > 1]
    objects = [next(iter(meant.get(name.lower(), ())), name) for name in names]
    return list(dict.fromkeys(objects)), ambiguous


def system_of(connection: Connection | None, names: Iterable[str]) -> str:
    """The system that the map has all of these objects in, by the provider's names;
    empty where one is in none, or in another."""
    keys = {name.lower() for name in names}
    rows = CloudObject.objects.filter(system__connection=connection).annotate(
        name=Lower("external_id")
    )
    known = dict(rows.filter(name__in=keys).values_list("name", "system__name"))
    systems = set(known.values())
    return systems.pop() if len(systems) == 1 and known.keys() == keys else ""


def _by_designation(
    connection: Connection | None, names: Iterable[str]
) -> dict[str, list[str]]:
    keys = {name.lower() for name in names}
    rows = CloudObject.objects.filter(system__connection=connection).alias(
        name=Lower("external_id"), own=Lower("designation")
    )
    named = {row.external_id.lower() for row in rows.filter(name__in=keys)}
    meant: dict[str, list[str]] = {}
    for row in rows.filter(own__in=keys - named):
        meant.setdefault(row.designation.lower(), []).append(row.external_id)
    return meant


def outside_answer_of(request: AccessRequest) -> OutsideAnswer | None:
    """What somebody answered past Lockbox, if that is recorded."""
    rows = OutsideAnswer.objects.select_related("account", "proof", "recorded_by")
    return rows.filter(access_request=request).first()


def near_doubles(user: Any, request: AccessRequest) -> list[Any]:
    """Other requests that may be the same one, of those that the person reads; each
    with `reasons`. One query."""
    rows: Any = (
        requests_readable_by(user)
        .filter(key_in_array("pk", _alike(request)))
        .annotate(has_same_object=Exists(_shared(request)))
        .order_by("-pk")[:SHOWN]
    )
    requests = list(rows)
    for row in requests:
        row.reasons = _reasons(row, request)
    return requests


def _shared(request: AccessRequest) -> QuerySet[RequestedObject]:
    """Objects of the outer request that this one names too."""
    mine = request.requested_objects.still_named().values(name=Lower("external_id"))
    theirs = RequestedObject.objects.alias(name=Lower("external_id"))
    return theirs.filter(access_request=OuterRef("pk"), name__in=mine)


def _alike(request: AccessRequest) -> QuerySet[Any]:
    """Keys of requests that may be the same one, whoever may read them: of the same
    support case, sent at the same time, of the same object in the same days. Each part
    by its own index."""
    at = request.requested_at or request.received_at
    others = (
        AccessRequest.objects.filter(connection=request.connection_id)
        .exclude(pk__in=[request.pk, request.extends_id or 0])
        .exclude(status=AccessRequest.Status.MERGED)
        .order_by()
    )
    near = others.filter(requested_at__range=(at - NEAR_MINUTES, at + NEAR_MINUTES))
    same = others.filter(
        Exists(_shared(request)), received_at__range=(at - NEAR_DAYS, at + NEAR_DAYS)
    )
    # A machine tells each once, by its number: only people type one in twice.
    if request.received_by != MANUAL:
        near = near.filter(received_by=MANUAL)
    parts = [near, same]
    if case := request.support_case:
        parts.append(others.filter(support_case__iexact=case))
    first, *rest = (part.values("pk") for part in parts)
    return first.union(*rest)


def _reasons(row: Any, request: AccessRequest) -> list[str]:
    reasons = []
    case = request.support_case
    if case and row.support_case.lower() == case.lower():
        reasons.append(_("same support case"))
    if row.has_same_object:
        reasons.append(_("same object"))
    at, other = request.requested_at, row.requested_at
    if at and other and abs(at - other) <= NEAR_MINUTES:
        reasons.append(_("sent at the same time"))
    return reasons
