"""Answers that go out to a machine while `bench many` counts: a stand-in of Azure where
requests always wait, and the city's people, who decide on whatever comes in of it."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from django.db import connections

from audit_app import acting
from lockbox_site.demo.cases import Case, granted
from lockbox_site.demo.town import ensure_one
from lockbox_site.simulators import azure
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.step import WrongState

AT_ONCE = 4  # wait there whenever they are asked for
BEFORE = 1.0  # seconds until somebody looks again for what has come in
PATIENCE = 120  # seconds for what still waits in the end
DECIDED = {"Approve": "Approved", "Deny": "Denied"}


class Provider(ThreadingHTTPServer):
    """Customer Lockbox's three calls. `attempts` are all answers that were sent, by the
    request's number."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Calls)
        self.requests: dict[str, dict[str, str]] = {}
        self.is_open, self.at_them = True, threading.Lock()
        self.attempts: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answered(self) -> set[str]:
        """The numbers of those whose answer took effect."""
        return {n for n, r in self.requests.items() if r["status"] != "Pending"}

    def waiting(self) -> list[dict[str, str]]:
        with self.at_them:
            pending = [r for r in self.requests.values() if r["status"] == "Pending"]
            missing = AT_ONCE - len(pending) if self.is_open else 0
            return [*pending, *(self._apply() for _ in range(missing))]

    def _apply(self) -> dict[str, str]:
        number, now = f"BENCH-{len(self.requests) + 1}", datetime.now(UTC)
        machine = azure.MACHINE.format(1 + len(self.requests) % azure.MACHINES)
        self.requests[number] = {
            "requestId": number,
            "justification": "Felsöka virtuell maskin som startar om",
            "status": "Pending",
            "createdDateTime": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "expirationDateTime": f"{now + timedelta(days=4):%Y-%m-%dT%H:%M:%SZ}",
            "duration": "4",
            "resourceIds": machine,
            "resourceType": "Virtual Machine",
            "supportRequest": "12345",
            "subscriptionId": azure.SUBSCRIPTION,
        }
        return self.requests[number]

    def decide(self, number: str, answer: str) -> int:
        """The status of HTTP."""
        self.attempts[number] += 1
        if self.requests[number]["status"] != "Pending":
            return 409
        self.requests[number]["status"] = DECIDED[answer]
        return 200


class _Calls(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what was taken is counted."""

    def do_GET(self) -> None:
        last = urlsplit(self.path).path.rpartition("/")[2]
        if last == "requests":
            listed = [{"properties": row} for row in self.server.waiting()]
            return self._answer(200, {"value": listed})
        row = self.server.requests.get(last)
        return self._answer(200 if row else 404, {"properties": row or {}})

    def do_POST(self) -> None:
        number = urlsplit(self.path).path.split("/")[-2]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(self.server.decide(number, body["status"]), body)

    def _answer(self, status: int, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def provider() -> Iterator[Provider]:
    """The stand-in, and a subscription of the city's that is asked there."""
    with Provider() as there:
        ensure_one("azure", there.url)
        threading.Thread(target=there.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield there
        finally:
            there.shutdown()


@contextmanager
def deciding(there: Provider) -> Iterator[None]:
    """People decide while the block lasts, and then on what still waits, until what
    Azure took is on record. Whoever sends answers has to be at work meanwhile."""
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        people = pool.submit(_decide, stop)
        try:
            yield
            there.is_open, ends = False, time.monotonic() + PATIENCE
            while _goes_on(there) and not people.done() and time.monotonic() < ends:
                time.sleep(BEFORE)
        finally:
            stop.set()
        people.result()


def _goes_on(there: Provider) -> bool:
    return bool(there.waiting() or there.answered() - _on_record())


def account(there: Provider) -> str:
    """In a line: how many were decided, and not answered, answered twice, not known to
    be answered, never decided."""
    decided = _numbers(_answers())
    taken, known = there.answered(), _on_record()
    return (
        f"Azure applied {len(there.requests)} times, and {len(decided)} answers were"
        f" decided: {len(decided - taken)} lost,"
        f" {sum(count > 1 for count in there.attempts.values())} sent twice,"
        f" {len(taken - known)} taken and not on record,"
        f" {len(known - taken)} on record and not taken,"
        f" {len(there.waiting())} left undecided"
    )


def _on_record() -> set[str]:
    return _numbers(_answers().filter(status=Delivery.Status.CONFIRMED))


def _numbers(answers: Any) -> set[str]:
    return set(answers.values_list("access_request__external_id", flat=True))


def _answers() -> Any:
    return Delivery.objects.filter(
        access_request__connection__external_id=azure.SUBSCRIPTION
    )


class _AtOnce(Case):
    """A request that has come in by itself, worked on without waiting."""

    def __init__(self, request: AccessRequest) -> None:
        self.now = acting.now()
        self.request, self.connection = request, request.connection

    def later(self, minutes: float) -> "_AtOnce":
        return self

    def _take(
        self, step: Callable[..., Any], subject: Any, by: Any, **fields: Any
    ) -> None:
        step(subject, by=by, **fields)


# What is done next, by how a review stands.
NEXT: dict[str, Callable[[Case], Case]] = {
    SecrecyReview.Status.NEW: Case.register,
    SecrecyReview.Status.REGISTERED: Case.assign,
    SecrecyReview.Status.ASSIGNED: Case.assess,
    SecrecyReview.Status.IN_ASSESSMENT: granted,
    SecrecyReview.Status.PROPOSED: Case.decide,
}


def _decide(stop: threading.Event) -> None:
    theirs = SecrecyReview.objects.filter(
        access_request__connection__external_id=azure.SUBSCRIPTION, status__in=NEXT
    ).select_related("access_request__connection")
    try:
        while not stop.is_set():
            for review in theirs.all():
                # A registrar from outside may be at it, or have been first.
                with suppress(WrongState):
                    NEXT[review.status](_AtOnce(review.access_request))
            stop.wait(BEFORE)
    finally:
        connections.close_all()
