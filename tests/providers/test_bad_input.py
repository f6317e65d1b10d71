"""Whatever a provider sends: it is taken in, or set aside with a word, and nothing else
is held up. Every field of what each room reads, by the rooms that there are."""

import copy
import json
from contextlib import suppress
from itertools import islice, product
from pathlib import Path

import pytest

from lockbox_site import simulators
from lockbox_site.simulators.server import Answer
from requests_app.cases.access.outbox import connector_of
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.cases.intake.sweep import Receiver, receive_document
from requests_app.core.models import Heartbeat
from requests_app.core.step import INTAKE, machine_account
from requests_app.oversight.sweep import poll_all, troubles
from requests_app.providers import registry
from requests_app.providers.reading import Piece, Unreadable
from tests.helpers.drawn import drawn
from tests.providers.asked import ASKS_NOTHING, NAMES, asked

pytestmark = [pytest.mark.long, pytest.mark.django_db]
HERE = Path(__file__).parent
HUGE = "x" * 50_000
ODD = [
    None,
    "",
    0,
    -1,
    10**30,
    1.5,
    True,
    [],
    {},
    [[]],
    [None],
    {"a": {"b": []}},
    HUGE,
    "a\x00b",
    "\ud800",
    "2026-13-45T99:99:99Z",
    "2026-11-29T10:00:00",
    "../../etc/passwd",
    "<script>",
]
GONE, RENAMED = object(), object()
# Tries with a sample of our own that has fewer fields than most.
FEWER = {"atlas": 80, "okta": 140, "exchange_online": 140}


def paths(value, at=()):
    """Every place in a value."""
    if at:
        yield at
    rows = value.items() if isinstance(value, dict) else []
    rows = enumerate(value) if isinstance(value, list) else rows
    for key, item in rows:
        yield from paths(item, (*at, key))


def changed(value, path, by):
    made = copy.deepcopy(value)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    if by in (GONE, RENAMED):
        item = inner.pop(path[-1])
        if by is RENAMED and isinstance(inner, dict):
            inner[str(path[-1]).upper() + "x"] = item
    else:
        inner[path[-1]] = by
    return made


def doubled(value):
    """The same object with its first key twice, at every level; as bytes."""
    raw = json.dumps(value)
    return raw.replace("{", '{"a": 1, "a": 2, ', 1).encode()


def vendors_own():
    """The examples of the vendors' documentation, by the rooms that read them."""
    for name in NAMES:
        for file in sorted((HERE / name / "specification").rglob("*.json")):
            with suppress(Unreadable):
                pieces = registry.PROVIDERS[name].applications(file.read_bytes())
                for number, _piece in enumerate(pieces):
                    yield pytest.param(name, file, number, id=f"{file.stem} {number}")


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_read_or_set_aside(cast, monkeypatch, name):
    with asked(cast, monkeypatch, name) as server:
        asks = connector_of(server.connection)
        sample = next(iter(asks.pending()), None) or asks.get(server.number)
        tried = try_every_field(server.connection, sample.value)
        assert tried > FEWER.get(name, 150)


@pytest.mark.parametrize(("name", "file", "number"), list(vendors_own()))
def test_every_field_of_a_vendors_example_is(cast, monkeypatch, name, file, number):
    with asked(cast, monkeypatch, name) as server:
        pieces = registry.PROVIDERS[name].applications(file.read_bytes())
        sample = next(islice(pieces, number, None))
        assert try_every_field(server.connection, sample.value) > 20


def try_every_field(connection, sample):
    receiver = Receiver(connection, by=machine_account(INTAKE), received_by="poll")
    every = list(product(paths(sample), [*ODD, GONE, RENAMED]))
    for path, by in drawn(every, 60):
        raw = json.dumps(changed(sample, path, by)).encode()
        receiver.seen.clear()
        received = receiver.take_in(Piece(json.loads(raw), raw))
        assert received.access_request or received.trouble, (path, by)
        if received.access_request is None:
            kept = Arrival.objects.filter(trouble=received.trouble)
            assert raw in [row.payload.body for row in kept], (path, by)
    raw = doubled(sample)
    received = receiver.take_in(Piece(json.loads(raw), raw))
    assert received.access_request is None and received.trouble
    return len(every)


GARBAGE = {
    "nothing": b"",
    "half": b'{"value": [{"id"',
    "null": b"null",
    "a list": b"[]",
    "a text": b'"x"',
    "a number": b"7",
    "empty": b"{}",
    "a page for people": b"<html><body>Sign in</body></html>",
    "not UTF-8": b"\xff\xfe\x00",
    "nested": b"[" * 100_000,
    "long number": b"1" * 10_000,
    "too much": b" " * (21 * 1024 * 1024),
    "odd rows": json.dumps(
        {key: [None, 7, "x", [], {}] for key in ("value", "approvalRequests", "items")}
    ).encode(),
}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_answer_holds_nobody_up(cast, monkeypatch, name):
    class Garbled(simulators.simulator(name)):
        body = None

        def answer(self, call):
            return (
                Answer(200, self.body)
                if self.body is not None
                else (super().answer(call))
            )

    with asked(cast, monkeypatch, name, Garbled) as server:
        for what, body in GARBAGE.items():
            server.body = body
            poll_all()
            quiet = what in ("nothing", "null", "a list", "empty", "odd rows")
            seen = troubles(Heartbeat.objects.all()) or Arrival.objects.exists()
            assert seen or quiet, what
            assert not AccessRequest.objects.exists(), what
        server.body = None
        poll_all()
        assert troubles(Heartbeat.objects.all()) == []
        came = list(AccessRequest.objects.values_list("external_id", flat=True))
        assert came == ([] if name in ASKS_NOTHING else [server.number])


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_file_of_anything_is_kept(cast, monkeypatch, name):
    with asked(cast, monkeypatch, name) as server:
        for raw in GARBAGE.values():
            for received in receive_document(
                server.connection, raw[:100_000], by=machine_account(INTAKE)
            ):
                assert received.trouble
    assert not AccessRequest.objects.exists()
