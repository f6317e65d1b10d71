"""The sandbox: the contract API with the same document, of trials instead of cases."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from requests_app.api import notifications, own_client, problems
from requests_app.api import site as live
from requests_app.api.auth import SandboxAuth
from requests_app.api.changes import VERSION
from requests_app.api.document import DESCRIPTION, ContractAPI, StrictParser
from requests_app.api.sandbox import calls

# Calls that are about a client, whichever it is: the very same.
SHARED = (notifications.router, own_client.router)

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
problems.add_handlers(api, calls.status_of_named)


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
    call = live.api_info if name == "api_info" else getattr(calls, name)
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
