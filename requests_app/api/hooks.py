"""What no call of ours describes in the document: webhooks, the call for a token."""

from typing import Any

from ninja import Schema

from requests_app.api.notification_payloads import (
    QuestionHook,
    RestoredHook,
    StatusHook,
    TrialHook,
)

REF = "#/components/schemas/"
AT = "2026-11-24T10:00:00.000Z"
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

TOKEN_CALL: dict[str, Any] = {
    "operationId": "fetch_token",
    "summary": "Fetch a token",
    "description": "OAuth2, client credentials (RFC 6749, 4.4). It lasts an hour.",
    "security": [],
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "title": "TokenIn",
                    "type": "object",
                    "required": ["grant_type", "client_id", "client_secret"],
                    "properties": {
                        "grant_type": {"const": "client_credentials"},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string"},
                    },
                }
            }
        },
    },
    "responses": {
        "200": {
            "description": "A token.",
            "content": {
                "application/json": {
                    "schema": {
                        "title": "TokenOut",
                        "type": "object",
                        "required": ["access_token", "token_type", "expires_in"],
                        "properties": {
                            "access_token": {"type": "string"},
                            "token_type": {"type": "string"},
                            "expires_in": {"type": "integer"},
                            "scope": {"type": "string"},
                        },
                    },
                    "examples": {
                        "usual": {
                            "value": {
                                "access_token": "b7c1…",
                                "token_type": "Bearer",
                                "expires_in": 3600,
                                "scope": "requests",
                            }
                        }
                    },
                }
            },
        },
        "400": {"description": "`error` says why (RFC 6749, 5.2)."},
        "401": {"description": "The client or its secret is not, or no longer, good."},
    },
}


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
