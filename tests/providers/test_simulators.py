"""The simulated providers: each fault does what it says, for every one of them."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from lockbox_site import simulators
from lockbox_site.simulators.by_hand import ByHand
from lockbox_site.simulators.faults import FAULTS
from lockbox_site.simulators.server import Answer, Simulator

NOTHING_HAPPENS = ("slow", "400", "401", "403", "429", "500", "503", "cut")


class Small(Simulator):
    """What a simulator says of its own, in ten lines."""

    def apply(self, number, **terms):
        self.requests[number] = {"number": number, "state": "waiting", **terms}

    def state(self, number):
        return self.requests[number]["state"]

    def become(self, number, state):
        self.requests[number]["state"] = state

    def operation(self, call):
        number = call.query.get("number", "")
        return ("decide" if call.method == "POST" else "get" if number else "list"), (
            number
        )

    def word(self, name, call):
        return call.body.decode()

    def perform(self, name, number, call):
        if name == "list":
            return Answer(200, self.listed(call, list(self.requests.values())))
        row = self.requests[number]
        if name == "get":
            return Answer(200, {**row, "now": self.now().isoformat()})
        if row["state"] != "waiting":
            return Answer(409, row)
        row["state"] = call.body.decode()
        self.decisions.append((number, row["state"]))
        return Answer(200, row)


@pytest.fixture
def small():
    with Small() as server:
        server.hold.set()  # "slow" is cut at once
        server.apply("1")
        server.apply("2")
        yield server


def answer(server):
    return httpx.post(f"{server.url}?number=1", content=b"yes", timeout=60)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_does_what_it_says_once(small, fault):
    small.faults["decide"] = [fault]
    try:
        status = answer(small).status_code
    except httpx.HTTPError:
        status = 0
    assert (fault in ("slow", "cut", "cut after")) is (status == 0)
    state = small.state("1")
    if fault in NOTHING_HAPPENS:
        assert (state, small.decisions) == ("waiting", [])
    elif fault in ("expired", "other approves", "other denies"):
        assert state in ("expired", "approved", "denied") and status == 409
        assert small.decisions == []
    else:
        assert (state, small.decisions) == ("yes", [("1", "yes")])
    assert answer(small).status_code == (200 if fault in NOTHING_HAPPENS else 409)
    assert small.attempts == [("1", "yes")] * 2


@pytest.mark.parametrize(
    "fault, shown", [("out of order", "waiting"), ("unknown status", "SomethingNew")]
)
def test_what_is_shown_after_an_answer_may_be_odd_once(small, fault, shown):
    small.faults["decide"] = [fault]
    answer(small)
    one, two = (httpx.get(f"{small.url}?number=1").json()["state"] for _ in range(2))
    assert (one, two) == (shown, "yes")


def test_a_list_is_doubled_and_turned_round(small):
    small.faults["list"] = ["doubled", "out of order", ""]
    told = [[row["number"] for row in httpx.get(small.url).json()] for _ in range(3)]
    assert told == [["1", "1", "2", "2"], ["2", "1"], ["1", "2"]]


def test_its_clock_is_wrong_once_and_too_much_is_told_with_a_time(small):
    small.faults["get"] = ["skewed clock", "429"]
    ahead, busy = (httpx.get(f"{small.url}?number=1") for _ in range(2))
    wrong = parsedate_to_datetime(ahead.headers["Date"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < wrong < timedelta(minutes=61)
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "900")


@pytest.mark.parametrize("name", simulators.names())
def test_every_simulator_lives_by_what_is_typed(name):
    with simulators.simulator(name)() as server:
        by_hand = ByHand(server)
        first = by_hand.obey("apply").split()[0]
        assert first in by_hand.obey("list")
        for state in ("approved", "denied", "expired", "never-heard-of"):
            before = by_hand.obey("list")
            assert by_hand.obey(f"set {first} {state}") != before
        for fault in FAULTS:
            assert by_hand.obey(f"fault list {fault}") == f"the next list: {fault}"
        for wrong in ("fault list gone", "fault", "set nobody", "dance", ""):
            assert "quit" in by_hand.obey(wrong)
