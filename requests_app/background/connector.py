"""The one way to a provider over the network: nothing above reaches a client."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from requests_app.models import Connection
from requests_app.providers.door import Doorkeeper, Gatekeeper
from requests_app.providers.log import LogProvider
from requests_app.providers.protocol import (
    Connector,
    Correspondent,
    SupportDesk,
)
from requests_app.providers.reading import Piece


def connector_of(connection: Connection) -> Connector:
    """For a provider whose abilities say that it is polled or answered."""
    client = _module(connection, "client")
    connector: Connector = client.connect(connection.external_id)
    return connector


def log_provider_of(connection: Connection) -> LogProvider:
    """For a provider whose abilities name logs, or files of one."""
    provider: LogProvider = _module(connection, "logs")
    return provider


def log_records_of(connection: Connection, raw: bytes, name: str) -> Iterator[Piece]:
    """Of a log saved as a file of that name, for a provider whose abilities say that
    one may be read. Raises Unreadable."""
    records: Iterator[Piece] = _module(connection, "audit_file").records(raw, name)
    return records


def _module(connection: Connection, name: str) -> Any:
    return import_module(f"{connection.product.interface.__name__}.{name}")


def doorkeeper_of(connection: Connection) -> Doorkeeper:
    """For a provider whose abilities say that it opens grants."""
    connector: Any = connector_of(connection)
    keeper: Doorkeeper = connector
    return keeper


def gatekeeper_of(connection: Connection) -> Gatekeeper:
    """For a provider whose abilities say that it shows outsiders."""
    connector: Any = connector_of(connection)
    keeper: Gatekeeper = connector
    return keeper


def correspondent_of(connection: Connection) -> Correspondent:
    """For a provider whose abilities say that it is asked, and is polled."""
    connector: Any = connector_of(connection)
    correspondent: Correspondent = connector
    return correspondent


def support_desk_of(connection: Connection) -> SupportDesk:
    """For a provider whose abilities say that it has support tickets."""
    connector: Any = connector_of(connection)
    desk: SupportDesk = connector
    return desk
