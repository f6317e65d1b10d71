"""Who comes from outside while `bench many` counts: people who read, registrars who
enter reviews, providers that apply. No Django here: they know what a browser and a
client know, and give the responses that they got."""

import base64
import http.client
import json
import random
import re
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tests.bench.starting import small_processes, when_all_are_ready

PROCESSES = 4
FORM = "application/x-www-form-urlencoded"
LINK = re.compile(r"/requests_app/secrecyreview/(\d+)/")
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|ticket|seen)"\s+value="([^"]*)"')
REVIEWS = "/requests_app/secrecyreview/"
WORDS = ("åtkomst", "loggar", "uppgift", "felsökning")
# A request that may have reached the server and was not answered.
UNKNOWN = 0


class Visitor(NamedTuple):
    """What it does (of KINDS), where, and what shows who it is: a session's cookies, or
    a token."""

    kind: str
    port: int
    credentials: dict[str, str]
    objects: list[str]


class Response(NamedTuple):
    """One request: what it was, the answer's status (UNKNOWN without one), how long it
    took. `step` is the mark by which what it wrote is found in the database."""

    what: str
    status: int
    seconds: float
    step: str = ""


def let_in(visitors: list[Visitor], seconds: float) -> list[Response]:
    """All at the same time, each in a thread of its own of a few processes."""
    shares = [visitors[n::PROCESSES] for n in range(min(PROCESSES, len(visitors)))]
    with small_processes(len(shares)) as pool:
        running = [pool.submit(_visit, one, seconds) for one in shares]
        return [response for share in running for response in share.result()]


def _visit(visitors: list[Visitor], seconds: float) -> list[Response]:
    def one(visitor: Visitor) -> list[Response]:
        turns = KINDS[visitor.kind](visitor)
        responses: list[Response] = []
        while time.time() < begin + seconds:
            responses.append(next(turns))
        return responses

    when_all_are_ready()
    begin = time.time()
    with ThreadPoolExecutor(len(visitors)) as pool:
        return [response for each in pool.map(one, visitors) for response in each]


def sign_in(port: int, name: str, password: str) -> dict[str, str]:
    """A person's cookies. Once for many browsers: many sign-ins at once are braked."""
    browser = Browser(port)
    browser.get("sign in", "/login/")
    typed = {"username": name, "password": password, "next": "/"}
    response = browser.send("sign in", "/login/", **typed)
    if response.status != HTTPStatus.FOUND:
        raise RuntimeError(f"{name} could not sign in: {response.status}")
    return browser.cookies


def token(port: int, client_id: str, secret: str) -> dict[str, str]:
    """A client's, as the header that it is sent in."""
    browser = Browser(port)
    pair = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}", "Content-Type": FORM}
    body = "grant_type=client_credentials"
    # Many at once from one address are told to wait; whoever gets one clears the way.
    for _try in range(60):
        browser.ask("token", "POST", "/oauth/token", body, headers)
        if given := json.loads(browser.page).get("access_token"):
            return {"Authorization": f"Bearer {given}"}
        time.sleep(0.5)
    raise TimeoutError("no token")


class Browser:
    """Cookies, a connection for each request, and the last page it got."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.port = port
        self.cookies = dict(cookies or {})
        self.page = ""

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(
        self,
        what: str,
        method: str,
        path: str,
        body: str = "",
        headers: dict[str, str] | None = None,
        step: str = "",
    ) -> Response:
        started = time.perf_counter()
        connection = self.connection()
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        try:
            connection.request(method, path, body or None, sent | (headers or {}))
            response = connection.getresponse()
            self.page, status = (
                response.read().decode(errors="replace"),
                response.status,
            )
            for line in response.headers.get_all("Set-Cookie") or ():
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
        except (OSError, http.client.HTTPException):
            self.page, status = "", UNKNOWN
        finally:
            connection.close()
        return Response(what, status, time.perf_counter() - started, step)

    def get(self, what: str, path: str) -> Response:
        return self.ask(what, "GET", path)

    def send(self, what: str, path: str, step: str = "", **typed: str) -> Response:
        """Fill in the form of the last page."""
        body = urlencode({**dict(HIDDEN.findall(self.page)), **typed})
        return self.ask(what, "POST", path, body, {"Content-Type": FORM}, step)

    def linked(self) -> str | None:
        """A review that the page leads to, any of them."""
        links = sorted(set(LINK.findall(self.page)))
        return random.choice(links) if links else None  # noqa: S311 — no secret


def reader(visitor: Visitor) -> Iterator[Response]:
    """Start page, list, a case, a search; and again."""
    browser = Browser(visitor.port, visitor.credentials)
    while True:
        yield browser.get("start page", "/")
        yield browser.get("list", REVIEWS)
        if review := browser.linked():
            yield browser.get("case", f"{REVIEWS}{review}/change/")
        word = random.choice(WORDS)  # noqa: S311 — no secret
        yield browser.get("search", f"/search/?{urlencode({'q': word})}")


def registrar(visitor: Visitor) -> Iterator[Response]:
    """Enters any of the reviews that wait for it, under a subject of its own: others do
    the same, and may be first."""
    browser = Browser(visitor.port, visitor.credentials)
    while True:
        yield browser.get("list", f"{REVIEWS}?status__exact=new")
        if review := browser.linked():
            path, mark = f"{REVIEWS}{review}/do/register/", uuid.uuid4().hex
            form = browser.get("form", path)
            yield form
            if form.status == HTTPStatus.OK:
                subject = {"public_subject": mark, "matter": "access"}
                yield browser.send("register", path, step=mark, **subject)


def provider(visitor: Visitor) -> Iterator[Response]:
    """Applies, sends the same again as if no answer had come, and reads it."""
    browser = Browser(visitor.port)
    while True:
        mark = uuid.uuid4().hex
        body = json.dumps(application(mark, visitor.objects))
        headers = {
            **visitor.credentials,
            "Content-Type": "application/json",
            "Idempotency-Key": mark,
        }
        sent = "POST", "/api/v1/requests", body, headers
        yield browser.ask("apply", *sent, step=mark)
        yield browser.ask("apply again", *sent, step=mark)
        yield browser.ask(
            "read", "GET", f"/api/v1/requests/{mark}", "", visitor.credentials
        )


def application(number: str, objects: list[str]) -> dict[str, Any]:
    return {
        "number": number,
        "service": "Bench",
        "justification": "A justification of the length that people write. " * 4,
        "objects": objects,
        "minutes": 60,
        "sent_at": datetime.now(UTC).isoformat(),
    }


KINDS: dict[str, Callable[[Visitor], Iterator[Response]]] = {
    "reader": reader,
    "registrar": registrar,
    "provider": provider,
}
