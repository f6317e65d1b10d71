"""Document: examples and hooks."""

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Schema
from ninja.parser import Parser

from requests_app.api import steps
from requests_app.api.changes import RELEASED, VERSION
from requests_app.api.clients import REVOKE_CALL, TOKEN_CALL
from requests_app.api.payloads import QuestionHook, RestoredHook, StatusHook, TrialHook
from requests_app.providers.reading import without_doubles

# A call and its answer in full, of each operation of the document.

AT = "2026-11-24T10:00:00.000Z"
NUMBER = "EM-2026-0417"

APPLICATION = {
    "number": NUMBER,
    "service": "Logs",
    "justification": "The index of the school log is damaged and must be rebuilt.",
    "objects": ["logs/skola"],
    "minutes": 120,
    "sent_at": AT,
    "engineer_country": "SE",
    "employer": "Exempelmoln Drift AB",
    "support_case": "SC-4711",
}
MORE = {
    "number": f"{NUMBER}-B",
    "justification": "The rebuild takes longer than planned.",
    "minutes": 60,
    "sent_at": AT,
}
EVENT = {
    "number": f"{NUMBER}-1",
    "happened_at": AT,
    "action": "rebuild index",
    "object": "logs/skola",
    "actor": "engineer 17",
    "employer": "Exempelmoln Drift AB",
    "country": "SE",
    "act": "change",
}
BODIES: dict[str, Any] = {
    "apply": APPLICATION,
    "withdraw": {"reason": "Solved in another way."},
    "say": {"text": "The newest log only.", "answers": 1},
    "extend": MORE,
    "report_event": EVENT,
    "report_events": {"events": [EVENT]},
    "look_up_objects": {"objects": ["logs/skola", "logs/arkiv"]},
    "tell_comparison": {
        "requests": [
            {"number": NUMBER, "status": "access_open", "acknowledged_at": AT},
        ]
    },
}
COMPARED = {
    "since": "2026-11-24T02:15:00.000Z",
    "told_at": AT,
    "differences": [{"number": NUMBER, "told": "access_open", "here": "answer_ready"}],
}

HEAD = {
    "number": NUMBER,
    "status": "in_review",
    "revision": 1,
    "received_at": AT,
    "answer_deadline": "2026-11-24T22:00:00.000Z",
    "extends": None,
}
REQUEST = {
    **HEAD,
    "objects": ["logs/skola"],
    "minutes": 120,
    "employer_assessed": True,
    "answer": None,
    "access": None,
    "messages": [],
}
ANSWER = {
    "answer": "approve",
    "minutes": 90,
    "reasons": "Beslut den 24 november 2026 …",
    "given_at": "2026-11-24T11:00:00.000Z",
    "granted": [
        {
            "object": "logs/skola",
            "authority": "Exempelnämnden",
            "case": "EXN 2026-0001",
            "minutes": 90,
            "scope": "",
        }
    ],
    "conditions": [
        {
            "kind": "no_copying",
            "text": "Inget kopieras ut.",
            "due_working_days": None,
            "objects": ["logs/skola"],
        }
    ],
}
OPEN = {
    **REQUEST,
    "status": "access_open",
    "answer": ANSWER,
    "access": {
        "opens_at": "2026-11-24T11:00:00.000Z",
        "ends_at": "2026-11-24T12:30:00.000Z",
        "ended_at": None,
    },
}
MESSAGE = {
    "id": 2,
    "from_provider": True,
    "text": "The newest log only.",
    "said_at": AT,
    "answers": 1,
    "awaits_answer": False,
}
EVENT_OUT = {**EVENT, "recorded_at": AT, "outside": []}
NOTIFIED: dict[str, Any] = {
    "id": "0199f2a0-0000-4000-8000-000000000000",
    "type": "request.status_changed",
    "timestamp": AT,
    "data": {"number": NUMBER, "status": "answer_ready"},
    "delivery": "delivered",
    "attempts": [{"at": AT, "status": 200, "result": ""}],
}
ANSWERS: dict[str, Any] = {
    "api_info": {
        "api_name": "lockbox-contract-api",
        "api_version": VERSION,
        "api_released": RELEASED,
        "api_documentation": "https://lockbox.example.se/api/v1/openapi.json",
        "api_status": "active",
    },
    "apply": REQUEST,
    "list_requests": {"requests": [HEAD], "next": None},
    "read_request": OPEN,
    "acknowledge_answer": OPEN,
    "withdraw": {**REQUEST, "status": "withdrawn"},
    "say": MESSAGE,
    "extend": {**REQUEST, "number": f"{NUMBER}-B", "extends": NUMBER, "minutes": 60},
    "report_event": EVENT_OUT,
    "report_events": {"events": [EVENT_OUT]},
    "list_events": {"events": [EVENT_OUT]},
    "look_up_objects": {
        "objects": [
            {"object": "logs/skola", "known": True},
            {"object": "logs/arkiv", "known": False},
        ]
    },
    "read_comparison": COMPARED,
    "tell_comparison": COMPARED,
    "list_notifications": {"notifications": [NOTIFIED], "next": NOTIFIED["id"]},
    "read_notification": NOTIFIED,
    "replay_webhook": {**NOTIFIED, "delivery": "waiting", "attempts": []},
    "test_webhook": {
        **NOTIFIED,
        "type": "webhook.test",
        "data": {},
        "delivery": "waiting",
        "attempts": [],
    },
}
CLIENT = {
    "name": "Exempelmoln",
    "environment": "live",
    "secret_made_at": AT,
    "former_secret_until": None,
    "keys": ["2026-11"],
    "webhook_url": "https://hooks.example.com/lockbox",
    "webhook_last_delivered_at": AT,
    "webhook_trouble": "",
}
KEY = {
    "kty": "EC",
    "crv": "P-256",
    "alg": "ES256",
    "kid": "2026-11",
    "x": "AfF7RJws-NG5VUM0P2JqSyoVfawAX8l7PCUVtoK0SVA",
    "y": "aPh6kRtg9mDSnqEweCvOUaDc9UurWxcDlV6qfNrOzp4",
}
BODIES |= {
    "new_client_secret": {"overlap_hours": 24},
    "set_webhook": {"webhook_url": "https://hooks.example.com/lockbox"},
    "set_client_keys": {"keys": [KEY]},
}
ANSWERS |= {
    "read_changelog": {
        "changes": [
            {"version": "1.0.0", "date": "2026-11-26", "texts": ["The first version."]}
        ]
    },
    "read_status": {"service": "up", "last_round_at": AT, "client": CLIENT},
    "new_client_secret": {
        "secret": "b7c1…",
        "former_until": "2026-11-25T10:00:00.000Z",
    },
    "new_webhook_secret": {"secret": "whsec_b7c1…", "former_until": None},
    "set_webhook": CLIENT,
    "set_client_keys": CLIENT,
}
PROBLEM = {
    "type": "urn:lockbox:problem:invalid-fields",
    "code": "invalid_fields",
    "title": "Invalid",
    "status": 422,
    "detail": "The call is not as the contract says.",
    "instance": "/api/v1/requests",
    "request_id": "0199f2a000004000800000000000000a",
    "errors": [
        {
            "pointer": "#/minutes",
            "code": "out_of_bounds",
            "detail": "At least 1.",
        }
    ],
}


# What no call of ours describes in the document: webhooks.

REF = "#/components/schemas/"
HEADERS = {
    "webhook-id": "The same when the same webhook comes again.",
    "webhook-timestamp": "Seconds since 1970.",
    "webhook-signature": "Standard Webhooks: `v1,` and HMAC-SHA256, of each secret.",
}
STATUS = {"number": "EM-2026-0417", "status": "answer_ready"}
REVOKED = {"number": "EM-2026-0417", "status": "access_revoked"}
QUESTION = {"number": "EM-2026-0417", "message": 1}
EVENTS: list[tuple[str, type[Schema], dict[str, Any]]] = [
    ("request.status_changed", StatusHook, STATUS),
    ("request.access_revoked", StatusHook, REVOKED),
    ("request.question", QuestionHook, QUESTION),
    ("webhook.test", TrialHook, {}),
    ("service.restored", RestoredHook, {"since": AT}),
]


def hooks() -> tuple[dict[str, Any], dict[str, Any]]:
    """The document's `webhooks`, and the schemas that they refer to."""
    schemas: dict[str, Any] = {}
    calls = {}
    for name, model, data in EVENTS:
        schema = model.model_json_schema(
            mode="serialization", ref_template=REF + "{model}"
        )
        schemas |= schema.pop("$defs", {})
        schemas[model.__name__] = schema
        calls[name] = {"post": _call(name, model, data)}
    return calls, schemas


def _call(name: str, model: type[Schema], data: dict[str, Any]) -> dict[str, Any]:
    body = {
        "schema": {"$ref": REF + model.__name__},
        "examples": {"usual": {"value": {"type": name, "timestamp": AT, "data": data}}},
    }
    return {
        "operationId": "told_" + name.replace(".", "_"),
        "summary": name,
        "description": model.__doc__,
        "security": [],
        "parameters": [
            {
                "name": header,
                "in": "header",
                "required": True,
                "description": what,
                "schema": {"type": "string"},
            }
            for header, what in HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": body}},
        "responses": {
            "2XX": {"description": "Heard. Answer within ten seconds."},
            "410": {"description": "The address is gone: nothing more is sent there."},
        },
    }


# The OpenAPI document as it is served, and the JSON that is taken.

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
DOCUMENT_HEADERS: dict[str, Any] = {
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
        steps.mark(document)
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
        own = DOCUMENT_HEADERS.get(name, {}).get(status, {})
        response["headers"] = {**ALWAYS, **more, **own}
    if "requestBody" in operation:
        _exemplify(operation["requestBody"]["content"], BODIES[name])
    if "security" in operation:
        operation["security"] = [{"ClientAuth": ["requests"]}]


def _exemplify(content: dict[str, Any], value: Any) -> None:
    content["application/json"]["examples"] = {"usual": {"value": value}}
