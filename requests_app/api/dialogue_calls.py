"""What the provider says and asks of a request that is there: messages, more time."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from audit_app.ledger import Kind, record
from requests_app.api.auth import caller
from requests_app.api.idempotency import Refusal, once
from requests_app.api.lookups import (
    not_over_already,
    own_request,
    question_of,
    taken_in,
)
from requests_app.api.parameters import Key, NumberInPath, Refusals
from requests_app.api.read_before import located
from requests_app.api.responses import LookedUpOut, LookupsOut, MessageOut, RequestOut
from requests_app.api.schemas import ExtensionIn, LookupIn, MessageIn
from requests_app.providers.application import Application
from requests_app.providers.terms import TERMS, plain_terms
from requests_app.workflow import dialogue
from requests_app.workflow.requested_object import known_names

router = Router()


@router.post(
    "/object-lookups",
    response={200: LookupsOut, **Refusals},
    summary="Ask which objects the authority knows",
    operation_id="look_up_objects",
)
def look_up_objects(request: HttpRequest, key: Key, payload: LookupIn) -> HttpResponse:
    """By the names that they have in your product, whatever their capitals. Nothing is
    told of who keeps them. In the body: addresses are logged."""

    def act() -> LookupsOut:
        client = caller(request)
        known = known_names(client.connection, payload.objects)
        record("api.objects_looked_up", by=client.account, kind=Kind.READ)
        return LookupsOut(
            objects=[
                LookedUpOut(object=name, known=name.lower() in known)
                for name in payload.objects
            ]
        )

    return once(request, key, 200, act)


@router.post(
    "/requests/{number}/messages",
    response={201: MessageOut, **Refusals},
    summary="Say something, or answer a question",
    operation_id="say",
)
def say(
    request: HttpRequest, number: NumberInPath, key: Key, payload: MessageIn
) -> HttpResponse:
    """In a request that waits or is open. `answers` is the `id` of a question."""

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
            awaits_answer=False,
        )

    return once(request, key, 201, act)


@router.post(
    "/requests/{number}/extensions",
    response={201: RequestOut, **Refusals},
    summary="Ask for more time while access runs",
    operation_id="extend",
)
def extend(
    request: HttpRequest, number: NumberInPath, key: Key, payload: ExtensionIn
) -> HttpResponse:
    """A request of its own, decided like the first. Acknowledge it as soon as its
    answer is ready: what is approved is added to the end of the running access."""

    def act() -> RequestOut | Refusal:
        running = own_request(request, number)
        names = running.requested_objects.still_named()
        sent = {
            term.name: getattr(payload, term.api)
            for term in TERMS
            if hasattr(payload, term.api)
        }
        application = Application(
            object_ids=tuple(names.values_list("external_id", flat=True)),
            **{**plain_terms(running), "duration_text": "", **sent},
        )
        not_over_already(running.connection, application)
        received = dialogue.extend(
            running,
            by=caller(request).account,
            application=application,
            payload=request.body,
        )
        return taken_in(received, application)

    return located(once(request, key, 201, act), request, payload.number)
