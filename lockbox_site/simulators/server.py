"""What every simulated provider is made of: an HTTP server with troubles on demand."""

import json
import ssl
import threading
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

from lockbox_site.simulators.faults import (
    AFTER,
    OVERTAKING,
    SHOWN_LATER,
    UNKNOWN_STATUS,
)

READS = ("list", "get", "events")
SKEW = timedelta(hours=1)


class Call(NamedTuple):
    """One call, and the trouble that it meets."""

    method: str
    target: str
    headers: Any
    body: bytes
    fault: str = ""

    @property
    def path(self) -> list[str]:
        return [unquote(name) for name in urlsplit(self.target).path[1:].split("/")]

    @property
    def query(self) -> dict[str, str]:
        values = parse_qs(urlsplit(self.target).query)
        return {name: value[0] for name, value in values.items()}


class Answer(NamedTuple):
    """`value` is JSON, or bytes as they are."""

    status: int
    value: Any
    headers: dict[str, str] = {}


class Simulator:
    """Started by `with`; `url` is where it answers. `requests` are its rows by number.
    `faults` are queued by operation and used up one at a time; `hooks` are called with
    the number at a moment: an operation (before it takes effect), "effect" (after).
    `attempts` is all that it was asked to change, `decisions` all that took effect.
    `scope` is its side of a connection, such as a project."""

    port = 8600
    scope: str
    # Operations that change nothing.
    reads: tuple[str, ...] = READS

    def __init__(self, port: int = 0, page_size: int = 50, pem: str = "") -> None:
        self.page_size = page_size
        self.requests: dict[str, dict[str, Any]] = {}
        self.earlier: dict[str, dict[str, Any]] = {}
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.hooks: dict[str, Callable[[str], Any]] = {}
        self.attempts: list[tuple[str, str]] = []
        self.decisions: list[tuple[str, str]] = []
        self.calls: list[tuple[str, str]] = []
        self.headers: set[str] = set()
        self.skew = timedelta()
        self.hold = threading.Event()
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self.server.daemon_threads = True
        if pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True
            )
        self.url = f"http{'s' * bool(pem)}://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(
            target=self.server.serve_forever, args=(0.02,), daemon=True
        ).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.hold.set()
        self.server.shutdown()
        self.server.server_close()

    # -- What a provider's own says ---------------------------------------------------

    def apply(self, number: str, **terms: Any) -> None:
        """A request that waits, as the newest specification writes it."""
        raise NotImplementedError

    def example(self, turn: int) -> str:
        """One more invented request of what the demo knows; returns its number."""
        raise NotImplementedError

    def read_as(self, number: str) -> Any:
        """A request as it stands in the provider's answers."""
        return self.requests[number]

    def state(self, number: str) -> str:
        """In the provider's own words."""
        raise NotImplementedError

    def become(self, number: str, state: str) -> None:
        """Without any call: "approved", "denied", "expired", "revoked"; what is none of
        these is a state that nobody has heard of."""
        raise NotImplementedError

    def operation(self, call: Call) -> tuple[str, str]:
        """Which one a call is: "list", "get", "events", "decide" or another that
        changes something; and the request's number, where it names one."""
        raise NotImplementedError

    def word(self, name: str, call: Call) -> str:
        """What a call that changes something asks for, such as "Approve"."""
        raise NotImplementedError

    def perform(self, name: str, number: str, call: Call) -> Answer:
        """Do it and answer. What is refused changes nothing."""
        raise NotImplementedError

    def error(self, status: int, number: str) -> Answer:
        """A refusal, in the provider's own shape."""
        return Answer(status, {"error": {"code": status}})

    # -- What they share --------------------------------------------------------------

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skew

    def listed(self, call: Call, rows: list[Any]) -> list[Any]:
        """Rows of a list, as its trouble has them."""
        if call.fault == "doubled":
            return [row for row in rows for _twice in range(2)]
        return rows[::-1] if call.fault == "out of order" else rows

    def answer(self, call: Call) -> Answer | None:
        """None: the connection is cut."""
        name, number = self.operation(call)
        self.calls.append((call.method, urlsplit(call.target).path))
        self.headers |= set(call.headers)
        is_read = name in self.reads
        if not is_read:
            self.attempts.append((number, self.word(name, call)))
        self._tell(name, number)
        fault = self.faults[name].pop(0) if self.faults[name] else ""
        if fault == "slow":
            self.hold.wait(30)
        if fault in ("slow", "cut"):
            return None
        if fault.isdecimal():
            refused = self.error(int(fault), number)
            return refused._replace(headers={**refused.headers, **_retry_after(fault)})
        with self.lock:
            answer = self._perform(name, number, call._replace(fault=fault))
        if not is_read and answer.status < 300:
            self._tell("effect", number)
        if fault in AFTER:
            return None if fault == "cut after" else self.error(500, number)
        return answer

    def _tell(self, moment: str, number: str) -> None:
        self.hooks.get(moment, lambda number: None)(number)

    def _perform(self, name: str, number: str, call: Call) -> Answer:
        if call.fault in OVERTAKING and number in self.requests:
            self.become(number, OVERTAKING[call.fault])
        if name in self.reads:
            return self._shown(name, number, call)
        if call.fault in SHOWN_LATER:
            self.faults["get"].insert(0, call.fault)
        before = deepcopy(self.requests.get(number))
        answer = self._in_time(name, number, call)
        if call.fault == "doubled":
            answer = self.perform(name, number, call)
        if before is not None:
            self.earlier[number] = before
        return answer

    def _shown(self, name: str, number: str, call: Call) -> Answer:
        """A reading, which changes nothing whatever it shows."""
        rows = self.requests
        self.requests = deepcopy(rows)
        try:
            if call.fault == "out of order" and number in self.earlier:
                self.requests[number] = self.earlier[number]
            if call.fault == "unknown status":
                for one in [number] if number in rows else list(rows):
                    self.become(one, UNKNOWN_STATUS)
            return self._in_time(name, number, call)
        finally:
            self.requests = rows

    def _in_time(self, name: str, number: str, call: Call) -> Answer:
        """By its clock, which may be wrong."""
        self.skew = SKEW if call.fault == "skewed clock" else timedelta()
        try:
            answer = self.perform(name, number, call)
            date = format_datetime(self.now(), usegmt=True)
            return answer._replace(headers={"Date": date, **answer.headers})
        finally:
            self.skew = timedelta()


def _retry_after(fault: str) -> dict[str, str]:
    return {"Retry-After": "900"} if fault == "429" else {}


def _handler(simulator: Simulator) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = Call(self.command, self.path, self.headers, body)
            answer = simulator.answer(call)
            if answer is None:
                self.close_connection = True
                self.connection.close()
                return
            self._send(answer)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

        def _send(self, answer: Answer) -> None:
            value = answer.value
            raw = value if isinstance(value, bytes) else json.dumps(value).encode()
            own = {"Content-Type": "application/json", "Date": self.date_time_string()}
            self.send_response_only(answer.status)
            for name, text in {**own, **answer.headers}.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    return Handler
