"""What was granted, as it is compared with what was done: an access is a request with
what extends it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from requests_app.law.divergence import Granted, Window
from requests_app.law.reconciliation import Access
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Condition,
    Connection,
    RequestedObject,
    Reservation,
)
from requests_app.models.access_request import number_key
from requests_app.models.decision import OF_CURRENT_DECISION


def accesses_since(
    connection: Connection, since: datetime, numbers: Iterable[str]
) -> list[Access]:
    """Every access of the connection that was open then or later, of which an act was
    reported since, or that has one of these numbers, granted or not."""
    grants = AccessGrant.objects.with_window().filter(
        access_request__connection=connection, closed_at__gte=since
    )
    events = connection.access_events.filter(
        access_request__isnull=False, happened_at__gte=since
    )
    return _accesses(
        {
            *grants.values_list("access_request", flat=True),
            *events.values_list("access_request", flat=True),
            *_numbered(connection, numbers),
        }
    )


def _numbered(connection: Connection, numbers: Iterable[str]) -> Iterable[int]:
    folded = {number_key(number) for number in numbers}
    rows = connection.access_requests.alias(
        number=Lower("external_id"), audited=Lower("audit_id")
    )
    theirs = Q(number__in=folded) | Q(audited__in=folded)
    return rows.filter(theirs).values_list("pk", flat=True) if folded else ()


def access_of(access_request: AccessRequest) -> Access:
    """The access that a request is, or is a part of; of one that was never opened, what
    was asked for and no window."""
    return _accesses([access_request.pk])[0]


def first_of_each(requests: Iterable[AccessRequest]) -> dict[int, int]:
    """The first request of the access that each is a part of, by their keys. No query
    where none of them extends another."""
    rows = {row.pk: row for row in requests}
    keys = {row.extends_id for row in rows.values() if row.extends_id} - rows.keys()
    parts = {**(_with_their_first(keys) if keys else {}), **rows}
    return {key: _first(row, parts) for key, row in rows.items()}


def _accesses(keys: Iterable[int]) -> list[Access]:
    parts = _with_their_first(set(keys))
    whole: dict[int, list[AccessRequest]] = defaultdict(list)
    for row in parts.values():
        whole[_first(row, parts)].append(row)
    terms = _Terms(parts)
    return [
        terms.access(parts[first], sorted(rows, key=lambda row: row.pk))
        for first, rows in sorted(whole.items())
    ]


def _with_their_first(keys: set[int]) -> dict[int, AccessRequest]:
    """These requests, what they extend, and what extends any of them."""
    rows: dict[int, AccessRequest] = {}
    requests = AccessRequest.objects.select_related("connection__product__provider")
    while keys:
        for row in requests.filter(pk__in=keys):
            rows[row.pk] = row
        more = requests.filter(extends__in=keys).values_list("pk", flat=True)
        first = {row.extends_id for row in rows.values() if row.extends_id}
        keys = {*more, *first} - rows.keys()
    return rows


def _first(row: AccessRequest, parts: dict[int, AccessRequest]) -> int:
    while row.extends_id is not None:
        row = parts[row.extends_id]
    return row.pk


class _Terms:
    """What was granted of these requests, read at once."""

    def __init__(self, parts: dict[int, AccessRequest]) -> None:
        keys = list(parts)
        names = RequestedObject.objects.still_named().filter(access_request__in=keys)
        self.objects = _by_request(
            names.order_by("pk").values_list("access_request", "external_id")
        )
        grants = AccessGrant.objects.with_window().filter(access_request__in=keys)
        self.windows = _by_request(
            (key, Window(*window))
            for key, *window in grants.order_by("opens_at").values_list(
                "access_request", "opens_at", "closed_at"
            )
        )
        of_request = {"review__access_request__in": keys}
        bound = Reservation.objects.filter(OF_CURRENT_DECISION, **of_request)
        self.persons = _by_request(
            bound.order_by("pk").values_list("review__access_request", "bound")
        )
        eea = Condition.objects.filter(
            OF_CURRENT_DECISION, kind=Condition.Kind.INSIDE_EEA, **of_request
        )
        self.inside_eea = set(eea.values_list("review__access_request", flat=True))

    def access(self, first: AccessRequest, rows: list[AccessRequest]) -> Access:
        keys = [row.pk for row in rows]
        company = first.employer_entity or first.connection.product.provider.name
        numbers = [(row.external_id, row.audit_id) for row in rows]
        return Access(
            key=first.pk,
            connection=first.connection_id,
            service=first.service,
            numbers=tuple(name for pair in numbers for name in pair if name),
            granted=Granted(
                objects=_of(self.objects, keys),
                windows=_of(self.windows, keys),
                companies=(company,),
                persons=_of(self.persons, keys),
                country=first.engineer_country,
                inside_eea=not self.inside_eea.isdisjoint(keys),
            ),
        )


def _by_request(rows: Iterable[Any]) -> dict[int, list[Any]]:
    values: dict[int, list[Any]] = defaultdict(list)
    for key, value in rows:
        values[key].append(value)
    return values


def _of(values: dict[int, list[Any]], keys: list[int]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(one for key in keys for one in values.get(key, ())))
