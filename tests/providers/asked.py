"""Every provider of the registry that is asked by machine, with its simulator."""

from contextlib import contextmanager, suppress

from lockbox_site import simulators
from requests_app.providers import registry
from requests_app.providers.aws import session
from requests_app.providers.reading import Unreadable
from tests.providers.helpers import connected

NAMES = [
    name
    for name in registry.names(lambda can: can.can_be_polled)
    if name in simulators.names()
]


def point_at(monkeypatch, name, server):
    """A room reads where it is asked from a variable of its name."""
    monkeypatch.setenv(f"LOCKBOX_{name.upper()}_ENDPOINT", server.url)
    session._client.cache_clear()


@contextmanager
def asked(cast, monkeypatch, name, kind=None):
    """The simulator, or another made of it, and a connection that asks it."""
    with (kind or simulators.simulator(name))() as server:
        point_at(monkeypatch, name, server)
        external_id = scope_of(name)
        numbers = [server.example(turn) for turn in (3, 2, 1)]
        objects = {
            found
            for number in numbers
            for found in objects_of(name, server.requests[number])
        }
        server.number, server.requests = (
            numbers[-1],
            {numbers[-1]: server.requests[numbers[-1]]},
        )
        server.connection = connected(cast, name, external_id, sorted(objects))
        yield server


def scope_of(name):
    module = simulators.simulator(name).__module__
    scopes = ("SUBSCRIPTION", "PROJECT", "ACCOUNT", "COMPARTMENT", "LOCKBOX")
    space = vars(__import__(module, fromlist=["x"]))
    own = [space[word] for word in scopes if word in space]
    return own[0] if own else name


def objects_of(name, row):
    """What the room says that the request names."""
    provider = registry.PROVIDERS[name]
    for value in (row, {"properties": row}):
        with suppress(Unreadable):
            return list(provider.application(value).object_ids)
    raise AssertionError(name)
