"""A request as its provider may see it: its own, and nothing of our reasoning."""

from collections.abc import Sequence
from typing import cast

from requests_app.api.responses import (
    AccessOut,
    AnswerOut,
    AnswerWord,
    ConditionKind,
    ConditionOut,
    EventOut,
    GrantedOut,
    MessageOut,
    RequestHead,
    RequestOut,
)
from requests_app.models import (
    AccessEvent,
    AccessRequest,
    Decision,
    Delivery,
    Message,
    RequestedObject,
    StandingAssessment,
    StandingRecipient,
)
from requests_app.models.standing_recipient import same_name
from requests_app.permissions.roles import today
from requests_app.providers.application import Application
from requests_app.workflow.ordering import current_decisions
from requests_app.workflow.outbox import status_shown


def request_out(access_request: AccessRequest) -> RequestOut:
    """The request with its answer, access and messages. Six queries, and those of the
    decisions where it is approved."""
    deliveries = access_request.deliveries.select_related("text")
    delivery = deliveries.filter(
        status__in=[Delivery.Status.OPEN, Delivery.Status.CONFIRMED]
    ).first()
    grant = access_request.grants.order_by("-opens_at").first()
    messages = list(access_request.messages.select_related("text"))
    names = access_request.requested_objects.still_named().order_by("pk")
    return RequestOut(
        **_head(access_request),
        objects=list(names.values_list("external_id", flat=True)),
        minutes=access_request.duration_minutes,
        employer_assessed=_is_assessed(access_request),
        answer=_answer(delivery) if delivery else None,
        access=AccessOut(
            opens_at=grant.opens_at,
            ends_at=grant.ends_at,
            # It is over when it is revoked, whenever that is acknowledged.
            ended_at=min(
                filter(None, (grant.ended_at, access_request.revoked_at)), default=None
            ),
        )
        if grant
        else None,
        messages=_messages(messages),
    )


def new_out(access_request: AccessRequest, application: Application) -> RequestOut:
    """A request that has just come: nobody has said anything of it. One query, where it
    names an employer."""
    return RequestOut(
        **_head(access_request),
        objects=list(application.object_ids),
        minutes=access_request.duration_minutes,
        employer_assessed=_is_assessed(access_request),
        messages=[],
    )


def head_out(access_request: AccessRequest) -> RequestHead:
    """The request alone, for lists. No query."""
    return RequestHead(**_head(access_request))


def event_out(event: AccessEvent) -> EventOut:
    """One query, unless the deviations are at hand."""
    outside = {
        row["kind"]
        for act in event.in_deviations.all()
        for row in act.deviation.divergences
    }
    return EventOut(
        number=event.external_id,
        happened_at=event.happened_at,
        action=event.action,
        object=event.object_name,
        actor=event.actor,
        employer=event.employer,
        country=event.country,
        act=event.act,
        recorded_at=event.reported_at,
        outside=sorted(outside),
    )


def _is_assessed(access_request: AccessRequest) -> bool | None:
    """Has any authority assessed the employer at that place, for this provider?"""
    employer, country = access_request.employer_entity, access_request.engineer_country
    if not (employer.strip() and country):
        return None
    provider = access_request.connection.product.provider_id
    valid = StandingAssessment.objects.valid(today()).filter(provider=provider)
    rows = StandingRecipient.objects.filter(
        standing_assessment__in=valid, country=country.upper()
    )
    names = rows.values_list("legal_entity", flat=True)
    return same_name(employer) in {same_name(name) for name in names}


def _head(access_request: AccessRequest) -> dict:
    extended = access_request.extends
    return {
        "number": access_request.external_id,
        "status": status_shown(access_request),
        "revision": access_request.revision,
        "received_at": access_request.received_at,
        "answer_deadline": access_request.clock.answer_by,
        "extends": extended.external_id if extended else None,
    }


def _answer(delivery: Delivery) -> AnswerOut:
    decisions: list[Decision] = []
    if delivery.answer == Delivery.Answer.APPROVE:
        decisions = current_decisions(delivery.access_request)
    decided = [(decision, _names(decision)) for decision in decisions]
    return AnswerOut(
        answer=cast(AnswerWord, delivery.answer),
        minutes=delivery.minutes,
        reasons=delivery.text.text if delivery.text else "",
        given_at=delivery.given_at,
        granted=[row for one, names in decided for row in _granted(one, names)],
        conditions=[row for one, names in decided for row in _conditions(one, names)],
    )


def _names(decision: Decision) -> list[str]:
    rows = RequestedObject.objects.filter(pk__in=decision.object_ids).order_by("pk")
    return list(rows.values_list("external_id", flat=True))


def _granted(decision: Decision, names: list[str]) -> list[GrantedOut]:
    return [
        GrantedOut(
            object=name,
            authority=decision.review.authority.name,
            case=str(decision.review),
            minutes=decision.granted_minutes,
            scope=decision.granted_scope,
        )
        for name in names
    ]


def _conditions(decision: Decision, names: list[str]) -> list[ConditionOut]:
    rows = decision.proposal.conditions.select_related("text")
    return [
        ConditionOut(
            kind=cast(ConditionKind, row.kind),
            text=row.text.text,
            due_working_days=row.due_days,
            objects=names,
        )
        for row in rows
    ]


def _messages(messages: Sequence[Message]) -> list[MessageOut]:
    """Numbered within the request: how much others say is nobody's business."""
    numbers: dict[int | None, int] = {
        message.pk: place for place, message in enumerate(messages, start=1)
    }
    answered = {message.answers_id for message in messages}
    return [
        MessageOut(
            id=numbers[message.pk],
            from_provider=message.from_provider,
            text=message.text.text,
            said_at=message.said_at,
            answers=numbers.get(message.answers_id),
            awaits_answer=not message.from_provider and message.pk not in answered,
        )
        for message in messages
    ]
