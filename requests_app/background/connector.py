"""The one way to a provider over the network: nothing above reaches a client."""

from importlib import import_module

from requests_app.models import Connection
from requests_app.providers.protocol import Connector


def connector_of(connection: Connection) -> Connector:
    """For a provider whose abilities say that it is polled or answered."""
    client = import_module(f"{connection.product.interface.__name__}.client")
    connector: Connector = client.connect(connection.external_id)
    return connector
