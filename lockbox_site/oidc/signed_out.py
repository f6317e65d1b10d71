"""Signed out at the identity provider: it tells us (OpenID Connect Back-Channel Logout
1.0), and none of the person's sessions goes on here."""

import hashlib
import json
import time
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from joserfc.errors import JoseError
from joserfc.jws import extract_compact

from lockbox_site.oidc.configured import IdentityProvider
from lockbox_site.oidc.exchange import LEEWAY, signed_claims
from lockbox_site.oidc.people import people_of
from lockbox_site.oidc.refusal import Refused
from lockbox_site.web.refused import refuse
from requests_app.workflow.signed_out import sign_out_once

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
