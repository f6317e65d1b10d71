"""The calls of the contract API. Each is one step of the workflow."""

from functools import lru_cache
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query

from audit_app.ledger import Kind, record
from requests_app.api import calls, problems
from requests_app.api.answers import ApiInfoOut, Code, RequestOut, RequestsOut, Status
from requests_app.api.changes import RELEASED, VERSION
from requests_app.api.clients import (
    ClientAuth,
    IfMatch,
    Refusal,
    application_of,
    caller,
    etag,
    head_out,
    located,
    not_over_already,
    once,
    own_request,
    refuse_unread,
    request_out,
    status_of_named,
    taken_in,
)
from requests_app.api.document import DESCRIPTION, ContractAPI, StrictParser
from requests_app.api.payloads import (
    MOST_ROWS,
    ApplicationIn,
    Key,
    Limit,
    Number,
    NumberInPath,
    Page,
    Refusals,
    WithdrawalIn,
    only_query,
)
from requests_app.api.problems import Conflict
from requests_app.cases.access.models import Delivery
from requests_app.cases.access.steps.outbox import shown_as
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.intake.steps import request as steps_request

api = ContractAPI(
    "api/v1",
    title="Lockbox contract API",
    version=VERSION,
    description=DESCRIPTION,
    auth=ClientAuth(),
    parser=StrictParser(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="contract-api",
)
problems.add_handlers(api, status_of_named)


@api.get(
    "/api-info",
    auth=None,
    response={200: ApiInfoOut, **Refusals},
    summary="Which API this is",
    operation_id="api_info",
)
def api_info(request: HttpRequest) -> ApiInfoOut:
    """Name, version and state of the API. Needs no token."""
    only_query(request)
    return ApiInfoOut(
        api_name="lockbox-contract-api",
        api_version=VERSION,
        api_released=RELEASED,
        api_documentation=request.build_absolute_uri("openapi.json"),
        api_status="active",
    )


@api.get("/openapi.json", auth=None, include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    document = _document(request.build_absolute_uri("/"), settings.API_CONTACT)
    return HttpResponse(document, content_type="application/json")


@lru_cache(maxsize=8)  # addresses of an installation
def _document(root: str, contact: str) -> bytes:
    return JsonResponse(api.served_at(root, contact)).content


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
        application = application_of(payload)
        not_over_already(client.connection, application)
        received = steps_request.receive(
            client.connection,
            application,
            by=client.account,
            payload=request.body,
            received_by=AccessRequest.ReceivedBy.CONTRACT,
        )
        return taken_in(received, application)

    return located(once(request, key, 201, act), request, payload.number)


@api.get(
    "/requests",
    response={200: RequestsOut, **Refusals},
    summary="List one's requests, the newest first",
    operation_id="list_requests",
)
def list_requests(
    request: HttpRequest,
    after: Annotated[Number | None, Query(description="From `next`.")] = None,
    status: Annotated[Status | None, Query(description="Of this status only.")] = None,
    extends: Annotated[Number | None, Query(description="Extensions of it.")] = None,
    limit: Limit = MOST_ROWS,
    page: Page = 1,
) -> RequestsOut:
    """Page by `after`, which new requests do not disturb, or by `page`."""
    only_query(request, "after", "status", "extends", "limit", "page")
    client = caller(request)
    rows = AccessRequest.objects.select_related("extends").filter(
        connection=client.connection
    )
    if after:
        rows = rows.filter(pk__lt=own_request(request, after).pk)
    if status:
        rows = rows.filter(shown_as(status))
    if extends:
        rows = rows.filter(extends=own_request(request, extends))
    first = (page - 1) * limit
    page_rows = list(rows.order_by("-pk")[first : first + limit + 1])
    record("api.list_read", by=client.account, kind=Kind.READ)
    more = page_rows[limit - 1].external_id if len(page_rows) > limit else None
    return RequestsOut(requests=[head_out(row) for row in page_rows[:limit]], next=more)


@api.get(
    "/requests/{number}",
    response={200: RequestOut, **Refusals},
    summary="Read a request, its answer and messages",
    operation_id="read_request",
)
def read_request(
    request: HttpRequest, response: HttpResponse, number: NumberInPath
) -> RequestOut:
    """All that the authority has said of it so far. Reading changes nothing. Its
    `ETag` can be asked for where you acknowledge."""
    only_query(request)
    access_request = own_request(request, number)
    record(
        "api.request_read",
        by=caller(request).account,
        on=access_request,
        kind=Kind.READ,
    )
    content = request_out(access_request)
    response.headers["ETag"] = etag(content)
    return content


@api.post(
    "/requests/{number}/acknowledge",
    response={200: RequestOut, **Refusals},
    summary="Acknowledge the answer",
    operation_id="acknowledge_answer",
)
def acknowledge(
    request: HttpRequest, number: NumberInPath, key: Key, read: IfMatch = ""
) -> HttpResponse:
    """The answer counts as given from here; access that is approved runs from here, on
    the conditions that it has: `If-Match` says which you have read."""

    def act() -> RequestOut:
        access_request = own_request(request, number)
        refuse_unread(access_request, read)
        task = access_request.deliveries.waiting().first()
        if task is None:
            raise Conflict(
                Code.NO_ANSWER_WAITS, _("No answer waits to be acknowledged.")
            )
        if task.status != Delivery.Status.OPEN:
            raise Conflict(
                Code.ANSWER_HELD_BACK,
                _("The request has changed; the answer is held back."),
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
    """What is no longer needed. Access that runs is not withdrawn: it ends."""

    def act() -> RequestOut:
        access_request = own_request(request, number)
        dialogue.hear_withdrawal(
            access_request, by=caller(request).account, reason=payload.reason
        )
        return request_out(access_request)

    return once(request, key, 200, act)


api.add_router("", calls.dialogue_calls)
api.add_router("", calls.events_calls)
api.add_router("", calls.notifications_calls)
api.add_router("", calls.comparisons_calls)
api.add_router("", calls.own_client_calls)
