"""A call and its answer in full, of each operation of the document."""

from typing import Any

from requests_app.api.changes import RELEASED, VERSION

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
