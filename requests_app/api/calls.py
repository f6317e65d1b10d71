"""Calls: comparisons, dialogue calls, diary, events, notifications, own client,
register calls and right now."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Path, Query, Router, Schema, Status
from pydantic import StringConstraints

from audit_app import acting
from audit_app.ledger import Kind, record
from requests_app.api import problems
from requests_app.api.answers import (
    Code,
    ComparisonOut,
    EventOut,
    EventsOut,
    FieldCode,
    LookedUpOut,
    LookupsOut,
    MessageOut,
    RequestOut,
)
from requests_app.api.changes import CHANGES, VERSION
from requests_app.api.clients import (
    Refusal,
    TokenAuth,
    caller,
    event_out,
    located,
    not_over_already,
    once,
    own_request,
    question_of,
    record_read,
    taken_in,
    token_of,
)
from requests_app.api.document import StrictParser
from requests_app.api.payloads import (
    MOST_ROWS,
    NOT_BLANK,
    ChangelogOut,
    ChangeOut,
    ClientOut,
    ComparisonIn,
    EventIn,
    EventsIn,
    ExtensionIn,
    Key,
    KeysIn,
    KnownIn,
    Limit,
    LookupIn,
    MessageIn,
    NewSecretIn,
    NotificationOut,
    NotificationsOut,
    NumberInPath,
    Page,
    Refusals,
    SecretOut,
    StatusOut,
    WebhookIn,
    only_query,
)
from requests_app.api.problems import Conflict, field_error, problem
from requests_app.cases.access import clients, restore
from requests_app.cases.access.models import (
    Comparison,
    ContractClient,
    OutboxMessage,
    RegisterToken,
)
from requests_app.cases.access.restore import differences
from requests_app.cases.access.steps import outbox
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.intake.steps.request import known_names
from requests_app.cases.review.diary import entries_kept_by, take_number, take_out
from requests_app.core.models import Heartbeat
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import has_role, in_reach, remember_roles, roles_of
from requests_app.desk.right_now import Door, RightNow, right_now
from requests_app.disclosure.selectors import owed_of
from requests_app.oversight.rights import sees_doors
from requests_app.oversight.selectors import SideDoorNow
from requests_app.oversight.steps import acts
from requests_app.providers.application import TERMS, Application, Event, plain_terms
from requests_app.providers.contract import moment
from requests_app.registers.models.cloud import CloudSystem, Connection
from requests_app.registers.steps import (
    Result,
    ask_objects,
    bring_in_rows,
    digest_of,
    propose_gone,
    write_objects,
)
from requests_app.registers.tables.cloud import CLOUD_OBJECTS
from requests_app.registers.tables.columns import LOOKUPS, RowField
from requests_app.registers.tables.files import MOST_ROWS as MOST_ROWS_OF_FILE
from requests_app.registers.tables.files import Register, rows_as_lines
from requests_app.registers.tables.information import REGISTERS

# After a restore of an older backup: what a client knows that we have lost.

comparisons_calls = Router()
dialogue_calls = Router()
diary_calls = Router()
events_calls = Router()
notifications_calls = Router()
own_client_calls = Router()


@comparisons_calls.get(
    "/comparison",
    response={200: ComparisonOut, **Refusals},
    summary="What is compared after a restore",
    operation_id="read_comparison",
)
def read_comparison(request: HttpRequest) -> ComparisonOut:
    """Since when we know nothing, and where you and we differ now. `404`: nothing is
    compared, as nearly always."""
    only_query(request)
    client = caller(request)
    open_row = restore.open_comparison(client.connection)
    if open_row is None:
        raise Http404
    record("api.comparison_read", by=client.account, on=open_row, kind=Kind.READ)
    return _out(open_row)


@comparisons_calls.post(
    "/comparisons",
    response={201: ComparisonOut, **Refusals},
    summary="Tell what you know of the time that was lost",
    operation_id="tell_comparison",
)
def tell_comparison(
    request: HttpRequest, key: Key, payload: ComparisonIn
) -> HttpResponse:
    """Every request of yours that you made or that changed since then, and every one
    that is not over. The newest list holds."""

    def act() -> ComparisonOut:
        client = caller(request)
        open_row = restore.open_comparison(client.connection)
        if open_row is None:
            raise Conflict(Code.NOTHING_COMPARED, _("Nothing is compared now."))
        rows = [_cells(row) for row in payload.requests]
        restore.tell_comparison(open_row, by=client.account, requests=rows)
        return _out(open_row)

    return once(request, key, 201, act)


def _cells(row: KnownIn) -> dict[str, str]:
    cells = {"number": row.number, "status": row.status}
    if row.acknowledged_at is not None:
        cells["acknowledged_at"] = moment(row.acknowledged_at)
    return cells


def _out(open_row: Comparison) -> ComparisonOut:
    return ComparisonOut.model_validate(
        {
            "since": open_row.lost_from,
            "told_at": open_row.told_at,
            "differences": [
                {"number": row.number, "told": row.there, "here": row.here}
                for row in differences(open_row)
            ],
        }
    )


# What the provider says and asks of a request that is there: messages, more time.


@dialogue_calls.post(
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


@dialogue_calls.post(
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


@dialogue_calls.post(
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


# The authority's diary system by a call: what awaits its number, and the number.


class EntryOut(Schema):
    """A case that awaits the diary system's number. `sender` and `subject`: empty where
    the public register leaves them out."""

    key: int
    authority: str
    registered_as: str
    registered_at: datetime
    received_at: datetime
    sender: str
    subject: str


class EntriesOut(Schema):
    """The oldest first, five hundred at most; `owed` counts all of them."""

    owed: int
    entries: list[EntryOut]


class NumberIn(Schema, extra="forbid"):
    number: Annotated[
        str, StringConstraints(min_length=1, max_length=40, pattern=NOT_BLANK)
    ]


class NumberOut(Schema):
    key: int
    registered_as: str
    number: str


@diary_calls.get(
    "", response={200: EntriesOut, **Refusals}, operation_id="diary_entries"
)
def entries(request: HttpRequest) -> EntriesOut:
    """What awaits a number. It stays until one has come, fetched or not."""
    rows_of_person = _entries_of(request)
    rows = owed_of(rows_of_person)
    take_out([row.entry for row in rows], by=token_of(request).person)
    return EntriesOut(
        owed=rows_of_person.owed().count(),
        entries=[
            EntryOut(
                key=row.entry.pk,
                authority=row.entry.review.authority.code,
                registered_as=row.entry.review.diary_number,
                registered_at=row.entry.owed_at,
                received_at=row.entry.review.access_request.received_at,
                sender=row.sender,
                subject=row.subject,
            )
            for row in rows
        ],
    )


@diary_calls.put(
    "/{key}", response={200: NumberOut, **Refusals}, operation_id="number_in_diary"
)
def number(request: HttpRequest, key: int, payload: NumberIn) -> Any:
    """The number of the case. The same again changes nothing; another one is refused,
    and shown to a registrar."""
    entry = (
        _entries_of(request).select_related("review__authority").filter(pk=key).first()
    )
    if entry is None:
        raise Http404
    if not take_number(entry, by=token_of(request).person, number=payload.number):
        text = _("It has another number already: a registrar is shown both.")
        return problem(Code.NUMBER_IN_USE, text)
    return NumberOut(
        key=entry.pk, registered_as=entry.review.diary_number, number=entry.number
    )


def _entries_of(request: HttpRequest) -> Any:
    token = token_of(request)
    if not has_role(token.person, Role.REGISTRAR):
        raise PermissionDenied
    rows = entries_kept_by(token.person)
    if token.authority_id is not None:
        rows = rows.filter(review__authority=token.authority_id)
    return rows


# What the provider reports that it did: one by one, in bulk, and read back.


@events_calls.post(
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


@events_calls.post(
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


@events_calls.get(
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
    row = acts.report(access_request, by=account, event=event, payload=payload)
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


# What a client was told, or would have been: a feed to ask, tests and replays.

# As long as a step may take to commit: else one that commits late would be passed by.
SETTLES = timedelta(seconds=35)
Id = Annotated[UUID, Path(description="`webhook-id`.")]


@notifications_calls.get(
    "/notifications",
    response={200: NotificationsOut, **Refusals},
    summary="Ask for what has happened, the earliest first",
    operation_id="list_notifications",
)
def list_notifications(
    request: HttpRequest,
    after: Annotated[UUID | None, Query(description="From `next`.")] = None,
    limit: Limit = MOST_ROWS,
    page: Page = 1,
) -> NotificationsOut:
    """What webhooks told of all your requests, or would have told where you have no
    address. An event stands here within a minute of what it tells of. `after` is what
    new events do not disturb; or page by `page`."""
    only_query(request, "after", "limit", "page")
    rows = _own(request).filter(created_at__lte=acting.now() - SETTLES)
    if after is not None:
        rows = rows.filter(pk__gt=_one(request, after).pk)
    first = (page - 1) * limit
    messages = list(rows.order_by("pk")[first : first + limit])
    record_read("api.notifications_read", caller(request))
    last = messages[-1].key if messages else after
    return NotificationsOut(
        notifications=[_notifications_out(row) for row in messages],
        next=str(last) if last else None,
    )


@notifications_calls.get(
    "/notifications/{id}",
    response={200: NotificationOut, **Refusals},
    summary="How a webhook went",
    operation_id="read_notification",
)
def read_notification(request: HttpRequest, id: Id) -> NotificationOut:
    """What your address answered, each time."""
    only_query(request)
    return _notifications_out(_one(request, id))


@notifications_calls.post(
    "/notification-tests",
    response={202: NotificationOut, **Refusals},
    summary="Have a test webhook sent",
    operation_id="test_webhook",
)
def test_webhook(request: HttpRequest, key: Key) -> HttpResponse:
    """A signed `webhook.test` goes to your address within a minute; read it to see what
    your address answered. It is about no request."""

    def act() -> NotificationOut:
        return _notifications_out(outbox.order_test(caller(request)))

    return once(request, key, 202, act)


@notifications_calls.post(
    "/notifications/{id}/replays",
    response={202: NotificationOut, **Refusals},
    summary="Have a webhook sent again",
    operation_id="replay_webhook",
)
def replay_webhook(request: HttpRequest, id: Id, key: Key) -> HttpResponse:
    """Under a new `webhook-id`, with the status by then."""

    def act() -> NotificationOut:
        return _notifications_out(
            outbox.order_again(_one(request, id), caller(request))
        )

    return once(request, key, 202, act)


def _own(request: HttpRequest) -> Any:
    rows = OutboxMessage.objects.filter(client=caller(request))
    return rows.select_related("access_request", "question").prefetch_related("tries")


def _one(request: HttpRequest, key: UUID) -> OutboxMessage:
    row = _own(request).filter(key=key).first()
    if row is None:
        raise Http404
    return row


def _notifications_out(row: OutboxMessage) -> NotificationOut:
    tries = [
        {"at": one.began_at, "status": one.http_status, "result": one.result}
        for one in row.tries.all()
    ]
    return NotificationOut.model_validate(
        {
            "id": str(row.key),
            "type": row.event,
            "timestamp": row.created_at,
            "data": outbox.payload_of(row),
            "delivery": row.result or "waiting",
            "attempts": tries,
        }
    )


# What a client asks of and changes for itself: secrets, keys, webhook; and news.


@own_client_calls.get(
    "/changelog",
    auth=None,
    response={200: ChangelogOut, **Refusals},
    summary="What has changed in the API",
    operation_id="read_changelog",
)
def read_changelog(request: HttpRequest) -> ChangelogOut:
    """The newest version first. Needs no token."""
    only_query(request)
    return ChangelogOut(
        changes=[
            ChangeOut(version=row.version, date=row.date, texts=list(row.texts))
            for row in CHANGES
        ]
    )


@own_client_calls.get(
    "/status",
    response={200: StatusOut, **Refusals},
    summary="How it is with the service, and with your client",
    operation_id="read_status",
)
def read_status(request: HttpRequest) -> StatusOut:
    """Whether we are at work, and how your webhooks go."""
    only_query(request)
    client = caller(request)
    sweep = Heartbeat.objects.filter(name=Heartbeat.SWEEP).first()
    record_read("api.status_read", client)
    now = acting.now()
    at_work = sweep is not None and now - sweep.at < Heartbeat.STOPPED_AFTER["sweep"]
    return StatusOut(
        service="up" if at_work else "behind",
        last_round_at=sweep.at if sweep else None,
        client=_own_client_out(client),
    )


@own_client_calls.post(
    "/client-secrets",
    response={201: SecretOut, **Refusals},
    summary="Change your client's secret",
    operation_id="new_client_secret",
)
def new_client_secret(request: HttpRequest, payload: NewSecretIn) -> Any:
    """The new secret is told once, and kept by nobody here: so this call takes no
    `Idempotency-Key`. The former one stays in force for `overlap_hours`. If the answer
    is lost, call again: a secret that was never used gives way first."""
    only_query(request)
    client = caller(request)
    given = clients.rotate_own_secret(
        client, by=client.account, overlap_hours=payload.overlap_hours
    )
    secret = SecretOut(secret=given.secret, former_until=given.former_until)
    return Status(201, secret)


@own_client_calls.post(
    "/webhook-secrets",
    response={201: SecretOut, **Refusals},
    summary="Change the secret that webhooks are signed with",
    operation_id="new_webhook_secret",
)
def new_webhook_secret(request: HttpRequest) -> Any:
    """Told once. The one before it stays in force until the next, and each webhook is
    signed with both."""
    only_query(request)
    client = caller(request)
    given = clients.new_own_webhook_secret(client, by=client.account)
    return Status(201, SecretOut(secret=given.secret, former_until=None))


@own_client_calls.put(
    "/webhook",
    response={200: ClientOut, **Refusals},
    summary="Say where you want to be told",
    operation_id="set_webhook",
)
def set_webhook(request: HttpRequest, payload: WebhookIn) -> ClientOut:
    """By https, to a name in the world; empty: nowhere. Then have a test sent."""
    only_query(request)
    client = caller(request)
    clients.listen_at_own(client, by=client.account, webhook_url=payload.webhook_url)
    return _own_client_out(client)


@own_client_calls.put(
    "/client-keys",
    response={200: ClientOut, **Refusals},
    summary="Say which keys you sign assertions with",
    operation_id="set_client_keys",
)
def set_client_keys(request: HttpRequest, payload: KeysIn) -> ClientOut:
    """Public keys alone. What is not among them is no longer good: to change over,
    send both for a while."""
    only_query(request)
    client = caller(request)
    clients.keep_own_keys(client, by=client.account, public_keys=payload.keys)
    return _own_client_out(client)


def _own_client_out(client: ContractClient) -> ClientOut:
    hooks = OutboxMessage.objects.filter(client=client, topic="webhook")
    went = hooks.filter(result=OutboxMessage.Result.DELIVERED).order_by("-finished_at")
    last, waiting = went.first(), hooks.filter(finished_at=None).exclude(trouble="")
    trouble = waiting.order_by("-pk").first()
    oauth = clients.oauth_of(client)
    return ClientOut(
        name=client.name,
        environment="sandbox" if client.is_sandbox else "live",
        secret_made_at=client.secret_made_at,
        former_secret_until=clients.former_until(oauth),
        keys=[row["kid"] for row in client.public_keys],
        webhook_url=client.webhook_url,
        webhook_last_delivered_at=last.finished_at if last else None,
        webhook_trouble=trouble.trouble if trouble else "",
    )


# What stands open right now, for another system that watches: as the page tells it.

OF_A_CASE = "request"


class PlaceOut(Schema):
    """A connection at a provider."""

    provider: str
    product: str
    connection: str


class DoorOut(PlaceOut):
    """`kind`: `request`, for what a case opened; else the kind of side door. `until`:
    none, where it does not close by itself. `decisions`: numbers; none, where no
    decision is known. `acts_outside`: none, where acts are not told of the door.
    `not_known`: why it is not known what is done there; empty where it is."""

    kind: str
    objects: list[str]
    confidentiality: int | None
    since: datetime
    until: datetime | None
    decided: bool
    decisions: list[str]
    last_act_at: datetime | None
    acts_outside: int | None
    known_until: datetime | None
    not_known: str


class UnknownOut(PlaceOut):
    """Where it is not known what is done, and why."""

    why: str


class RightNowOut(Schema):
    """`open` and `without_decision` count all doors; `doors` names a hundred of each
    sort at most."""

    at: datetime
    open: int
    without_decision: int
    doors: list[DoorOut]
    unknown: list[UnknownOut]


def right_now_of(token: RegisterToken) -> RightNowOut:
    """By the roles that its person has for the token's authority, and no others."""
    person: Any = token.person
    remember_roles(person)
    if token.authority_id is not None:
        here = token.authority_id
        person.role_rows = [r for r in roles_of(person) if r.authority_id == here]
    if not sees_doors(person):
        raise PermissionDenied
    record("right_now.read", by=person, kind=Kind.READ, token=str(token))
    now = right_now(person, within=token.authority_id)
    return RightNowOut(
        at=acting.now(),
        open=now.open_doors,
        without_decision=now.undecided,
        doors=list(_doors(now)),
        unknown=[
            UnknownOut(**_place(row.connection), why=row.why) for row in now.unknown
        ],
    )


def _doors(now: RightNow) -> Iterator[DoorOut]:
    yield from map(_side_door, now.side_doors.undecided)
    yield from map(_of_a_case, now.doors)
    yield from map(_side_door, now.side_doors.covered)


def _place(connection: Connection) -> dict[str, str]:
    return {
        "provider": connection.product.provider.name,
        "product": connection.product.name,
        "connection": connection.name,
    }


def _of_a_case(door: Door) -> DoorOut:
    objects = [row.row.cloud_object for row in door.objects]
    return DoorOut(
        **_place(door.connection),
        kind=OF_A_CASE,
        objects=[str(row) for row in objects if row is not None],
        confidentiality=door.level,
        since=door.grant.opens_at,
        until=door.grant.ends_at,
        decided=door.is_decided,
        decisions=[str(review) for review, decision in door.cases if decision],
        last_act_at=door.acts.last,
        acts_outside=door.acts.outside,
        known_until=door.knowledge.read_until,
        not_known=door.knowledge.why,
    )


def _side_door(row: SideDoorNow) -> DoorOut:
    door = row.door
    return DoorOut(
        **_place(door.connection),
        kind=door.kind,
        objects=[door.place] if row.is_theirs else [],
        confidentiality=row.level,
        since=door.seen_at,
        until=door.until,
        decided=door.is_covered,
        decisions=[door.decision_number] if door.is_covered else [],
        last_act_at=None,
        acts_outside=None,
        known_until=None,
        not_known="",
    )


# Registers filled by another system: the rows that the CSV importer takes, as JSON;
# and what stands open right now, for one that watches.

Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=NOT_BLANK)
]
STATES = ("new", "changed", "waits", "same")


class RowsIn(Schema, extra="forbid"):
    reason: Reason
    rows: Annotated[
        list[dict[str, str | int | bool | None]],
        Field(min_length=1, max_length=MOST_ROWS_OF_FILE),
    ]
    preview: bool = False


class RowsOut(Schema):
    """How many rows became what. `waits`: for a second person, wholly or partly."""

    name: str
    rows: int
    new: int
    changed: int
    waits: int
    same: int
    preview: bool


class ColumnOut(Schema):
    name: str
    label: str
    help: str


class RegisterOut(Schema):
    name: str
    key: list[str]
    columns: list[ColumnOut]


class CompleteIn(Schema, extra="forbid"):
    reason: Reason
    authority: str
    system: str
    connection: str = ""
    identifiers: Annotated[list[str], Field(min_length=1)]


class GoneOut(Schema):
    """`left`: missing too, and proposed by the same call made again."""

    proposed: int
    left: int


api = NinjaAPI(
    title="Lockbox register API",
    version=VERSION,
    description="Another system of the authority's fills its registers here, or watches"
    " what stands open.",
    auth=TokenAuth(),
    parser=StrictParser(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="register-api",
)
problems.add_handlers(api, lambda _request: "")
api.add_router("/diary/entries", diary_calls)


@api.get(
    "/right-now", response={200: RightNowOut, **Refusals}, operation_id="right_now"
)
def doors_now(request: HttpRequest) -> RightNowOut:
    """What stands open, on which decision, and where it is not known what is done."""
    return right_now_of(token_of(request))


@api.get("/{name}", response={200: RegisterOut, **Refusals}, operation_id="columns")
def columns(request: HttpRequest, name: str) -> RegisterOut:
    """The columns that the register takes, and which of them tell rows apart."""
    register = _register(name)
    return RegisterOut(
        name=register.name,
        key=list(register.key),
        columns=[
            ColumnOut(name=column.name, label=str(column.label), help=str(column.help))
            for column in register.columns
        ],
    )


@api.put("/{name}", response={200: RowsOut, **Refusals}, operation_id="bring_in_rows")
def bring_in(request: HttpRequest, name: str, payload: RowsIn) -> Any:
    """All of the rows, or none. The same rows again change nothing."""
    register = _register(name)
    token = token_of(request)
    lines = rows_as_lines(payload.rows, register)
    terms: dict[str, Any] = {
        "by": token.person,
        "reason": _reason(request, payload.reason),
        "sha256": digest_of(payload.rows),
    }
    if register is CLOUD_OBJECTS:
        states, wrong = _objects(lines, token.authority_id, payload.preview, terms)
    else:
        results = bring_in_rows(
            lines,
            register=register,
            preview=payload.preview,
            within=token.authority_id,
            **terms,
        )
        wrong = [result for result in results if result.errors]
        states = [result.state for result in results]
    if wrong:
        return _refused(wrong)
    return RowsOut(
        name=name,
        rows=len(lines),
        preview=payload.preview,
        **{state: states.count(state) for state in STATES},
    )


def _objects(
    lines: Any, within: int | None, preview: bool, terms: dict[str, Any]
) -> tuple[list[str], list[Result]]:
    """By the thousand, as the command does; a preview can't tell what will wait."""
    check = ask_objects(lines, by=terms["by"], within=within)
    states = ["same"] * check.same
    if check.wrong or preview:
        states += ["new" if row.shared else "changed" for row in check.drafts]
        return states, check.wrong
    return states + list(write_objects(check.drafts, **terms).elements()), []


@api.post(
    "/objects/complete", response={200: GoneOut, **Refusals}, operation_id="complete"
)
def complete(request: HttpRequest, payload: CompleteIn) -> GoneOut:
    """All that an authority has in a system, by identifiers. What Lockbox has beside
    these is proposed as gone, for a person to confirm."""
    token = token_of(request)
    systems = in_reach(CloudSystem.objects.all(), token.person)
    authorities = in_reach(Authority.objects.all(), token.person)
    if payload.connection:
        systems = systems.filter(connection__name=payload.connection)
    gone = propose_gone(
        payload.identifiers,
        by=token.person,
        authority=_named("authority", authorities, payload.authority),
        system=_named("system", systems, payload.system),
        reason=_reason(request, payload.reason),
        sha256=digest_of(sorted(payload.identifiers)),
        within=token.authority_id,
    )
    return GoneOut(proposed=gone.proposed, left=gone.left)


def _named(name: str, rows: Any, text: str) -> Any:
    """The row that a cell of a file names."""
    try:
        return RowField(rows, lookups=LOOKUPS[rows.model]).clean(text)
    except ValidationError as error:
        raise ValidationError({name: error}) from error


def _register(name: str) -> Register:
    if name not in REGISTERS:
        raise Http404
    return REGISTERS[name]


def _reason(request: HttpRequest, reason: str) -> str:
    """History says which machine it was that the person answers for."""
    return f"{token_of(request)}: {reason}"


def _refused(wrong: list[Result]) -> HttpResponse:
    errors = [
        field_error(f"#/rows/{row.number}", FieldCode.WRONG_FORM, text)
        for row in wrong
        for text in row.errors
    ]
    return problem(
        Code.INVALID_FIELDS, _("Rows are wrong: nothing has been written."), errors
    )
