"""A request as its provider may see it: its own, and nothing of our reasoning."""

from collections.abc import Sequence

from requests_app.api.schemas import AccessOut, AnswerOut, MessageOut, RequestOut
from requests_app.models import AccessRequest, Delivery, Message
from requests_app.workflow.outbox import status_shown


def request_out(access_request: AccessRequest) -> RequestOut:
    """The request with its answer, access and messages. Four queries."""
    deliveries = access_request.deliveries.select_related("text")
    delivery = deliveries.filter(
        status__in=[Delivery.Status.OPEN, Delivery.Status.CONFIRMED]
    ).first()
    grant = access_request.grants.order_by("-opens_at").first()
    messages = list(access_request.messages.select_related("text"))
    return RequestOut(
        **_head(access_request),
        answer=_answer(delivery) if delivery else None,
        access=AccessOut(
            opens_at=grant.opens_at, ends_at=grant.ends_at, ended_at=grant.ended_at
        )
        if grant
        else None,
        messages=_messages(messages),
    )


def head_out(access_request: AccessRequest) -> RequestOut:
    """The request alone, for lists. No query."""
    return RequestOut(**_head(access_request))


def _head(access_request: AccessRequest) -> dict:
    extended = access_request.extends
    return {
        "number": access_request.external_id,
        "status": status_shown(access_request),
        "revision": access_request.revision,
        "received_at": access_request.received_at,
        "answer_deadline": access_request.answer_deadline,
        "extends": extended.external_id if extended else None,
    }


def _answer(delivery: Delivery) -> AnswerOut:
    return AnswerOut(
        answer=delivery.answer,
        minutes=delivery.minutes,
        reasons=delivery.text.text if delivery.text else "",
        given_at=delivery.given_at,
    )


def _messages(messages: Sequence[Message]) -> list[MessageOut]:
    """Numbered within the request: how much others say is nobody's business."""
    numbers: dict[int | None, int] = {
        message.pk: place for place, message in enumerate(messages, start=1)
    }
    return [
        MessageOut(
            id=numbers[message.pk],
            from_provider=message.from_provider,
            text=message.text.text,
            said_at=message.said_at,
            answers=numbers.get(message.answers_id),
        )
        for message in messages
    ]
