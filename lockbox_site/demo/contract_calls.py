"""A provider's side of the contract API: a token, the calls, and what is refused.

Knows the contract only: nothing here reads our database.
"""

import uuid
from typing import Any
from urllib.parse import urlsplit

import httpx

HERE = ("localhost", "127.0.0.1", "::1")
TIMEOUT = 20.0  # seconds


class Refused(Exception):
    """The authority's system said no; the text says why."""


class Unreachable(Exception):
    """No answer, or the system is not well: the call may be tried again."""


class Provider:
    """One contract client that calls a running Lockbox. Used with `with`."""

    def __init__(self, url: str, client_id: str, secret: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in HERE:
            raise Refused(f"{url}: a secret is sent by https only, except to oneself.")
        self.url = url.rstrip("/")
        self.pair = (client_id, secret)
        self.http = httpx.Client(base_url=self.url, timeout=TIMEOUT)
        self.token = ""

    def __enter__(self) -> "Provider":
        return self

    def __exit__(self, *_error: object) -> None:
        self.http.close()

    def read(self, number: str) -> dict[str, Any]:
        return self._call("GET", f"/requests/{number}")

    def mine(self) -> list[dict[str, Any]]:
        """The newest requests of this client."""
        return self._call("GET", "/requests")["requests"]

    def apply(self, application: dict[str, Any]) -> dict[str, Any]:
        return self._call("POST", "/requests", application)

    def tell(self, number: str, what: str, payload: Any = None) -> dict[str, Any]:
        """One of acknowledge, withdraw, messages, events."""
        return self._call("POST", f"/requests/{number}/{what}", payload)

    def _call(self, method: str, path: str, payload: Any = None) -> dict[str, Any]:
        # One key for all tries of a call: it is carried out once.
        key = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        for _attempt in range(2):
            headers = {"Authorization": f"Bearer {self.token or self._fetch()}", **key}
            response = self._send(
                method, f"/api/v1{path}", json=payload, headers=headers
            )
            if response.status_code != 401:
                break
            self.token = ""  # an hour has passed, or the secret was changed
        return _answer(response)

    def _fetch(self) -> str:
        response = self._send(
            "POST",
            "/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=self.pair,
        )
        if response.status_code in (400, 401):
            raise Refused(
                "The client id or its secret is wrong. In the demo,"
                " `python manage.py demo` makes a new one."
            )
        self.token = _answer(response)["access_token"]
        return self.token

    def _send(self, method: str, path: str, **what: Any) -> httpx.Response:
        try:
            return self.http.request(method, path, **what)
        except httpx.HTTPError as error:
            raise Unreachable(
                f"No Lockbox answers at {self.url} ({type(error).__name__})."
                " Start it in another terminal with `make run`."
            ) from error


def _answer(response: httpx.Response) -> dict[str, Any]:
    status = response.status_code
    if status == 429 or status >= 500:
        raise Unreachable(f"The system answers HTTP {status}.")
    try:
        body = response.json()
    except ValueError as error:
        raise Refused(f"This is no Lockbox: HTTP {status} without JSON.") from error
    if status < 400:
        return body
    fields = "".join(
        f"\n  {field['pointer']}: {field['detail']}" for field in body.get("errors", ())
    )
    raise Refused(f"{status} {body.get('title', '')}: {body.get('detail', '')}{fields}")
