"""Tokens for clients of the contract API: by a secret, or by an assertion they sign.

The grant itself is oauthlib's, and what keeps tokens allauth's.
"""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from allauth.core.internal import httpkit
from allauth.idp.oidc.internal.oauthlib.request_validator import (
    OAuthLibRequestValidator,
)
from allauth.idp.oidc.internal.oauthlib.server import generate_opaque_token
from allauth.idp.oidc.internal.oauthlib.utils import convert_response, extract_params
from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from oauthlib.common import Request
from oauthlib.oauth2 import BackendApplicationServer

from audit_app.acting import request_id
from lockbox_site.sign_in.brakes import take_a_try
from lockbox_site.web.refused import A_MACHINE, braked
from requests_app.api.assertion import AssertionRefused, client_of
from requests_app.api.codes import TokenCode
from requests_app.api.limits import language_of
from requests_app.api.token_calls import ASSERTION
from requests_app.workflow.client_secret import HASHER, is_its_secret

MOST_BYTES = 64 * 1024


class Braked(Exception):
    """Too many wrong tries from the address."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


class Validator(OAuthLibRequestValidator):
    """allauth's, with assertions and with a secret that another takes the place of."""

    def __init__(self, call: HttpRequest) -> None:
        self.call = call
        root = call.build_absolute_uri("/")
        self.audiences = [f"{root}oauth/token", root, root.rstrip("/")]

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        """Raises AssertionRefused."""
        kind = getattr(request, "client_assertion_type", None)
        if kind is not None:
            return self._authenticate_signer(request, kind)
        name, secret = httpkit.extract_basic_auth(request.headers)
        name = name or getattr(request, "client_id", None)
        secret = secret or getattr(request, "client_secret", None)
        self.call.tried_client = name or ""  # type: ignore[attr-defined]
        client = self._lookup_client(request, name) if name and secret else None
        if client is None:
            return False
        if not client.secret.startswith(HASHER):
            self._slow_down()
        if not is_its_secret(client, str(secret)):
            return False
        self._use_client(request, client)
        return True

    def _slow_down(self) -> None:
        """A secret from before the quick digest costs much to look at: the try counts
        before."""
        if wait := take_a_try(self.call, A_MACHINE):
            raise Braked(wait)

    def _authenticate_signer(self, request: Request, kind: str) -> bool:
        if kind != ASSERTION:
            text = _("`client_assertion_type` is %(kind)s.") % {"kind": ASSERTION}
            raise AssertionRefused(TokenCode.ASSERTION_MALFORMED, text)
        assertion = getattr(request, "client_assertion", None) or ""
        signer = client_of(assertion, self.audiences)
        self._use_client(request, self._lookup_client(request, signer.client_id))
        return True


def _answer(request: HttpRequest, call: str) -> HttpResponse:
    language = language_of(request)
    with translation.override(language):
        try:
            response = _by_oauthlib(request, call)
        except AssertionRefused as error:
            response = _refused(401, "invalid_client", error.code, str(error))
        except Braked as error:
            response = braked(error.wait)
        except (BadRequest, RequestDataTooBig):
            text = _("A parameter stands twice, or the body is too large.")
            code = TokenCode.CALL_MALFORMED
            response = _refused(400, "invalid_request", code, text)
    response.headers["X-Request-Id"] = request_id.get()
    response.headers["Content-Language"] = language
    return response


def _by_oauthlib(request: HttpRequest, call: str) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise RequestDataTooBig
    if any(len(values) > 1 for _name, values in request.POST.lists()):
        raise BadRequest
    server = BackendApplicationServer(
        Validator(request),
        token_generator=generate_opaque_token,
        token_expires_in=settings.IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN,
    )
    with transaction.atomic():
        response = convert_response(*getattr(server, call)(*extract_params(request)))
    if response.status_code < 400:
        return response
    return _as_told(response)


def _as_told(response: HttpResponse) -> HttpResponse:
    """oauthlib's refusal in our words."""
    refusal = json.loads(response.content)
    if refusal["error"] == "invalid_client":
        text = _("The client, or its secret, is not known or no longer good.")
        return _refused(401, refusal["error"], TokenCode.CLIENT_REFUSED, text)
    text = refusal.get("error_description") or _(
        "The call is not as the document says."
    )
    code = TokenCode.CALL_MALFORMED
    return _refused(response.status_code, refusal["error"], code, text)


def _refused(status: int, error: str, code: str, text: str) -> HttpResponse:
    """JSON, as RFC 6749 demands, with all that a problem document has."""
    body = {
        "error": error,
        "error_description": text,
        "type": f"urn:lockbox:problem:{code.replace('_', '-')}",
        "code": code,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": text,
        "request_id": request_id.get(),
    }
    response = JsonResponse(body, status=status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="lockbox"'
    return response


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    return _answer(request, "create_token_response")


@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    return _answer(request, "create_revocation_response")
