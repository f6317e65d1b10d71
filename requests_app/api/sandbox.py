"""Sandbox: answers, calls and site."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query

from audit_app import acting
from requests_app.api import calls, problems, steps
from requests_app.api import site as live
from requests_app.api.answers import (
    AccessOut,
    AnswerOut,
    AnswerWord,
    Code,
    ComparisonOut,
    ConditionOut,
    EventOut,
    EventsOut,
    GrantedOut,
    LookedUpOut,
    LookupsOut,
    MessageOut,
    Outside,
    RequestHead,
    RequestOut,
    RequestsOut,
    Status,
)
from requests_app.api.changes import VERSION
from requests_app.api.clients import IfMatch, SandboxAuth, caller, etag, located, once
from requests_app.api.document import DESCRIPTION, ContractAPI, StrictParser
from requests_app.api.payloads import (
    MOST_ROWS,
    ApplicationIn,
    ComparisonIn,
    EventIn,
    EventsIn,
    ExtensionIn,
    Key,
    Limit,
    LookupIn,
    MessageIn,
    Number,
    NumberInPath,
    Page,
    WithdrawalIn,
    only_query,
)
from requests_app.api.problems import Conflict, UnknownQuestion
from requests_app.cases.access.models import LAPSES_AFTER, SandboxRequest

# A trial of the sandbox as the contract API tells a request.

Script = SandboxRequest.Script
REASONS: dict[AnswerWord, str] = {
    "approve": "Sandlådan: tillgången beviljas. Ingen har prövat något.",
    "deny": "Sandlådan: tillgången nekas. Ingen har prövat något.",
    "revoke": "Sandlådan: tillgången återkallas. Ingen har prövat något.",
}
QUESTION = "Sandlådan: vilka uppgifter gäller det?"
CONDITION = "Inget kopieras ut."
# What the sandbox knows of its objects and employers: all but what says it is unknown.
UNKNOWN = "unknown"


def request_out(tried: SandboxRequest, now: datetime) -> RequestOut:
    return RequestOut(
        **_head(tried, now),
        objects=tried.terms["objects"],
        minutes=tried.terms["minutes"],
        employer_assessed=_is_assessed(tried.terms),
        answer=_answer(tried, now),
        access=_access(tried),
        messages=_messages(tried),
    )


def head_out(tried: SandboxRequest, now: datetime) -> RequestHead:
    return RequestHead(**_head(tried, now))


def event_out(tried: SandboxRequest, event: dict) -> EventOut:
    return EventOut(**event, outside=_outside(tried, event))


def is_known(name: str) -> bool:
    return UNKNOWN not in name.lower()


def _is_assessed(terms: dict) -> bool | None:
    employer, country = terms.get("employer"), terms.get("engineer_country")
    return is_known(employer) if employer and country else None


def _head(tried: SandboxRequest, now: datetime) -> dict:
    return {
        "number": tried.number,
        "status": tried.status_at(now),
        "revision": tried.revision,
        "received_at": tried.made_at,
        "answer_deadline": tried.answer_by,
        "extends": tried.extends.number if tried.extends else None,
    }


def _answer(tried: SandboxRequest, now: datetime) -> AnswerOut | None:
    word = _word(tried, tried.status_at(now))
    if word is None:
        return None
    is_less = tried.script == Script.LESS and word == "approve"
    return AnswerOut(
        answer=word,
        minutes=tried.minutes if word == "approve" else None,
        reasons=REASONS[word],
        given_at=tried.opens_at or tried.acknowledged_at,
        granted=_granted(tried) if word == "approve" else [],
        conditions=[_condition(tried)] if is_less else [],
    )


def _word(tried: SandboxRequest, status: str) -> AnswerWord | None:
    if status == "access_revoked":
        return "revoke"
    if status in ("answer_ready", "denied", "access_open", "access_ended"):
        return "deny" if tried.script == Script.REFUSE else "approve"
    return None


def _granted(tried: SandboxRequest) -> list[GrantedOut]:
    return [
        GrantedOut(
            object=name,
            authority="Sandlådan",
            case=f"SANDBOX {tried.pk}",
            minutes=tried.minutes,
            scope="",
        )
        for name in tried.terms["objects"]
    ]


def _condition(tried: SandboxRequest) -> ConditionOut:
    return ConditionOut(
        kind="no_copying",
        text=CONDITION,
        due_working_days=None,
        objects=tried.terms["objects"],
    )


def _access(tried: SandboxRequest) -> AccessOut | None:
    opens, ends = tried.opens_at, tried.ends_at
    if opens is None or ends is None:
        return None
    return AccessOut(opens_at=opens, ends_at=ends, ended_at=tried.revoked_at)


def _messages(tried: SandboxRequest) -> list[MessageOut]:
    """The question first, where its script asks one."""
    answered = {row["answers"] for row in tried.messages}
    question = MessageOut(
        id=1,
        from_provider=False,
        text=QUESTION,
        said_at=tried.made_at,
        answers=None,
        awaits_answer=1 not in answered,
    )
    terms = [question] if tried.script == Script.ASK else []
    messages = [
        message_out(row, place)
        for place, row in enumerate(tried.messages, start=1 + len(terms))
    ]
    return [*terms, *messages]


def message_out(row: dict, place: int) -> MessageOut:
    return MessageOut(id=place, from_provider=True, awaits_answer=False, **row)


def _outside(tried: SandboxRequest, event: dict) -> list[Outside]:
    """What is easily compared: object, time, place; and what was left out."""
    outside: set[Outside] = set()
    at, opens, ends = datetime.fromisoformat(event["happened_at"]), None, None
    if tried.ends_at is not None:
        opens, ends = tried.opens_at, tried.revoked_at or tried.ends_at
    slack = timedelta(seconds=1)
    if opens is None or ends is None or not opens - slack <= at <= ends:
        outside.add("time")
    if event["object"] and event["object"] not in tried.terms["objects"]:
        outside.add("object")
    granted_from = tried.terms.get("engineer_country")
    if granted_from and event["country"] and event["country"] != granted_from:
        outside.add("place")
    if not all(event[name] for name in ("object", "country", "act")):
        outside.add("unsaid")
    return sorted(outside)


# The calls of the sandbox: those of the contract API, answered by a machine.


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
    return row.status_at(acting.now()) if row else ""


def _shown(tried: SandboxRequest) -> RequestOut:
    return request_out(tried, acting.now())


def _not_over_already(sent_at: datetime) -> None:
    if sent_at <= acting.now() - LAPSES_AFTER:
        text = _("Lies so far back that the time to answer has passed.")
        raise ValidationError({"sent_at": ValidationError(text, code="too_old")})


def apply(request: HttpRequest, key: Key, payload: ApplicationIn) -> HttpResponse:
    def act() -> RequestOut:
        _not_over_already(payload.sent_at)
        terms = payload.model_dump(mode="json")
        return _shown(steps.apply(caller(request), terms))

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
    now = acting.now()
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
            return _shown(steps.acknowledge(tried))
        except steps.NothingWaits as error:
            raise Conflict(Code.NO_ANSWER_WAITS, str(error)) from error
        except steps.HeldBack as error:
            raise Conflict(Code.ANSWER_HELD_BACK, str(error)) from error

    return once(request, key, 200, act)


def withdraw(
    request: HttpRequest, number: NumberInPath, key: Key, payload: WithdrawalIn
) -> HttpResponse:
    def act() -> RequestOut:
        return _shown(steps.withdraw(own(request, number)))

    return once(request, key, 200, act)


def say(
    request: HttpRequest, number: NumberInPath, key: Key, payload: MessageIn
) -> HttpResponse:
    def act() -> MessageOut:
        tried = own(request, number)
        asks = [row.id for row in _shown(tried).messages if not row.from_provider]
        if payload.answers is not None and payload.answers not in asks:
            raise UnknownQuestion
        sent = steps.say(tried, payload.text, payload.answers)
        return message_out(sent, len(_shown(own(request, number)).messages))

    return once(request, key, 201, act)


def extend(
    request: HttpRequest, number: NumberInPath, key: Key, payload: ExtensionIn
) -> HttpResponse:
    def act() -> RequestOut:
        _not_over_already(payload.sent_at)
        terms = payload.model_dump(mode="json")
        return _shown(steps.extend(own(request, number), terms))

    answer = once(request, key, 201, act)
    return located(answer, request, payload.number, "sandbox-api")


def report_event(
    request: HttpRequest, number: NumberInPath, key: Key, payload: EventIn
) -> HttpResponse:
    def act() -> EventOut:
        tried = own(request, number)
        (recorded,) = steps.report(tried, [payload.model_dump(mode="json")])
        return event_out(tried, recorded)

    return once(request, key, 201, act)


def report_events(
    request: HttpRequest, number: NumberInPath, key: Key, payload: EventsIn
) -> HttpResponse:
    def act() -> EventsOut:
        tried = own(request, number)
        sent = [event.model_dump(mode="json") for event in payload.events]
        recorded = steps.report(tried, sent)
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


# The sandbox: the contract API with the same document, of trials instead of cases.

# Calls that are about a client, whichever it is: the very same.
SHARED = (calls.notifications_calls, calls.own_client_calls)

api = ContractAPI(
    "api/sandbox/v1",
    title="Lockbox contract API, sandbox",
    version=VERSION,
    description="Simulated: no case is made, and nobody gets access. " + DESCRIPTION,
    auth=SandboxAuth(),
    parser=StrictParser(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="sandbox-api",
)
problems.add_handlers(api, status_of_named)


@api.get("/openapi.json", auth=None, include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    document = _document(request.build_absolute_uri("/"), settings.API_CONTACT)
    return HttpResponse(document, content_type="application/json")


@lru_cache(maxsize=8)  # addresses of an installation
def _document(root: str, contact: str) -> bytes:
    return JsonResponse(api.served_at(root, contact)).content


def _mount() -> None:
    """Each call of the contract API, under its own path and with its own words."""
    for _prefix, router in live.api._routers:
        if router in SHARED:
            continue
        for path, view in router.path_operations.items():
            for operation in view.operations:
                if operation.include_in_schema:
                    _mount_one(path, operation)
    for router in SHARED:
        api.add_router("", router)


def _mount_one(path: str, operation: Any) -> None:
    name = operation.operation_id
    call = live.api_info if name == "api_info" else globals()[name]
    # Nobody is asked who they are there; else the sandbox asks in its own way.
    auth: Any = {"auth": None} if operation.auth_param is None else {}
    api.api_operation(
        operation.methods,
        path,
        response=_responses(operation),
        summary=operation.summary,
        description=operation.description,
        operation_id=name,
        url_name=name,
        **auth,
    )(call)


def _responses(operation: Any) -> dict[int, Any]:
    """What the call answers, by status, out of ninja's own wrapping."""
    return {
        status: model.model_fields["response"].annotation
        for status, model in operation.response_models.items()
    }


_mount()
