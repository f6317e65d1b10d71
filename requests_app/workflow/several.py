"""Several rows settled together, each by a step of its own: all or none."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from requests_app.models import SecrecyReview
from requests_app.workflow.step import Step, WrongState


class SomeHindered(Exception):
    """Some of several rows can't be settled: then none is. `why` of each, by its key,
    and which of them are not the person's to settle."""

    def __init__(self) -> None:
        self.why: dict[int, str] = {}
        self.denied: list[Any] = []
        self._count = 0

    @contextmanager
    def settling(
        self, row: Any, key: int, why_denied: Callable[[Any], str]
    ) -> Iterator[None]:
        """Keeps what hinders one of them, under its key, and goes on to the next."""
        try:
            yield
        except ValidationError as error:
            self.why[key] = " ".join(error.messages)
        except WrongState as error:
            self.why[key] = str(error)
        except PermissionDenied:
            self.why[key] = why_denied(row)
            self.denied.append(row)
        else:
            self._count += 1

    def number_settled(self) -> int:
        """Raises itself where any was hindered."""
        if self.why:
            raise self
        return self._count


def in_locking_order(reviews: Iterable[SecrecyReview]) -> list[SecrecyReview]:
    """By their requests, which steps lock."""
    return sorted(reviews, key=lambda row: (row.access_request_id, row.pk))


def each(
    act: Step[..., Any],
    rows: Iterable[Any],
    *,
    by: Any,
    why_denied: Callable[[Any], str],
    own: Callable[[Any], dict[str, Any]] = lambda _row: {},
    **fields: Any,
) -> int:
    """Do `act` to the rows as they come, in the caller's transaction; returns how many.
    Everybody sorts them alike, so that two people wait for each other and not in a
    circle. Raises SomeHindered; `why_denied` tells why a row is not theirs to settle.
    `own`: fields of one row, beside those that are the same for all.
    """
    hindered = SomeHindered()
    for row in rows:
        with hindered.settling(row, row.pk, why_denied):
            act.begin(row, by)
            act.function(row, by=by, **fields, **own(row))
    return hindered.number_settled()
