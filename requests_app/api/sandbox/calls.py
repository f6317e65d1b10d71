"""The calls of the sandbox: those of the contract API, answered by a machine."""

from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query

from audit_app import clock
from requests_app.api.auth import caller
from requests_app.api.codes import Code
from requests_app.api.idempotency import once
from requests_app.api.parameters import (
    MOST_ROWS,
    Key,
    Limit,
    NumberInPath,
    Page,
    only_query,
)
from requests_app.api.problems import Conflict, UnknownQuestion
from requests_app.api.read_before import IfMatch, etag, located
from requests_app.api.responses import (
    ComparisonOut,
    EventOut,
    EventsOut,
    LookedUpOut,
    LookupsOut,
    MessageOut,
    RequestOut,
    RequestsOut,
    Status,
)
from requests_app.api.sandbox.answers import (
    event_out,
    head_out,
    is_known,
    message_out,
    request_out,
)
from requests_app.api.schemas import (
    ApplicationIn,
    ComparisonIn,
    EventIn,
    EventsIn,
    ExtensionIn,
    LookupIn,
    MessageIn,
    Number,
    WithdrawalIn,
)
from requests_app.models import SandboxRequest
from requests_app.models.sandbox import LAPSES_AFTER
from requests_app.workflow import sandbox


def own(request: HttpRequest, number: str) -> SandboxRequest:
    """The client's own trial. Another's number does not exist."""
    rows = SandboxRequest.objects.select_related("extends", "client")
    row = rows.filter(client=caller(request), number__iexact=number).first()
    if row is None:
        raise Http404
    return row


def status_of_named(request: HttpRequest) -> str:
    """The status of the trial that the call's address names, if any."""
    match, client = request.resolver_match, getattr(request, "auth", None)
    number = match.kwargs.get("number") if match else None
    if number is None or client is None:
        return ""
    rows = SandboxRequest.objects.select_related("extends")
    row = rows.filter(client=client, number__iexact=number).first()
    return row.status_at(clock.now()) if row else ""


def _shown(tried: SandboxRequest) -> RequestOut:
    return request_out(tried, clock.now())


def _not_over_already(sent_at: datetime) -> None:
    if sent_at <= clock.now() - LAPSES_AFTER:
        text = _("Lies so far back that the time to answer has passed.")
        raise ValidationError({"sent_at": ValidationError(text, code="too_old")})


def apply(request: HttpRequest, key: Key, payload: ApplicationIn) -> HttpResponse:
    def act() -> RequestOut:
        _not_over_already(payload.sent_at)
        terms = payload.model_dump(mode="json")
        return _shown(sandbox.apply(caller(request), terms))

    answer = once(request, key, 201, act)
    return located(answer, request, payload.number, "sandbox-api")


def list_requests(
    request: HttpRequest,
    after: Annotated[Number | None, Query(description="From `next`.")] = None,
    status: Annotated[Status | None, Query(description="Of this status only.")] = None,
    extends: Annotated[Number | None, Query(description="Extensions of it.")] = None,
    limit: Limit = MOST_ROWS,
    page: Page = 1,
) -> RequestsOut:
    only_query(request, "after", "status", "extends", "limit", "page")
    now = clock.now()
    rows = SandboxRequest.objects.select_related("extends").filter(
        client=caller(request)
    )
    if after:
        rows = rows.filter(pk__lt=own(request, after).pk)
    if extends:
        rows = rows.filter(extends=own(request, extends))
    matching = [
        row
        for row in rows.order_by("-pk")
        if status is None or row.status_at(now) == status
    ]
    first = (page - 1) * limit
    shown = matching[first : first + limit]
    is_more = len(matching) > first + limit
    return RequestsOut(
        requests=[head_out(row, now) for row in shown],
        next=shown[-1].number if is_more else None,
    )


def read_request(
    request: HttpRequest, response: HttpResponse, number: NumberInPath
) -> RequestOut:
    only_query(request)
    content = _shown(own(request, number))
    response.headers["ETag"] = etag(content)
    return content


def acknowledge_answer(
    request: HttpRequest, number: NumberInPath, key: Key, read: IfMatch = ""
) -> HttpResponse:
    def act() -> RequestOut:
        tried = own(request, number)
        if read not in ("", "*") and read != etag(_shown(tried)):
            text = _("The request has changed since you read it. Read it again.")
            raise Conflict(Code.CHANGED_SINCE_READ, text)
        try:
            return _shown(sandbox.acknowledge(tried))
        except sandbox.NothingWaits as error:
            raise Conflict(Code.NO_ANSWER_WAITS, str(error)) from error
        except sandbox.HeldBack as error:
            raise Conflict(Code.ANSWER_HELD_BACK, str(error)) from error

    return once(request, key, 200, act)


def withdraw(
    request: HttpRequest, number: NumberInPath, key: Key, payload: WithdrawalIn
) -> HttpResponse:
    def act() -> RequestOut:
        return _shown(sandbox.withdraw(own(request, number)))

    return once(request, key, 200, act)


def say(
    request: HttpRequest, number: NumberInPath, key: Key, payload: MessageIn
) -> HttpResponse:
    def act() -> MessageOut:
        tried = own(request, number)
        asks = [row.id for row in _shown(tried).messages if not row.from_provider]
        if payload.answers is not None and payload.answers not in asks:
            raise UnknownQuestion
        sent = sandbox.say(tried, payload.text, payload.answers)
        return message_out(sent, len(_shown(own(request, number)).messages))

    return once(request, key, 201, act)


def extend(
    request: HttpRequest, number: NumberInPath, key: Key, payload: ExtensionIn
) -> HttpResponse:
    def act() -> RequestOut:
        _not_over_already(payload.sent_at)
        terms = payload.model_dump(mode="json")
        return _shown(sandbox.extend(own(request, number), terms))

    answer = once(request, key, 201, act)
    return located(answer, request, payload.number, "sandbox-api")


def report_event(
    request: HttpRequest, number: NumberInPath, key: Key, payload: EventIn
) -> HttpResponse:
    def act() -> EventOut:
        tried = own(request, number)
        (recorded,) = sandbox.report(tried, [payload.model_dump(mode="json")])
        return event_out(tried, recorded)

    return once(request, key, 201, act)


def report_events(
    request: HttpRequest, number: NumberInPath, key: Key, payload: EventsIn
) -> HttpResponse:
    def act() -> EventsOut:
        tried = own(request, number)
        sent = [event.model_dump(mode="json") for event in payload.events]
        recorded = sandbox.report(tried, sent)
        return EventsOut(events=[event_out(tried, row) for row in recorded])

    return once(request, key, 201, act)


def list_events(
    request: HttpRequest,
    number: NumberInPath,
    limit: Limit = MOST_ROWS,
    page: Page = 1,
) -> EventsOut:
    only_query(request, "limit", "page")
    tried, first = own(request, number), (page - 1) * limit
    rows = tried.events[first : first + limit]
    return EventsOut(events=[event_out(tried, row) for row in rows])


def look_up_objects(request: HttpRequest, key: Key, payload: LookupIn) -> HttpResponse:
    def act() -> LookupsOut:
        return LookupsOut(
            objects=[
                LookedUpOut(object=name, known=is_known(name))
                for name in payload.objects
            ]
        )

    return once(request, key, 200, act)


def read_comparison(request: HttpRequest) -> ComparisonOut:
    only_query(request)
    raise Http404


def tell_comparison(
    request: HttpRequest, key: Key, payload: ComparisonIn
) -> HttpResponse:
    def act() -> Any:
        raise Conflict(Code.NOTHING_COMPARED, _("Nothing is compared now."))

    return once(request, key, 201, act)
