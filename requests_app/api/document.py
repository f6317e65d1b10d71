"""The OpenAPI document as it is served, and the JSON that is taken."""

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.parser import Parser

from requests_app.api.examples import ANSWERS, BODIES, PROBLEM
from requests_app.api.hooks import REF, TOKEN_CALL, hooks
from requests_app.providers.reading import without_doubles

VERSION = "1.0.0"
RELEASED = "2026-11-26"
DESCRIPTION = (
    "A provider applies here each time a person is to handle an authority's sensitive"
    " information, and reads the authority's answer. Silence is never a yes. Every"
    " refusal carries a stable `code`. Times are taken in any zone and told in UTC."
    "\n\nLimits: a body of at most 1 MB, 500 objects of a request, 100 events of a"
    " batch, 50 rows of a page. Numbers are one's own and unique for ever."
    "\n\nPå svenska: Leverantören ansöker här varje gång en person ska hantera en"
    " myndighets känsliga uppgifter, och läser myndighetens svar. Tystnad är aldrig ett"
    " ja. Begränsningar: högst 1 MB, 500 objekt i en begäran, 100 händelser åt gången"
    " och 50 rader per sida."
)
LEVEL = {
    "availability": "As the contract with the authority says.",
    "responseTime": "A call is carried out within seconds or answered 503. The"
    " authority answers an application by its `answer_deadline`.",
    "support": "The contact above.",
}
TEXT = {"type": "string"}
LOCATION = {"Location": {"description": "Where it is read.", "schema": TEXT}}
ETAG = {"ETag": {"description": "For `If-Match`.", "schema": TEXT}}
# Of an operation, by the status that has them.
HEADERS: dict[str, Any] = {
    "apply": {201: LOCATION},
    "extend": {201: LOCATION},
    "read_request": {200: ETAG},
}
LICENCE = {"name": "MIT", "url": "https://opensource.org/license/mit"}


class StrictParser(Parser):
    """A key that stands twice means two things: neither is guessed at."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body, object_pairs_hook=without_doubles)


class ContractAPI(NinjaAPI):
    """NinjaAPI whose document tells problem documents, the token call and webhooks."""

    def served_at(self, root: str, email: str) -> dict[str, Any]:
        """The document of the API under this address, which ends with a slash, with
        where to write to, if anywhere."""
        document: dict[str, Any] = self.get_openapi_schema(path_prefix="/")
        base = root.rstrip("/")
        for path in document["paths"].values():
            for operation in path.values():
                _complete(operation)
        contact = {"name": "The authority's system administrator", "url": root}
        if email:
            contact["email"] = email
        document["info"] |= {"contact": contact, "license": LICENCE, "x-sla": LEVEL}
        document["servers"] = [{"url": f"{base}/api/v1"}]
        document["paths"]["/oauth/token"] = {
            "servers": [{"url": base}],
            "post": TOKEN_CALL,
        }
        document["webhooks"], schemas = hooks()
        document["components"]["schemas"] |= schemas
        document["components"]["securitySchemes"] = {"ClientAuth": _scheme(base)}
        return document


def _scheme(base: str) -> dict[str, Any]:
    scopes = {"requests": "Apply, read, answer, report"}
    flow = {"tokenUrl": f"{base}/oauth/token", "scopes": scopes}
    return {"type": "oauth2", "flows": {"clientCredentials": flow}}


def _complete(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            response["content"] = {
                "application/problem+json": {
                    "schema": {"$ref": f"{REF}Problem"},
                    "examples": {"refused": {"value": PROBLEM}},
                }
            }
        else:
            _exemplify(response["content"], ANSWERS[name])
    for status, header in HEADERS.get(name, {}).items():
        operation["responses"][status]["headers"] = header
    if "requestBody" in operation:
        _exemplify(operation["requestBody"]["content"], BODIES[name])
    if "security" in operation:
        operation["security"] = [{"ClientAuth": ["requests"]}]


def _exemplify(content: dict[str, Any], value: Any) -> None:
    content["application/json"]["examples"] = {"usual": {"value": value}}
