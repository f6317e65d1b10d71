"""Talking to the identity provider: by its discovery document alone, never trusting it
further than OpenID Connect Core 1.0, section 3.1.3.7, lets us.

PKCE, state and nonce are Authlib's, and so is the check of the signature; what we add
is what it leaves to the caller: the issuer that was configured, the audience, and that
only asymmetric signatures count.
"""

import json
import logging
import time
from typing import Any, NamedTuple

from authlib.integrations.base_client import MismatchingStateError, OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from joserfc import jwt
from joserfc.errors import (
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
)
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException
from requests.exceptions import SSLError

from lockbox_site.oidc import asking
from lockbox_site.oidc.configured import IdentityProvider, provider_for
from lockbox_site.oidc.refusal import Refused

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
        asking.forget(own.issuer)
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
    client.client_cls = asking.Session
    try:
        metadata = asking.metadata_of(own.issuer, client.load_server_metadata)
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
