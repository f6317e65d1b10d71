"""The OpenAPI document as it is served, and the JSON that is taken."""

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.parser import Parser

from requests_app.api import deprecated
from requests_app.api.examples import ANSWERS, BODIES, PROBLEM
from requests_app.api.hooks import REF, hooks
from requests_app.api.token_calls import REVOKE_CALL, TOKEN_CALL
from requests_app.providers.reading import without_doubles

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
AGAIN = {"Retry-After": {"description": "Seconds to wait.", "schema": TEXT}}
# Of every answer.
ALWAYS = {
    "X-Request-Id": {"description": "The number of the call.", "schema": TEXT},
    "RateLimit-Policy": {
        "description": "How many calls (q) in so many seconds (w).",
        "schema": TEXT,
    },
    "RateLimit": {
        "description": "What is left of them (r), for so many seconds (t).",
        "schema": TEXT,
    },
}
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
    """NinjaAPI whose document tells problem documents, the token call and webhooks.

    `at` is where it lies under the address of the installation."""

    def __init__(self, at: str, **terms: Any) -> None:
        super().__init__(**terms)
        self.at = at

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
        document["servers"] = [{"url": f"{base}/{self.at}"}]
        for path, call in (("token", TOKEN_CALL), ("revoke", REVOKE_CALL)):
            document["paths"][f"/oauth/{path}"] = {
                "servers": [{"url": base}],
                "post": call,
            }
        document["webhooks"], schemas = hooks()
        document["components"]["schemas"] |= schemas
        for name, schema in document["components"]["schemas"].items():
            _say_what_is_required(name, schema)
        deprecated.mark(document)
        document["components"]["securitySchemes"] = {"ClientAuth": _scheme(base)}
        return document


def _scheme(base: str) -> dict[str, Any]:
    scopes = {"requests": "Apply, read, answer, report"}
    flow = {"tokenUrl": f"{base}/oauth/token", "scopes": scopes}
    return {"type": "oauth2", "flows": {"clientCredentials": flow}}


def _say_what_is_required(name: str, schema: dict[str, Any]) -> None:
    """What we tell is always there, if only as null; what is taken and has a default
    need not be sent, which generators read from `required` alone."""
    if name.endswith(("Out", "Head")):
        schema["required"] = list(schema["properties"])
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


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
    for status, response in operation["responses"].items():
        more = AGAIN if int(status) in (429, 503) else {}
        own = HEADERS.get(name, {}).get(status, {})
        response["headers"] = {**ALWAYS, **more, **own}
    if "requestBody" in operation:
        _exemplify(operation["requestBody"]["content"], BODIES[name])
    if "security" in operation:
        operation["security"] = [{"ClientAuth": ["requests"]}]


def _exemplify(content: dict[str, Any], value: Any) -> None:
    content["application/json"]["examples"] = {"usual": {"value": value}}
