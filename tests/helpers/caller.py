"""A provider's machine: a client with a token, calling through Django's own stack."""

import base64
import json
import uuid

from django.test import Client
from django.utils import timezone

from tests.cast import LOG


class Caller:
    """One contract client. Every call is JSON in and JSON out."""

    base = "/api/v1"

    def __init__(self, credentials):
        self.client = credentials.client
        self.client_id = credentials.client_id
        self.secret = credentials.secret
        self.http = Client()
        self.token = self.fetch_token().json()["access_token"]

    @classmethod
    def bare(cls, token):
        """Calls with a token that nobody has been given."""
        caller = cls.__new__(cls)
        caller.http, caller.token = Client(), token
        return caller

    def fetch_token(self, secret=None):
        pair = f"{self.client_id}:{secret or self.secret}".encode()
        return self.http.post(
            "/oauth/token",
            {"grant_type": "client_credentials"},
            headers={"Authorization": "Basic " + base64.b64encode(pair).decode()},
        )

    def _headers(self, key):
        headers = {"Authorization": f"Bearer {self.token}"}
        return headers if key is None else {**headers, "Idempotency-Key": key}

    def get(self, path):
        return self.http.get(f"{self.base}{path}", headers=self._headers(None))

    def post(self, path, content, key=None):
        body = content if isinstance(content, bytes | str) else json.dumps(content)
        return self.http.post(
            f"{self.base}{path}",
            body,
            content_type="application/json",
            headers=self._headers(key or uuid.uuid4().hex),
        )

    def put(self, path, content):
        return self.http.put(
            f"{self.base}{path}",
            json.dumps(content),
            content_type="application/json",
            headers=self._headers(None),
        )

    def apply(self, number="P-1", key=None, **changes):
        return self.post("/requests", application(number, **changes), key)


class SandboxCaller(Caller):
    """A client of the sandbox."""

    base = "/api/sandbox/v1"


def application(number="P-1", **changes):
    body = {
        "number": number,
        "service": "Logs",
        "justification": "Repair the index",
        "objects": [LOG],
        "minutes": 60,
        "sent_at": timezone.now().isoformat(),
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}
