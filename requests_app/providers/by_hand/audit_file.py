"""The log of a product that no machine reads, saved as a file: of Microsoft 365, whose
people can save one."""

from requests_app.providers.exchange_online.audit_file import records

__all__ = ["records"]
