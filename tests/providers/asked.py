"""Every provider of the registry that is asked by machine, with its simulator."""

from contextlib import contextmanager

from lockbox_site import simulators
from requests_app.providers.aws import client
from tests.providers.helpers import connected

NAMES = simulators.pollable()
# Nobody asks there: a person records what the support case says.
ASKS_NOTHING = {"atlas"}


def point_at(monkeypatch, name, server):
    monkeypatch.setenv(simulators.variable(name), server.url)
    client._client.cache_clear()


@contextmanager
def asked(cast, monkeypatch, name, kind=None):
    """The simulator, or another made of it, and a connection that asks it."""
    with (kind or simulators.simulator(name))() as server:
        point_at(monkeypatch, name, server)
        numbers = [server.example(turn) for turn in (3, 2, 1)]
        objects = {
            found
            for number in numbers
            for found in simulators.objects_of(name, server, number)
        }
        server.number, server.requests = (
            numbers[-1],
            {numbers[-1]: server.requests[numbers[-1]]},
        )
        server.connection = connected(cast, name, server.scope, sorted(objects))
        yield server
