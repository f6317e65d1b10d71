"""Clients: answers, assertion, auth, idempotency, lookups, read before, register auth
and token calls."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple, cast

import jwt
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header
from ninja.security import HttpBearer

from audit_app import acting
from audit_app.ledger import Kind, record
from audit_app.queries import Prewritten
from requests_app.api.answers import (
    AccessOut,
    AnswerOut,
    AnswerWord,
    Code,
    ConditionKind,
    ConditionOut,
    EventOut,
    FieldCode,
    GrantedOut,
    MessageOut,
    RequestHead,
    RequestOut,
    TokenCode,
)
from requests_app.api.payloads import ApplicationIn, only_query
from requests_app.api.problems import (
    Conflict,
    UnknownQuestion,
    WrongEnvironment,
    field_error,
    problem,
    take_a_call,
)
from requests_app.cases.access.clients import SANDBOX_SCOPE, SCOPE
from requests_app.cases.access.models import (
    ContractClient,
    Delivery,
    IdempotencyKey,
    RegisterToken,
)
from requests_app.cases.access.steps.answer import current_decisions
from requests_app.cases.access.steps.outbox import status_shown
from requests_app.cases.intake.models.file import AccessEvent, Message
from requests_app.cases.intake.models.request import (
    AccessRequest,
    RequestedObject,
    deadline_of,
)
from requests_app.cases.intake.steps import request
from requests_app.cases.review.models.decision import Decision
from requests_app.duty.powers import is_ended
from requests_app.providers.application import TERMS, Application
from requests_app.registers.models.cloud import Connection
from requests_app.registers.models.standing import (
    StandingAssessment,
    StandingRecipient,
    same_name,
)

# A request as its provider may see it: its own, and nothing of our reasoning.


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
    valid = StandingAssessment.objects.valid(acting.today()).filter(provider=provider)
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


# Who calls: an OAuth2 client of ours (client credentials, allauth's provider).


@Prewritten
def _clients(token_hash: str, now: datetime) -> QuerySet[Any]:
    """Whose token it is, with its scopes; nobody's, where it ran out."""
    tokens = Token.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        hash=token_hash,
        type=Token.Type.ACCESS_TOKEN,
    )
    return (
        ContractClient.objects.select_related("account", "connection__product")
        .annotate(scopes=Subquery(tokens.values("scopes")))
        .filter(client_id=Subquery(tokens.values("client")), ended_at=None)
        .filter(connection__is_active=True)[:1]
    )


class ClientAuth(HttpBearer):
    """The contract client whose token this is, or nobody."""

    scope = SCOPE

    def authenticate(self, request: HttpRequest, token: str) -> ContractClient | None:
        digest = get_adapter().hash_token(token[:500])
        client = next(iter(_clients(digest, timezone.now())), None)
        if client is None:
            return None
        scopes = Token(scopes=client.scopes).get_scopes()
        if self.scope not in scopes:
            self._refuse_the_other(scopes)
            return None
        # What the client does is signed by its account.
        client.account.contract_client = client
        request.rate = take_a_call(client.pk)  # type: ignore[attr-defined]
        return client

    def _refuse_the_other(self, scopes: list[str]) -> None:
        """A good token of the other environment is told so."""
        if SANDBOX_SCOPE in scopes:
            text = _("These are credentials of the sandbox: call /api/sandbox/v1.")
            raise WrongEnvironment(text)
        if SCOPE in scopes:
            text = _("These are no credentials of the sandbox: call /api/v1.")
            raise WrongEnvironment(text)


class SandboxAuth(ClientAuth):
    """The client of the sandbox whose token this is, or nobody."""

    scope = SANDBOX_SCOPE


def record_read(event: str, client: ContractClient) -> None:
    """In the ledger, of what is real."""
    if not client.is_sandbox:
        record(event, by=client.account, kind=Kind.READ)


def caller(request: Any) -> ContractClient:
    return request.auth


# A call that comes again gets the answer it got, and is done once.


class Refusal(NamedTuple):
    """A refusal of what is kept all the same, for a person to look into."""

    code: Code
    detail: str
    request_status: str = ""


def once(
    request: HttpRequest, key: str, status: int, act: Callable[[], Any]
) -> HttpResponse:
    """Carry out the call under this key, or repeat the answer it had.

    The key's row and what the call does are one transaction: a second call waits for
    the first, then finds its answer. Another body under the same key is refused. A
    refused call keeps no key, and can be sent again when it is mended.
    """
    only_query(request)
    client = caller(request)
    call = f"{request.method} {request.path}\n".encode() + request.body
    fingerprint = hashlib.sha256(call).hexdigest()
    with transaction.atomic():
        if not claim(client.pk, key, fingerprint):
            return _repeat(client.pk, key, fingerprint)
        outcome = act()
        if isinstance(outcome, Refusal):
            refusal = problem(
                outcome.code, outcome.detail, request_status=outcome.request_status
            )
            status, body = refusal.status_code, refusal.content.decode()
        else:
            body = outcome.model_dump_json()
        claimed = IdempotencyKey.objects.filter(client=client, key=key)
        claimed.update(status=status, body=body)
    return _idempotency_answer(status, body)


def claim(client: int, key: str, fingerprint: str) -> bool:
    """Is it the first time that the client uses this key?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO requests_app_idempotencykey"
            " (client_id, key, fingerprint, body, made_at) VALUES (%s, %s, %s, '', %s)"
            " ON CONFLICT DO NOTHING",
            [client, key, fingerprint, acting.now()],
        )
        return cursor.rowcount == 1


def _repeat(client: int, key: str, fingerprint: str) -> HttpResponse:
    claimed = IdempotencyKey.objects.get(client=client, key=key)
    if claimed.fingerprint != fingerprint:
        detail = _("The key was used for another call.")
        error = field_error("header:Idempotency-Key", FieldCode.KEY_REUSED, detail)
        return problem(Code.KEY_REUSED, detail, [error])
    response = _idempotency_answer(claimed.status or 200, claimed.body)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _idempotency_answer(status: int, body: str) -> HttpResponse:
    kind = "application/json" if status < 400 else "application/problem+json"
    return HttpResponse(body, status=status, content_type=kind)


# A client that signs who it is with a key of its own (RFC 7523), without a secret.

# What it is signed for may lie no further ahead: a copy is of no use for long.
LONGEST = timedelta(minutes=10)
LEEWAY = timedelta(seconds=30)
CLAIMS = ["iss", "sub", "aud", "exp", "jti"]


class AssertionRefused(Exception):
    """The assertion is not good; `code` says why."""

    def __init__(self, code: TokenCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def client_of(assertion: str, audiences: Sequence[str]) -> ContractClient:
    """The client that signed it, for us, and once. Raises AssertionRefused."""
    try:
        kid = jwt.get_unverified_header(assertion).get("kid")
        unverified = jwt.decode(assertion, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError) as error:
        raise _malformed() from error
    client = ContractClient.objects.filter(
        client_id=str(unverified.get("sub"))[:100],
        ended_at=None,
        connection__is_active=True,
    ).first()
    keys = client.public_keys if client else []
    key = next((row for row in keys if row["kid"] == kid), None)
    if client is None or key is None:
        text = _("No client has registered this key (`kid`) under this `sub`.")
        raise AssertionRefused(TokenCode.ASSERTION_UNKNOWN_KEY, text)
    claims = _verified(assertion, key, audiences, client.client_id)
    _once(client, claims)
    return client


def _verified(
    assertion: str, key: dict[str, Any], audiences: Sequence[str], name: str
) -> dict[str, Any]:
    try:
        claims = jwt.decode(
            assertion,
            jwt.PyJWK(key),
            algorithms=[key["alg"]],
            audience=audiences,
            issuer=name,
            leeway=LEEWAY,
            options={"require": CLAIMS},
        )
    except jwt.ExpiredSignatureError as error:
        text = _("The assertion has run out.")
        raise AssertionRefused(TokenCode.ASSERTION_EXPIRED, text) from error
    except jwt.InvalidAudienceError as error:
        text = _("`aud` is the address of the call for a token.")
        raise AssertionRefused(TokenCode.ASSERTION_WRONG_AUDIENCE, text) from error
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError) as error:
        text = _("The signature is not by the key that is registered.")
        raise AssertionRefused(TokenCode.ASSERTION_FORGED, text) from error
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
        raise _malformed() from error
    latest = (acting.now() + LONGEST + LEEWAY).timestamp()
    if claims["exp"] > latest or not isinstance(claims["jti"], str):
        raise _malformed()
    return claims


def _once(client: ContractClient, claims: dict[str, Any]) -> None:
    """Kept among the keys of calls, which last longer than it; by a name with a space,
    which no call can have."""
    digest = hashlib.sha256(claims["jti"].encode(errors="replace")).hexdigest()
    if not claim(client.pk, f"jti {digest}", digest):
        text = _("The assertion was used before: sign a new one, with a new `jti`.")
        raise AssertionRefused(TokenCode.ASSERTION_REPLAYED, text)


def _malformed() -> AssertionRefused:
    text = _(
        "The assertion is no JWT with iss and sub (your client id), aud, exp (at most"
        " ten minutes ahead) and jti."
    )
    return AssertionRefused(TokenCode.ASSERTION_MALFORMED, text)


# From what a client names to what it means: its own requests, and nothing else's.


def own_request(request: HttpRequest, number: str) -> AccessRequest:
    """The client's own request. Another client's number does not exist."""
    client = caller(request)
    access_request = (
        AccessRequest.objects.select_related("connection__product", "extends")
        .numbered(client.connection, number)
        .first()
    )
    if access_request is None:
        raise Http404
    return access_request


def status_of_named(request: HttpRequest) -> str:
    """The status of the client's request that the call's address names, if any."""
    match, client = request.resolver_match, getattr(request, "auth", None)
    number = match.kwargs.get("number") if match else None
    if number is None or client is None:
        return ""
    row = AccessRequest.objects.numbered(client.connection, number).first()
    return status_shown(row) if row else ""


def not_over_already(connection: Connection, application: Application) -> None:
    """Sent so long ago that its time to be answered has passed: it would lapse at once.
    What is known already is not new."""
    known = AccessRequest.objects.numbered(connection, application.external_id)
    now = acting.now()
    until = deadline_of(connection.product, application, now)
    if until is not None and until <= now and not known.exists():
        text = _("Lies so far back that the time to answer has passed.")
        raise ValidationError({"sent_at": ValidationError(text, code="too_old")})


def application_of(payload: ApplicationIn) -> Application:
    terms = {term.name: getattr(payload, term.api) for term in TERMS if term.api}
    return Application(object_ids=tuple(payload.objects), **terms)


def taken_in(
    received: request.Received, application: Application
) -> RequestOut | Refusal:
    """What comes too late is refused, and lies on the intake list all the same."""
    if received.access_request is None or received.trouble:
        text = _("The request had ended when this came. People have what you sent.")
        known = received.access_request
        status = status_shown(known) if known is not None else ""
        return Refusal(Code.NOT_TAKEN_IN, text, status)
    if received.result == request.Result.NEW:
        return new_out(received.access_request, application)
    return request_out(received.access_request)


def question_of(access_request: AccessRequest, number: int | None) -> Message | None:
    if number is None:
        return None
    question = access_request.messages.all()[number - 1 : number].first()
    if question is None or question.from_provider:
        raise UnknownQuestion
    return question


# That a client acts on what it has read: a request has an ETag, for If-Match.

# Empty, or a star: whatever it is by now.
ANY = ("", "*")
IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        description="The `ETag` that you read the request with: refused if it has"
        " changed since.",
    ),
]


def etag(content: RequestOut) -> str:
    return f'"{hashlib.sha256(content.model_dump_json().encode()).hexdigest()}"'


def refuse_unread(access_request: AccessRequest, read: str) -> None:
    """Raises Conflict for what is no longer as it was read."""
    if read not in ANY and read != etag(request_out(access_request)):
        raise Conflict(
            Code.CHANGED_SINCE_READ,
            _("The request has changed since you read it. Read it again."),
        )


def located(
    answer: HttpResponse,
    request: HttpRequest,
    number: str,
    at: str = "contract-api",
) -> HttpResponse:
    """With the address of the request that was made."""
    if answer.status_code == 201:
        place = reverse(f"{at}:read_request", args=[number])
        answer.headers["Location"] = request.build_absolute_uri(place)
    return answer


# Who fills registers: a machine with a token, for a person who answers for it.


class TokenAuth(HttpBearer):
    """The token in force, or nobody. Its person's roles are asked of each call."""

    def authenticate(self, request: HttpRequest, token: str) -> RegisterToken | None:
        return (
            RegisterToken.objects.select_related("person")
            .filter(
                ~Exists(_closed_since()),
                ~is_ended(RegisterToken),
                digest=RegisterToken.digest_of(token),
                ended_at=None,
                person__is_active=True,
            )
            .first()
        )


def _closed_since() -> QuerySet[Any]:
    """That the account was closed after the token was made: it ended with it, and does
    not come back when the account is opened again."""
    return get_user_model().history.filter(
        id=OuterRef("person"), is_active=False, history_date__gt=OuterRef("made_at")
    )


def token_of(request: Any) -> RegisterToken:
    return request.auth


# The calls for a token and against one, as the document tells them: OAuth2.

TEXT = {"type": "string"}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Who calls: an id and a secret here or as Basic, or a JWT signed by a key of one's own.
WHO = {
    "client_id": TEXT,
    "client_secret": TEXT,
    "client_assertion_type": {"const": ASSERTION},
    "client_assertion": TEXT,
}
# As JSON, which RFC 6749 demands; a problem document beside that.
AS_JSON = " As JSON: `error` (RFC 6749, 5.2), and what a problem document has: `code`."


def _form(title: str, required: list[str], properties: dict[str, Any]) -> Any:
    schema = {
        "title": title,
        "type": "object",
        "required": required,
        "properties": {**properties, **WHO},
    }
    return {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": schema}},
    }


REFUSALS = {
    "400": {"description": "The call is not as it should be." + AS_JSON},
    "401": {"description": "Client, secret or assertion is not good." + AS_JSON},
    "429": {
        "description": "Wrong secrets too often from your address." + AS_JSON,
        "headers": {"Retry-After": {"description": "Seconds to wait.", "schema": TEXT}},
    },
}
TOKEN = {
    "title": "TokenOut",
    "type": "object",
    "required": ["access_token", "token_type", "expires_in"],
    "properties": {
        "access_token": TEXT,
        "token_type": TEXT,
        "expires_in": {"type": "integer"},
        "scope": TEXT,
    },
}
GIVEN = {
    "access_token": "b7c1…",
    "token_type": "Bearer",
    "expires_in": 3600,
    "scope": "requests",
}
TOKEN_CALL: dict[str, Any] = {
    "operationId": "fetch_token",
    "summary": "Fetch a token",
    "description": "OAuth2, client credentials (RFC 6749, 4.4), with a secret or a JWT"
    " that you sign (RFC 7523). It lasts an hour.",
    "security": [],
    "requestBody": _form(
        "TokenIn", ["grant_type"], {"grant_type": {"const": "client_credentials"}}
    ),
    "responses": {
        "200": {
            "description": "A token.",
            "content": {
                "application/json": {
                    "schema": TOKEN,
                    "examples": {"usual": {"value": GIVEN}},
                }
            },
        },
        **REFUSALS,
    },
}
REVOKE_CALL: dict[str, Any] = {
    "operationId": "revoke_token",
    "summary": "End a token before its hour is over",
    "description": "RFC 7009. Nobody has to. An unknown token is answered alike.",
    "security": [],
    "requestBody": _form("RevokeIn", ["token"], {"token": TEXT}),
    "responses": {"200": {"description": "It is in force no more."}, **REFUSALS},
}
