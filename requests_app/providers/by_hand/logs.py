"""The log of a product that no machine reads, saved as a file: of Microsoft 365, whose
people can save one."""

from requests_app.providers.exchange_online.logs import events, records
from requests_app.providers.protocol import unable

__all__ = ["connect", "events", "records"]

connect = unable
