"""The calls of the contract API. Each is one step of the workflow."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Header, Path, Query
from pydantic import StringConstraints

from audit_app.ledger import Kind, record
from requests_app.api import problems
from requests_app.api.answers import head_out, request_out
from requests_app.api.auth import ClientAuth, caller
from requests_app.api.codes import Code
from requests_app.api.document import ContractAPI, StrictParser
from requests_app.api.idempotency import Refusal, once
from requests_app.api.lookups import application_of, own_request, question_of, taken_in
from requests_app.api.problems import Conflict
from requests_app.api.schemas import (
    ApplicationIn,
    EventIn,
    EventOut,
    ExtensionIn,
    MessageIn,
    MessageOut,
    Number,
    Problem,
    RequestOut,
    RequestsOut,
    WithdrawalIn,
)
from requests_app.models import AccessRequest, Delivery
from requests_app.providers.application import Application
from requests_app.providers.event import Event
from requests_app.workflow import dialogue, intake, reported_act

PAGE = 50
Key = Annotated[
    str,
    StringConstraints(pattern=r"^[\x21-\x7e]{1,100}$"),
    Header(alias="Idempotency-Key", description="New for each call; kept 72 hours."),
]
NumberInPath = Annotated[Number, Path(description="The provider's own number.")]
Refusals = {status: Problem for status in (400, 401, 403, 404, 409, 413, 415, 422, 503)}


api = ContractAPI(
    title="Lockbox contract API",
    version="1",
    description=(
        "A provider applies here each time a person is to handle an authority's"
        " sensitive information, and reads the authority's answer. Times are RFC 3339"
        " with zone. See docs/provider-api.md for a worked sequence of calls."
    ),
    auth=ClientAuth(),
    parser=StrictParser(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="contract-api",
)
problems.add_handlers(api)


@api.post(
    "/requests",
    response={201: RequestOut, **Refusals},
    summary="Apply for access",
    operation_id="apply",
)
def apply(request: HttpRequest, key: Key, payload: ApplicationIn) -> HttpResponse:
    """A new application, or new terms of one that waits: a revision under the same
    number sends the review back to its beginning."""

    def act() -> RequestOut | Refusal:
        client = caller(request)
        received = intake.receive(
            client.connection,
            application_of(payload),
            by=client.account,
            payload=request.body,
            received_by=AccessRequest.ReceivedBy.CONTRACT,
        )
        return taken_in(received)

    return once(request, key, 201, act)


@api.get(
    "/requests",
    response={200: RequestsOut, **Refusals},
    summary="List one's requests, the newest first",
    operation_id="list_requests",
)
def list_requests(
    request: HttpRequest,
    after: Annotated[Number | None, Query(description="From `next`.")] = None,
) -> RequestsOut:
    client = caller(request)
    rows = AccessRequest.objects.select_related("extends").filter(
        connection=client.connection
    )
    if after:
        rows = rows.filter(pk__lt=own_request(request, after).pk)
    page = list(rows.order_by("-pk")[: PAGE + 1])
    record("api.list_read", by=client.account, kind=Kind.READ)
    more = page[PAGE - 1].external_id if len(page) > PAGE else None
    return RequestsOut(requests=[head_out(row) for row in page[:PAGE]], next=more)


@api.get(
    "/requests/{number}",
    response={200: RequestOut, **Refusals},
    summary="Read a request, its answer and messages",
    operation_id="read_request",
)
def read_request(request: HttpRequest, number: NumberInPath) -> RequestOut:
    access_request = own_request(request, number)
    record(
        "api.request_read",
        by=caller(request).account,
        on=access_request,
        kind=Kind.READ,
    )
    return request_out(access_request)


@api.post(
    "/requests/{number}/acknowledge",
    response={200: RequestOut, **Refusals},
    summary="Acknowledge the answer",
    operation_id="acknowledge_answer",
)
def acknowledge(request: HttpRequest, number: NumberInPath, key: Key) -> HttpResponse:
    """The answer counts as given from here; access that is approved runs from here."""

    def act() -> RequestOut:
        access_request = own_request(request, number)
        task = access_request.deliveries.waiting().first()
        if task is None:
            raise Conflict(Code.NO_ANSWER_WAITS, "No answer waits to be acknowledged.")
        if task.status != Delivery.Status.OPEN:
            raise Conflict(
                Code.ANSWER_HELD_BACK,
                "The request has changed; the answer is held back.",
            )
        dialogue.acknowledge(task, by=caller(request).account)
        return request_out(own_request(request, number))

    return once(request, key, 200, act)


@api.post(
    "/requests/{number}/withdraw",
    response={200: RequestOut, **Refusals},
    summary="Withdraw a request that waits",
    operation_id="withdraw",
)
def withdraw(
    request: HttpRequest, number: NumberInPath, key: Key, payload: WithdrawalIn
) -> HttpResponse:
    def act() -> RequestOut:
        access_request = own_request(request, number)
        dialogue.withdraw(
            access_request, by=caller(request).account, reason=payload.reason
        )
        return request_out(access_request)

    return once(request, key, 200, act)


@api.post(
    "/requests/{number}/messages",
    response={201: MessageOut, **Refusals},
    summary="Say something, or answer a question",
    operation_id="say",
)
def say(
    request: HttpRequest, number: NumberInPath, key: Key, payload: MessageIn
) -> HttpResponse:
    def act() -> MessageOut:
        access_request = own_request(request, number)
        question = question_of(access_request, payload.answers)
        message = dialogue.hear(
            access_request,
            by=caller(request).account,
            text=payload.text,
            answers=question,
        )
        return MessageOut(
            id=access_request.messages.count(),
            from_provider=True,
            text=payload.text,
            said_at=message.said_at,
            answers=payload.answers,
        )

    return once(request, key, 201, act)


@api.post(
    "/requests/{number}/extensions",
    response={201: RequestOut, **Refusals},
    summary="Ask for more time while access runs",
    operation_id="extend",
)
def extend(
    request: HttpRequest, number: NumberInPath, key: Key, payload: ExtensionIn
) -> HttpResponse:
    def act() -> RequestOut | Refusal:
        running = own_request(request, number)
        names = running.requested_objects.still_named()
        application = Application(
            external_id=payload.number,
            service=running.provider_service,
            justification=payload.justification,
            duration_minutes=payload.minutes,
            object_ids=tuple(names.values_list("external_id", flat=True)),
            requested_at=payload.sent_at,
            engineer_country=running.engineer_country,
            employer_entity=running.employer_entity,
            support_request=running.support_request,
        )
        received = dialogue.extend(
            running,
            by=caller(request).account,
            application=application,
            payload=request.body,
        )
        return taken_in(received)

    return once(request, key, 201, act)


@api.post(
    "/requests/{number}/events",
    response={201: EventOut, **Refusals},
    summary="Report what was done during access",
    operation_id="report_event",
)
def report(
    request: HttpRequest, number: NumberInPath, key: Key, payload: EventIn
) -> HttpResponse:
    def act() -> EventOut:
        told = Event(
            external_id=payload.number,
            happened_at=payload.happened_at,
            action=payload.action,
            object_name=payload.object,
            actor=payload.actor,
            employer=payload.employer,
            country=payload.country,
            act=payload.act,
        )
        event = reported_act.report(
            own_request(request, number),
            by=caller(request).account,
            event=told,
            payload=request.body,
        )
        return EventOut(number=event.external_id, recorded_at=event.reported_at)

    return once(request, key, 201, act)
