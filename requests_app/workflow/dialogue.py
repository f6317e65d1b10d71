"""What authority and provider say to each other, and what the provider reports."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Delivery,
    Message,
    SecrecyReview,
)
from requests_app.permissions.steps import is_its_client
from requests_app.providers.application import Application
from requests_app.providers.protocol import ThreadMessage
from requests_app.workflow import (
    answer,
    approval,
    comparison,
    named_list,
    outbox,
    request_state,
    withdrawal,
)
from requests_app.workflow.content import keep
from requests_app.workflow.delivery import transmitted
from requests_app.workflow.intake import Received, receive
from requests_app.workflow.printed_text import refuse_unprintable
from requests_app.workflow.step import WrongState, lock, note, require, save, step

Status = SecrecyReview.Status
WORKING = (Status.ASSIGNED, Status.IN_ASSESSMENT)


def _nothing_is_asked(_may: Any, review: SecrecyReview) -> str:
    unanswered = review.messages.filter(from_provider=False, replies=None)
    return "" if unanswered.exists() else _("No question waits for an answer.")


@step(starts_from=WORKING, may="assesses")
def ask(review: SecrecyReview, *, by: Any, text: str) -> Message:
    """Ask the provider. Through the API, or as text to copy where there is none."""
    refuse_unprintable(review, text=text)
    message = Message.objects.create(
        access_request=review.access_request,
        review=review,
        from_provider=False,
        text=keep(text),
        author=by,
        said_at=clock.now(),
    )
    save(review)
    outbox.tell_provider(review.access_request, outbox.Event.QUESTION, question=message)
    outbox.ask_provider(message)
    note("message.said", on=review, by=by)
    return message


@step(starts_from=WORKING, may="assesses", hindrance=_nothing_is_asked)
def record_answer(
    review: SecrecyReview, *, by: Any, question: Message, text: str
) -> Message:
    """Write down what the provider answered by other ways, such as a support case."""
    if question.review_id != review.pk or question.from_provider:
        raise ValidationError({"question": _("Choose a question of this review.")})
    message = _hear(review.access_request, text, question, by=by)
    save(review)
    note("message.said", on=review, by=by)
    return message


@step(
    starts_from=(*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN),
    may=is_its_client,
)
def hear(
    access_request: AccessRequest, *, by: Any, text: str, answers: Message | None = None
) -> Message:
    """The provider says something, or answers a question, through the API: while
    somebody here is at work on it."""
    message = _hear(access_request, text, answers, by=by)
    save(access_request)
    note("message.said", on=access_request, by=by)
    return message


@step
def take_in_message(
    access_request: AccessRequest, heard: ThreadMessage, *, by: Any
) -> Message | None:
    """What the provider says in its support case, by a machine that reads it there.
    None where it is known already. It answers the one question that waits, if there is
    one alone."""
    rows = AccessRequest.objects.select_for_update(of=("self",))
    access_request.refresh_from_db(from_queryset=rows)
    if access_request.messages.filter(external_id=heard.key).exists():
        return None
    waiting = access_request.messages.filter(
        from_provider=False, replies=None, said_at__lte=heard.at
    )[:2]
    question = waiting[0] if len(waiting) == 1 else None
    message = _hear(access_request, heard.text, question, by=by, heard=heard)
    save(access_request)
    note("message.said", on=access_request, by=by)
    return message


@step
def review_is_told(access_request: AccessRequest, *, by: Any) -> None:
    """The provider has been told that the review has begun."""
    note("request.review_told", on=access_request, by=by)


def _hear(
    access_request: AccessRequest,
    text: str,
    answers: Message | None,
    *,
    by: Any,
    heard: ThreadMessage | None = None,
) -> Message:
    return Message.objects.create(
        access_request=access_request,
        review=answers.review if answers else None,
        from_provider=True,
        text=keep(text),
        author=by,
        said_at=heard.at if heard else clock.now(),
        external_id=heard.key if heard else "",
        answers=answers,
    )


@step
def acknowledge(delivery: Delivery, *, by: Any) -> None:
    """The provider has received our answer through the API; an approval begins now, if
    it still holds. One that does not is called back by the sweep."""
    require(is_its_client(by, delivery.access_request))
    lock(delivery, *Delivery.WAITING)
    comparison.refuse_while_compared(delivery.access_request)
    if delivery.answer == Delivery.Answer.APPROVE:
        _refuse_fallen(delivery)
    before = comparison.acknowledged_before(delivery)
    transmitted(delivery, by=by, given_at=before or clock.now())


def _refuse_fallen(delivery: Delivery) -> None:
    """Why is ours: the provider is told no more than it needs."""
    stops = {question.name: question for question in answer.gate(delivery)}
    if approval.TIME in stops:
        raise WrongState(
            _("The time to answer has run out: there is no access. Make a new request.")
        )
    if approval.is_revoked(delivery.access_request):
        raise WrongState(approval.REVOKED)
    if stops:
        raise WrongState(
            _("The answer has been called back: there is no access. Ask again later.")
        )


@step
def withdraw(access_request: AccessRequest, *, by: Any, reason: str) -> None:
    """The provider withdraws through the API."""
    require(is_its_client(by, access_request))
    withdrawal.note_withdrawal(access_request, by=by)


def _is_revoked(_may: Any, access_request: AccessRequest) -> str:
    return str(approval.REVOKED) if approval.is_revoked(access_request) else ""


@step(
    starts_from=(AccessRequest.Status.ACCESS_OPEN,),
    may=is_its_client,
    hindrance=_is_revoked,
)
def extend(
    access_request: AccessRequest, *, by: Any, application: Application, payload: bytes
) -> Received:
    """Ask for more time: a new request of its own, to be decided like the first.

    Its clock stops when the running access does; silence means no extension.
    """
    running = access_request.grants.exclude(status=AccessGrant.Status.ENDED).first()
    if running is None:
        raise WrongState(
            _("No access is running, so none can be extended. Make a new request.")
        )
    taken = AccessRequest.objects.numbered(
        access_request.connection, application.external_id
    ).exclude(extends=access_request)
    if taken.exists():
        taken_already = _("This number stands for another request.")
        raise ValidationError(
            {"number": ValidationError(taken_already, code="number_in_use")}
        )
    received = receive(
        access_request.connection,
        application,
        by=by,
        payload=payload,
        received_by=AccessRequest.ReceivedBy.CONTRACT,
    )
    made = received.access_request
    if made is not None and received.result == "new":
        made.extends = access_request
        save(made, **made.clock.moved_to(made.clock.answer_by))
        named_list.name_people(*request_state.live_reviews(made))
    return received
