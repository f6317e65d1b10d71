"""The one way to a provider over the network: nothing above reaches a client."""

from importlib import import_module
from typing import Any

from requests_app.models import Connection
from requests_app.providers.protocol import (
    Connector,
    Correspondent,
    Doorkeeper,
    SupportDesk,
)


def connector_of(connection: Connection) -> Connector:
    """For a provider whose abilities say that it is polled or answered."""
    client = import_module(f"{connection.product.interface.__name__}.client")
    connector: Connector = client.connect(connection.external_id)
    return connector


def doorkeeper_of(connection: Connection) -> Doorkeeper:
    """For a provider whose abilities say that it opens grants."""
    connector: Any = connector_of(connection)
    keeper: Doorkeeper = connector
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
