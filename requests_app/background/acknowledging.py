"""Telling a provider that the review of its request has begun, where it hears of it."""

from typing import Any, cast

from django.db.models import QuerySet

from requests_app.models import AccessRequest, Connection, SecrecyReview
from requests_app.providers.protocol import Acknowledging, Connector, Unreachable
from requests_app.workflow import dialogue

Status = SecrecyReview.Status
NOT_BEGUN = (Status.NEW, Status.REGISTERED)


def to_acknowledge(connection: Connection) -> QuerySet[AccessRequest]:
    """Requests that somebody works on, and whose provider has not been told so."""
    told_in = connection.product.abilities.acknowledged_from
    if not told_in:
        return AccessRequest.objects.none()
    begun = SecrecyReview.objects.live().exclude(status__in=NOT_BEGUN)
    return AccessRequest.objects.filter(
        connection=connection,
        status__in=AccessRequest.AWAITING,
        provider_status__in=told_in,
        reviews__in=begun,
    ).distinct()


def acknowledge(
    access_request: AccessRequest, connector: Connector, *, by: Any
) -> None:
    """Raises Unreachable."""
    telling = cast(Acknowledging, connector)
    reply = telling.acknowledge(access_request.external_id)
    if reply.status >= 300:
        raise Unreachable(f"HTTP {reply.status}")
    dialogue.review_is_told(access_request, by=by)
