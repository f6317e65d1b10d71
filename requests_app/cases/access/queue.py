"""The work queue: by hand and changed clients."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from requests_app.cases.access.models import (
    AccessGrant,
    ContractClient,
    OutboxMessage,
    OutboxQuerySet,
)
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.selectors import clock_in
from requests_app.core.catalogue import country_name
from requests_app.core.people.rights import CLOUD_KEEPERS, authorities_of
from requests_app.core.queue import Clock, Kind, WorkItem, of_each, upkeep_item, url
from requests_app.core.words.texts import printable, span
from requests_app.registers.models.cloud import Connection

# Which answers an executor gives: others a machine sends, or the provider fetches.


def given_by_hand() -> Q:
    """In a query of deliveries: does an executor give it? What a machine has trouble
    with is theirs too."""
    fetched = Q(access_request__connection__in=Connection.objects.called())
    return ~fetched & ~Q(Exists(being_sent().filter(trouble="")))


def being_sent() -> OutboxQuerySet:
    """What a machine sends of the outer delivery."""
    return OutboxMessage.objects.sent_by_machine().filter(delivery=OuterRef("pk"))


# The two clocks of a request, as people see them.


def clock_of(
    access_request: AccessRequest, grants: Iterable[AccessGrant] = ()
) -> Clock | None:
    """The clock that runs now: until the answer, then until access ends."""
    running = [row for row in grants if row.status != AccessGrant.Status.ENDED]
    window = (running[0].opens_at, running[0].ends_at) if running else None
    return clock_in(access_request, window)


# A line of the queue, and what every line is made of.


def window(request: str) -> dict[str, Subquery]:
    """The running access of the request: which it is, when it opens and ends."""
    running = AccessGrant.objects.running().filter(access_request=OuterRef(request))
    return {
        "running_grant": Subquery(running.values("pk")[:1]),
        "opens_at": Subquery(running.values("opens_at")[:1]),
        "ends_at": Subquery(running.values("ends_at")[:1]),
    }


def clock_for(request: AccessRequest, row: Any) -> Clock | None:
    return clock_in(request, (row.opens_at, row.ends_at) if row.ends_at else None)


def details_of(request: AccessRequest) -> str:
    parts = [printable(request.service)]
    if request.duration_minutes:
        parts.append(span(timedelta(minutes=request.duration_minutes)))
    if request.engineer_country:
        parts.append(
            _("engineer in %(country)s")
            % {"country": country_name(request.engineer_country)}
        )
    if request.connection.product.revocation == "no":
        parts.append(_("can not be taken back"))
    return " · ".join(part for part in parts if part)


# Clients that have changed their own secret, keys or webhook: lines of the queue.


def changed_clients_for(user: Any) -> Iterator[Kind]:
    """For who keeps the clients of a connection."""
    runs = authorities_of(user, *CLOUD_KEEPERS)
    if not runs:
        return
    rows = ContractClient.objects.filter(
        connection__authority__in=runs, changed_itself_at__isnull=False, ended_at=None
    )
    yield of_each(rows.select_related("connection__product"), _line)


def _line(row: ContractClient) -> WorkItem:
    return upkeep_item(
        row,
        row.connection,
        _("The client has changed its own secret, keys or webhook address."),
        _("Look at the change"),
        url=url("contractclient_change", row.pk),
        step_url=url("contractclient_step", row.pk, "seen"),
        since=row.changed_itself_at,
    )
