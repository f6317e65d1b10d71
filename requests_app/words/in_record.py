"""Texts of the system's own that become part of the record."""

from typing import Any

from django.utils import translation


def in_record(text: Any, **words: Any) -> str:
    """A lazy text in Swedish, whatever the language of whoever acts; `words` stand in
    its holes."""
    with translation.override("sv"):
        return str(text) % words if words else str(text)
