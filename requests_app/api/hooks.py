"""What no call of ours describes in the document: webhooks."""

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
