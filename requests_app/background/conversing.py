"""What is said with a provider that is asked by machine, in its own interface.

That the review has begun, questions, and what it answers. Its own list is read first,
so that nothing is said twice.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

from django.db.models import QuerySet

from requests_app.models import AccessRequest, Connection, SecrecyReview
from requests_app.providers.protocol import (
    Acknowledging,
    Asking,
    Connector,
    Reply,
    Unreachable,
)
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
) -> Iterator[str]:
    telling = cast(Acknowledging, connector)
    _refuse(telling.acknowledge(access_request.external_id))
    dialogue.review_is_told(access_request, by=by)
    yield f"{access_request}: told of the review"


def in_dialogue(connection: Connection) -> QuerySet[AccessRequest]:
    """Requests with questions of ours, that wait for an answer."""
    can = connection.product.abilities
    if not (can.can_be_asked and can.can_be_polled):
        return AccessRequest.objects.none()
    return AccessRequest.objects.filter(
        connection=connection,
        status__in=AccessRequest.AWAITING,
        messages__from_provider=False,
    ).distinct()


def go_on(
    access_request: AccessRequest, connector: Connector, *, by: Any
) -> Iterator[str]:
    """Ask what has not been asked, and hear what has not been heard."""
    asking, number = cast(Asking, connector), access_request.external_id
    lines = list(asking.dialogue(number))
    ours = Counter(row.text.strip() for row in lines if not row.from_provider)
    theirs = Counter(row.text.strip() for row in lines if row.from_provider)
    for message in access_request.messages.select_related("text").order_by("pk"):
        text = message.text.text.strip()
        known = theirs if message.from_provider else ours
        if known[text]:
            known[text] -= 1
        elif not message.from_provider:
            _refuse(asking.ask(number, text))
            yield f"{access_request}: asked"
    for text in theirs.elements():
        if text:
            dialogue.take_in_reply(access_request, by=by, text=text)
            yield f"{access_request}: answered a question"


def _refuse(reply: Reply) -> None:
    if reply.status >= 300:
        raise Unreachable(f"HTTP {reply.status}")
