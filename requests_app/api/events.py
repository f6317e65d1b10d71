"""What the provider reports that it did: one by one, in bulk, and read back."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from ninja import Router

from audit_app.ledger import Kind, record
from requests_app.api.answers import event_out
from requests_app.api.auth import caller
from requests_app.api.idempotency import once
from requests_app.api.lookups import own_request
from requests_app.api.parameters import (
    MOST_ROWS,
    Key,
    Limit,
    NumberInPath,
    Page,
    Refusals,
    only_query,
)
from requests_app.api.responses import EventOut, EventsOut
from requests_app.api.schemas import EventIn, EventsIn
from requests_app.models import AccessRequest
from requests_app.providers.event import Event
from requests_app.workflow import reported_act

router = Router()


@router.post(
    "/requests/{number}/events",
    response={201: EventOut, **Refusals},
    summary="Report what was done during access",
    operation_id="report_event",
)
def report(
    request: HttpRequest, number: NumberInPath, key: Key, payload: EventIn
) -> HttpResponse:
    """One act on one object. The same event under its number twice is one; another
    event under it is refused. `outside` warns of what lies outside the grant."""

    def act() -> EventOut:
        return _keep(request, own_request(request, number), payload, request.body)

    return once(request, key, 201, act)


@router.post(
    "/requests/{number}/event-batches",
    response={201: EventsOut, **Refusals},
    summary="Report several events at once",
    operation_id="report_events",
)
def report_several(
    request: HttpRequest, number: NumberInPath, key: Key, payload: EventsIn
) -> HttpResponse:
    """All of them are kept, or none: `errors` names the one that was refused."""

    def act() -> EventsOut:
        access_request = own_request(request, number)
        return EventsOut(
            events=[
                _keep_one_of(request, access_request, place, body)
                for place, body in enumerate(payload.events)
            ]
        )

    return once(request, key, 201, act)


@router.get(
    "/requests/{number}/events",
    response={200: EventsOut, **Refusals},
    summary="Read back what was reported",
    operation_id="list_events",
)
def list_events(
    request: HttpRequest,
    number: NumberInPath,
    limit: Limit = MOST_ROWS,
    page: Page = 1,
) -> EventsOut:
    """Your events of the request by when they happened, the earliest first."""
    only_query(request, "limit", "page")
    access_request = own_request(request, number)
    client = caller(request)
    rows = access_request.access_events.filter(
        reported_by__contract_client__connection=client.connection
    ).prefetch_related("in_deviations__deviation")
    record("api.request_read", by=client.account, on=access_request, kind=Kind.READ)
    first = (page - 1) * limit
    return EventsOut(events=[event_out(row) for row in rows[first : first + limit]])


def _keep(
    request: HttpRequest,
    access_request: AccessRequest,
    body: EventIn,
    payload: bytes,
) -> EventOut:
    event = Event(
        external_id=body.number,
        happened_at=body.happened_at,
        action=body.action,
        object_name=body.object,
        actor=body.actor,
        employer=body.employer,
        country=body.country,
        act=body.act,
    )
    account = caller(request).account
    row = reported_act.report(access_request, by=account, event=event, payload=payload)
    return event_out(row)


def _keep_one_of(
    request: HttpRequest, access_request: AccessRequest, place: int, body: EventIn
) -> EventOut:
    payload = body.model_dump_json().encode()
    try:
        return _keep(request, access_request, body, payload)
    except ValidationError as error:
        named = {
            f"events/{place}/{name}": errors
            for name, errors in error.error_dict.items()
        }
        raise ValidationError(named) from error
