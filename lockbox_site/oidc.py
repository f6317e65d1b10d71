"""OpenID Connect: asking, claims, exchange, people, refusal, signed out and views."""

import hashlib
import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple

import httpx
from authlib.integrations.base_client import MismatchingStateError, OAuthError
from authlib.integrations.django_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry, extract_compact
from requests import ConnectionError, PreparedRequest, RequestException, Response
from requests.adapters import BaseAdapter
from requests.exceptions import SSLError

from audit_app.acting import acting_as
from audit_app.ledger import Kind, record, record_refusal
from lockbox_site import sign_in
from lockbox_site.configuration import IdentityProvider, provider_for
from lockbox_site.models import User
from lockbox_site.sign_in import client_address, tried_name
from lockbox_site.web import our_address, refuse
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import Role
from requests_app.organisation.law import why_not_gone
from requests_app.organisation.steps import sign_out_once
from requests_app.providers.http import exchange
from requests_app.providers.protocol import Unreachable

# Asking the identity provider, which must hold no web process for long: what it says
# of itself is kept, a whole call has a deadline, and few are made at a time.

TIMEOUT = httpx.Timeout(5.0, connect=2.0)
LONGEST = 5.0  # seconds of a whole call
MOST_BYTES = 1024 * 1024
# Web processes of one machine that ask at the same time; the others answer meanwhile.
MOST_AT_ONCE = 2
# Seconds: what it says of itself is asked anew, and it is left alone after a failure.
KEPT, PAUSE = 3600.0, 10.0
SLOT = "select pg_try_advisory_lock(hashtextextended(%s, %s))"
FREE = "select pg_advisory_unlock(hashtextextended(%s, %s))"


class Session(OAuth2Session):
    """Authlib's, over our own exchange."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter())


class _Adapter(BaseAdapter):
    def send(self, request: PreparedRequest, **_more: Any) -> Response:  # type: ignore[override]
        """Raises what requests raises."""
        try:
            with _one_of_few():
                reply = exchange(
                    str(request.method),
                    str(request.url),
                    timeout=TIMEOUT,
                    longest=LONGEST,
                    most_bytes=MOST_BYTES,
                    content=request.body,
                    headers=dict(request.headers),
                )
        except Unreachable as error:
            is_certificate = "CERTIFICATE_VERIFY_FAILED" in str(error)
            raise (SSLError if is_certificate else ConnectionError)(error) from error
        response = Response()
        response.status_code, response._content = reply.status, reply.body
        response.url, response.request = str(request.url), request
        return response

    def close(self) -> None:
        """Nothing stays open."""


@contextmanager
def _one_of_few() -> Iterator[None]:
    """Raises Unreachable at once where enough are waiting for it already. A process
    that is ended lets go of its place with its connection."""
    name = f"lockbox asks the identity provider {socket.gethostname()}"
    with connection.cursor() as cursor:
        for number in range(MOST_AT_ONCE):
            cursor.execute(SLOT, [name, number])
            if cursor.fetchone()[0]:
                break
        else:
            raise Unreachable("others are waiting for it already")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(FREE, [name, number])


@dataclass
class Discovery:
    """What a provider says of itself, with its keys; and when it was last asked."""

    metadata: dict[str, Any] = field(default_factory=dict)
    asked_at: float = 0.0
    failed: Exception | None = None


_discoveries: dict[str, Discovery] = {}


def metadata_of(issuer: str, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a provider said of itself when `ask` was last answered. An old answer is
    better than none, for keys are asked for anew where one is missing. Raises what
    `ask` raises, for a while without asking."""
    known = _discoveries.setdefault(issuer, Discovery())
    age = time.monotonic() - known.asked_at
    if known.failed is None and known.metadata and age < KEPT:
        return known.metadata
    if known.failed is None or age > PAUSE:
        try:
            known.metadata, known.failed = ask(), None
        except Exception as error:
            known.failed = error
        known.asked_at = time.monotonic()
    if known.failed is not None and not known.metadata:
        raise known.failed
    return known.metadata


def forget(issuer: str) -> None:
    _discoveries.pop(issuer, None)


# Why somebody does not get in through the identity provider, as they are told it.

WHY: dict[str, Any] = {
    "down": _(
        "The sign-in service does not answer, or not as it should. Try again in a"
        " while. What can not wait is done by somebody with a local account."
    ),
    "certificate": _(
        "The certificate of the sign-in service is not to be trusted, or has run out."
        " The system administrator has to look at it. What can not wait is done by"
        " somebody with a local account."
    ),
    "configuration": _(
        "The sign-in service did not accept Lockbox. The system administrator has to"
        " look at how the two are set up."
    ),
    "whose": _(
        "There are several municipalities here, and it is not said whose people sign in"
        " through this service. The system administrator has to say it"
        " (LOCKBOX_OIDC_MUNICIPALITIES)."
    ),
    "left": _(
        "Your municipality has left this installation, and took what it had with it."
        " Nothing is signed or changed for it here any more."
    ),
    "cancelled": _(
        "You ended the sign-in before it was finished. Nothing has happened."
    ),
    "state": _(
        "The sign-in took too long, or was begun in another window. Begin anew."
    ),
    "clock": _(
        "The clocks of Lockbox and the sign-in service differ by more than two minutes."
        " The system administrator has to set them right."
    ),
    "issuer": _(
        "The answer comes from another sign-in service than the one that Lockbox"
        " trusts."
    ),
    "audience": _("The answer of the sign-in service is meant for another system."),
    "signature": _("The answer of the sign-in service is not properly signed."),
    "mfa": _(
        "You signed in without a second factor. Lockbox asks for one: sign in anew with"
        " it, or ask IT how you get it."
    ),
    "no_role": _(
        "The directory gives you no role in Lockbox. Ask your manager for it; those who"
        " keep the directory enter it."
    ),
    "unknown_role": _(
        "The directory gives you only roles that Lockbox does not know: %(roles)s. The"
        " system administrator has to look at how they are written."
    ),
    "unknown_person": _(
        "No account in Lockbox has your identity, %(identity)s. Tell it to the system"
        " administrator, who enters it on your account."
    ),
    "last_holder": _(
        "The directory no longer gives you a role that too few have. %(missed)s"
    ),
    "closed": _("Your account in Lockbox is closed. Ask your IT manager."),
    "other_person": _(
        "Somebody else than you confirmed their identity. Nothing has been signed."
    ),
    "not_again": _(
        "The sign-in service did not say that you were just asked who you are. The"
        " system administrator has to look at how it is set up."
    ),
}


class Refused(Exception):
    """Nobody is signed in. `why` is a key of WHY; `detail` fills its text, and is on
    record."""

    def __init__(self, why: str, **detail: str) -> None:
        super().__init__(why)
        self.why = why
        self.detail = detail

    def text(self) -> str:
        return str(WHY[self.why]) % self.detail


# Whose accounts a provider speaks for: those of its own municipality.


def has_left() -> QuerySet[Municipality]:
    return Municipality.objects.filter(left_at__isnull=False)


def people_of(own: IdentityProvider) -> QuerySet[User]:
    """Raises Refused where it is not said whose the provider is, and there are several
    municipalities."""
    people = User.objects.filter(is_machine=False)
    if own.municipality:
        number = own.municipality
        if has_left().filter(organisation_number=number).exists():
            raise Refused("left")
        return people.filter(municipality__organisation_number=number)
    if Municipality.objects.count() > 1:
        raise Refused("whose")
    return people


def open_providers() -> list[IdentityProvider]:
    """Where people may sign in: no provider of a municipality that has left."""
    providers = list(settings.IDENTITY_PROVIDERS)
    if len(providers) < 2:
        return providers
    gone = set(has_left().values_list("organisation_number", flat=True))
    return [own for own in providers if own.municipality not in gone]


# Who comes back from the identity provider, and what the directory lets them be.
#
# The claims are a condition, no right: a role is held by whoever two managers have
# given
# it, and used only while the directory says so too.


class Statement(NamedTuple):
    """What the claims say of a person, in our words."""

    person: User
    roles: list[str]
    # Roles in the directory that are none of ours.
    unknown: list[str]
    # When the person was asked who they are, in seconds; 0 where it is not said.
    asked_at: int


def understand(claims: dict[str, Any], own: IdentityProvider) -> Statement:
    """Raises Refused where the claims do not let anybody in. What the directory says
    of roles is written down even then: it holds for every page and every step."""
    identity = str(claims.get(own.person_claim, ""))[:255]
    if not set(_texts(claims.get(own.mfa_claim))) & set(own.mfa_values):
        raise Refused("mfa", identity=identity)
    person = _person(identity, own)
    named = _texts(claims.get(own.roles_claim))
    roles = sorted(set(named) & set(Role.values))
    unknown = sorted(set(named) - set(Role.values))
    _write_down(person, roles)
    if unknown:
        record("user.role_unknown", by=person, on=person, kind=Kind.AUTH, roles=unknown)
    if not roles and unknown:
        raise Refused("unknown_role", roles=", ".join(unknown)[:200])
    if not roles:
        raise Refused("no_role", identity=person.identity or "")
    asked_at = claims.get("auth_time")
    return Statement(person, roles, unknown, int(asked_at or 0))


def _person(identity: str, own: IdentityProvider) -> User:
    """The account of this identity in the provider's own municipality. Without a claim
    the identity is empty: no account has that."""
    person = people_of(own).filter(identity=identity).first()
    if person is None or not identity:
        raise Refused("unknown_person", identity=identity)
    if not person.is_active:
        raise Refused("closed", identity=identity)
    return person


def _write_down(person: User, roles: list[str]) -> None:
    if person.directory_roles != roles:
        if missed := why_not_gone(person, keeps=roles):
            identity = person.identity or ""
            raise Refused("last_holder", missed=missed, identity=identity)
        person.directory_roles = roles
        with acting_as(person):
            person.save(update_fields=["directory_roles"])


def _texts(claim: Any) -> list[str]:
    """Providers write one value as itself, or as a list of one."""
    return [str(one) for one in (claim if isinstance(claim, list) else [claim]) if one]


# Talking to the identity provider: by its discovery document alone, never trusting it
# further than OpenID Connect Core 1.0, section 3.1.3.7, lets us.
#
# PKCE, state and nonce are Authlib's, and so is the check of the signature; what we add
# is what it leaves to the caller: the issuer that was configured, the audience, and
# that
# only asymmetric signatures count.

log = logging.getLogger(__name__)

LEEWAY = 120  # seconds that the clocks may differ
# A signature by a secret that we share would be one that we could make.
ASYMMETRIC = ("RS", "PS", "ES", "Ed")
# Claims that some providers (Entra ID) hand out only where they are asked for.
ASKED_FOR = ("acr", "acrs")
CLAIM_WRONG = {
    "iss": "issuer",
    "aud": "audience",
    "azp": "audience",
    "exp": "clock",
    "iat": "clock",
    "nbf": "clock",
}


class Arrived(NamedTuple):
    """What the provider says of the person, checked; and what `depart` was told."""

    provider: IdentityProvider
    claims: dict[str, Any]
    departed: dict[str, Any]


def depart(request: HttpRequest, back_to: str, again: bool) -> HttpResponse:
    """Send the browser to the provider; `again`: where the person has to say anew who
    they are. Raises Refused."""
    own = provider_for(request)
    client = _client(own)
    address = request.build_absolute_uri(reverse("signed_in_elsewhere"))
    parameters = {"max_age": settings.SESSION_COOKIE_AGE, **_claims_asked_for(own)}
    if again:
        parameters |= {"max_age": 0, "prompt": "login"}
    sent = client.create_authorization_url(address, **parameters)
    sent |= {"back_to": back_to, "asked_again_at": int(time.time()) if again else 0}
    client.save_authorize_data(request, redirect_uri=address, **sent)
    return HttpResponseRedirect(sent["url"])


def arrive(request: HttpRequest) -> Arrived:
    """Raises Refused."""
    state = request.GET.get("state", "")
    own = _departed_to(request, state)
    client = _client(own)
    departed = client.framework.get_state_data(request.session, state) or {}
    expected = {
        "iss": {"essential": True, "value": own.issuer},
        "aud": {"essential": True, "value": own.client_id},
    }
    try:
        token = client.authorize_access_token(
            request, claims_options=expected, leeway=LEEWAY
        )
    except MismatchingStateError as error:
        raise Refused("state") from error
    except OAuthError as error:
        raise _denied(error) from error
    except JoseError as error:
        # Its keys may be others by now.
        forget(own.issuer)
        raise Refused(_wrong(error)) from error
    except (RequestException, ValueError) as error:
        raise _unreachable(error) from error
    if "userinfo" not in token:
        raise Refused("signature")
    return Arrived(own, token["userinfo"], departed)


def _departed_to(request: HttpRequest, state: str) -> IdentityProvider:
    """To which provider the person set out; the first, where nobody did. Raises
    Http404 where there is none."""
    providers = settings.IDENTITY_PROVIDERS
    if not providers:
        raise Http404
    known = (
        own for own in providers if f"_state_{_name(own)}_{state}" in request.session
    )
    return next(known, providers[0])


def _name(own: IdentityProvider) -> str:
    return f"identity{own.municipality}"


def end_of_session(request: HttpRequest) -> str:
    """Where the person signs out at the provider too; empty where it has no such page,
    or does not answer."""
    try:
        client = _client(provider_for(request))
    except (Http404, Refused):
        return ""
    if "end_session_endpoint" not in client.server_metadata:
        return ""
    afterwards = request.build_absolute_uri(reverse("admin:login"))
    sent = client.create_logout_url(afterwards, client_id=client.client_id)
    return sent["url"]


def _client(own: IdentityProvider) -> Any:
    """A client that knows what the provider says of itself."""
    client: Any = OAuth().register(
        _name(own),
        client_id=own.client_id,
        client_secret=own.client_secret,
        server_metadata_url=f"{own.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
        },
    )
    client.client_cls = Session
    try:
        metadata = metadata_of(own.issuer, client.load_server_metadata)
        algorithms = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        is_complete = {"authorization_endpoint", "token_endpoint"} <= set(metadata)
    except (RequestException, ValueError) as error:
        raise _unreachable(error) from error
    if metadata.get("issuer") != own.issuer:
        raise Refused("issuer")
    if not is_complete:
        raise Refused("down")
    metadata["id_token_signing_alg_values_supported"] = [
        name for name in algorithms if name.startswith(ASYMMETRIC)
    ]
    # The same: keys that it fetches are kept with the rest.
    client.server_metadata = metadata
    return client


def signed_claims(own: IdentityProvider, token: str) -> dict[str, Any]:
    """What a token says that this provider signed with a key of its own. Raises
    JoseError or ValueError for another, and Refused where its keys can't be had."""
    client = _client(own)
    algorithms = client.server_metadata["id_token_signing_alg_values_supported"]
    registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
    try:
        try:
            keys = KeySet.import_key_set(client.fetch_jwk_set())
            known = jwt.decode(token, key=keys, registry=registry)
        except InvalidKeyIdError:
            keys = KeySet.import_key_set(client.fetch_jwk_set(force=True))
            known = jwt.decode(token, key=keys, registry=registry)
    except RequestException as error:
        raise _unreachable(error) from error
    return dict(known.claims)


def _claims_asked_for(own: IdentityProvider) -> dict[str, str]:
    if own.mfa_claim not in ASKED_FOR:
        return {}
    several = len(own.mfa_values) > 1
    wanted: dict[str, Any] = {"essential": True}
    # One value as itself: that is how Entra ID has it documented.
    wanted |= (
        {"values": list(own.mfa_values)} if several else {"value": own.mfa_values[0]}
    )
    return {"claims": json.dumps({"id_token": {own.mfa_claim: wanted}})}


def _unreachable(error: Exception) -> Refused:
    log.error("identity provider: %s", error)
    return Refused("certificate" if isinstance(error, SSLError) else "down")


def _denied(error: OAuthError) -> Refused:
    if error.error == "access_denied":
        return Refused("cancelled")
    if error.error in ("server_error", "temporarily_unavailable"):
        return Refused("down")
    return Refused("configuration", error=str(error.error))


def _wrong(error: JoseError) -> str:
    if isinstance(error, ExpiredTokenError):
        return "clock"
    claim = error.claim if isinstance(error, ClaimError) else ""
    return CLAIM_WRONG.get(claim, "signature")


# Signed out at the identity provider: it tells us (OpenID Connect Back-Channel Logout
# 1.0), and none of the person's sessions goes on here.

EVENT = "http://schemas.openid.net/event/backchannel-logout"
OLDEST = 10 * 60  # seconds since it was signed
MOST = 10_000  # characters of a token


class NoToken(Exception):
    """Not a logout token of a provider of ours, or not for us, or not now."""


@csrf_exempt
@login_not_required
@require_POST
def signed_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """Whoever shows another token is on record, counted and braked, as every machine.
    Where the provider's keys can't be asked for it may try again."""
    try:
        own, claims = _checked(request.POST.get("logout_token", "")[: MOST + 1])
        person = people_of(own).filter(identity=_identity(own, claims)).first()
        if not sign_out_once(person, until=OLDEST + LEEWAY, mark=_mark(own, claims)):
            raise NoToken("used before")
    except (NoToken, JoseError, ValueError) as error:
        body = {"error": "invalid_request", "error_description": str(error)}
        status = HTTPStatus.BAD_REQUEST
        return refuse(request) or _answer(JsonResponse(body, status=status))
    except Refused:
        return _answer(HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE))
    return _answer(HttpResponse())


def _answer(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


def _checked(token: str) -> tuple[IdentityProvider, dict[str, Any]]:
    """Who signed it, and what it says, as section 2.6 has it."""
    own = _provider_named(token)
    claims = signed_claims(own, token)
    audience = claims.get("aud")
    now = time.time()
    signed_at, ends_at = claims.get("iat"), claims.get("exp", now)
    faults = {
        "iss": claims.get("iss") != own.issuer,
        "aud": own.client_id
        not in (audience if isinstance(audience, list) else [audience]),
        "iat": not isinstance(signed_at, int | float)
        or not -OLDEST - LEEWAY <= signed_at - now <= LEEWAY,
        "exp": not isinstance(ends_at, int | float) or ends_at < now - LEEWAY,
        "events": not _tells_of_it(claims.get("events")),
        "nonce": "nonce" in claims,
        "jti": not isinstance(claims.get("jti"), str) or not claims["jti"],
        own.person_claim: not _identity(own, claims),
    }
    if wrong := [name for name, is_wrong in faults.items() if is_wrong]:
        raise NoToken(", ".join(wrong))
    return own, claims


def _tells_of_it(events: Any) -> bool:
    return isinstance(events, dict) and isinstance(events.get(EVENT), dict)


def _identity(own: IdentityProvider, claims: dict[str, Any]) -> str:
    return str(claims.get(own.person_claim) or "")[:255]


def _mark(own: IdentityProvider, claims: dict[str, Any]) -> str:
    return hashlib.sha256(f"{own.issuer}\0{claims['jti']}".encode()).hexdigest()


def _provider_named(token: str) -> IdentityProvider:
    """By what is not checked yet: only whose keys are to be asked for."""
    if not token or len(token) > MOST:
        raise NoToken("logout_token")
    payload = json.loads(extract_compact(token.encode()).payload)
    issuer = payload.get("iss") if isinstance(payload, dict) else None
    for own in settings.IDENTITY_PROVIDERS:
        if own.issuer == issuer:
            return own
    raise NoToken("iss")


# The way to the identity provider and back, and what is told where it ends.

BACKEND = "lockbox_site.sign_in.AccountBackend"


@login_not_required
@require_GET
def sign_in_elsewhere(request: HttpRequest) -> HttpResponse:
    """On to the identity provider; `again` where somebody who is signed in confirms
    who they are."""
    again = "again" in request.GET and request.user.is_authenticated
    try:
        return depart(request, our_address(request, request.GET.get("next")), again)
    except Refused as refused:
        return _refuse(request, refused)


@login_not_required
@require_GET
def signed_in_elsewhere(request: HttpRequest) -> HttpResponse:
    """Back from the identity provider, with what it says."""
    try:
        provider, claims, departed = arrive(request)
        statement = understand(claims, provider)
        if asked_again_at := departed.get("asked_again_at"):
            _confirm(request, statement, asked_again_at)
        else:
            _sign_in(request, statement)
    except Refused as refused:
        return _refuse(request, refused)
    return HttpResponseRedirect(our_address(request, departed.get("back_to")))


def _sign_in(request: HttpRequest, statement: Statement) -> None:
    login(request, statement.person, backend=BACKEND)
    sign_in.identify(request, statement.asked_at)
    request.session["signed_in_elsewhere"] = True
    if statement.unknown:
        text = gettext(
            "The directory gives you roles that Lockbox does not know: %(roles)s."
        )
        messages.warning(request, text % {"roles": ", ".join(statement.unknown)})


def _confirm(request: HttpRequest, statement: Statement, since: int) -> None:
    """Go on with the same person, asked since they set out."""
    user: Any = request.user
    if statement.person != user:
        raise Refused("other_person", identity=statement.person.identity or "")
    if statement.asked_at < since - LEEWAY:
        raise Refused("not_again", identity=statement.person.identity or "")
    sign_in.identify(request, statement.asked_at)
    record("user.identity_confirmed", by=user, on=user, kind=Kind.AUTH)


def _refuse(request: HttpRequest, refused: Refused) -> HttpResponse:
    user: Any = request.user
    identity = refused.detail.get("identity", "")
    # Which account it may be is nobody's business where it could be two.
    accounts = list(User.objects.filter(identity=identity)[:2]) if identity else []
    account = accounts[0] if len(accounts) == 1 else None
    record_refusal(
        "user.sign_in_refused",
        by=user if user.is_authenticated else None,
        kind=Kind.AUTH,
        **tried_name(identity, account),
        address=client_address(request),
        why=refused.why,
    )
    context = {
        **site.each_context(request),
        "title": gettext("Your identity is not confirmed")
        if user.is_authenticated
        else gettext("You are not signed in"),
        "text": refused.text(),
    }
    is_down = refused.why in ("down", "certificate", "configuration", "whose")
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_down else HTTPStatus.FORBIDDEN
    template = "lockbox/sign_in/refused.html"
    return TemplateResponse(request, template, context, status=status)
