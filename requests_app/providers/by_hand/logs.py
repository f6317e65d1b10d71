"""What such a file tells; there is nothing that a machine could read."""

from requests_app.providers.exchange_online.audit import events
from requests_app.providers.protocol import unable

__all__ = ["connect", "events"]

connect = unable
