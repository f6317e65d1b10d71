"""The SCIM server: a token, and nothing that a browser may send."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ConflictException,
    ETag,
    Filter,
    ForbiddenException,
    Patch,
    SCIMException,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    UnauthorizedException,
)
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.service import ScimService

from audit_app.ledger import Kind, record
from lockbox_site.models import ScimToken
from lockbox_site.scim.resource import Person
from lockbox_site.scim.storage import PeopleStorage
from requests_app.permissions.powers import is_ended
from requests_app.workflow.machine_accounts import DIRECTORY, machine_account

log = logging.getLogger(__name__)

# As many people as one answer holds.
MOST = 200
# Directories send more than we keep, and Entra ID in its own way.
TOLERANT = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
PROVIDER = ScimProvider(
    [Person],
    policy=TOLERANT,
    config=ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MOST),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=False),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="bearer_token",
                description="A token made by manage.py scim_token",
            )
        ],
    ),
)
SERVICE = ScimService(PROVIDER)


def answered(request: HttpRequest, path: str) -> HttpResponse:
    """Answers every request of RFC 7644 that the configuration announces."""
    try:
        storage = PeopleStorage(_token(request).municipality_id)
        answer = ScimHandler(SERVICE, storage).handle(_as_scim(request, path))
    except SCIMException as error:
        answer = SERVICE.error_response(error)
        _tell_in_charge(request, path, error)
    return _as_http(answer)


def _tell_in_charge(request: HttpRequest, path: str, error: SCIMException) -> None:
    """What a directory may not do, and tried: in the ledger, and in the log."""
    if not isinstance(error, ForbiddenException | ConflictException):
        return
    what: dict[str, Any] = {"method": request.method, "path": path[:200]}
    what["why"] = str(error.detail)
    by = machine_account(DIRECTORY)
    record("scim.write_refused", by=by, kind=Kind.REFUSAL, **what)
    log.warning("The directory was refused: %s /%s", request.method, path[:200])


def _token(request: HttpRequest) -> ScimToken:
    scheme, _space, shown = request.headers.get("Authorization", "").partition(" ")
    digest = ScimToken.digest_of(shown)
    tokens = ScimToken.objects.filter(digest=digest, ended_at=None)
    token = tokens.exclude(is_ended(ScimToken)).first()
    its_own = ScimToken.objects.filter(digest=digest)
    if token is None and its_own.exclude(municipality__left_at=None).exists():
        raise UnauthorizedException(detail="The municipality has left this Lockbox.")
    if scheme.lower() != "bearer" or token is None:
        raise UnauthorizedException
    return token


def _as_scim(request: HttpRequest, path: str) -> ScimRequest:
    root = request.build_absolute_uri(request.path.removesuffix(path)).rstrip("/")
    return ScimRequest(
        method=str(request.method),
        base_url=root,
        path=f"/{path}",
        query=request.GET.dict(),
        headers=dict(request.headers),
        body=request.body,
    )


def _as_http(answer: ScimResponse) -> HttpResponse:
    response: Any = HttpResponse(status=answer.status)
    if answer.body is not None:
        response = JsonResponse(answer.body, status=answer.status)
    for name, value in answer.headers.items():
        response.headers[name] = value
    return response
