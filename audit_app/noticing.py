"""What was found, while looking, to be another than what was recorded.

Noticed wherever it is met; whoever runs the request or the round reports it afterwards,
in a transaction of its own: what was being read may be rolled back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple


class NoticedRow(NamedTuple):
    """A row of this table, by its key, and the page's object where it was met."""

    object_type: str
    object_id: str
    place: Any


_place: ContextVar[Any] = ContextVar("place", default=None)
_notices: ContextVar[dict[tuple[str, str], NoticedRow] | None] = ContextVar(
    "notices", default=None
)


@contextmanager
def noticing() -> Iterator[dict[tuple[str, str], NoticedRow]]:
    """Inside, what is noticed is collected, once each."""
    notices: dict[tuple[str, str], NoticedRow] = {}
    tokens = _notices.set(notices), _place.set(None)
    try:
        yield notices
    finally:
        _notices.reset(tokens[0])
        _place.reset(tokens[1])


def looking_at(place: Any) -> None:
    """What is noticed from here on belongs to this object."""
    _place.set(place)


def notice(object_type: str, object_id: str) -> None:
    notices = _notices.get()
    if notices is not None:
        key = (object_type, object_id)
        notices.setdefault(key, NoticedRow(*key, _place.get()))
