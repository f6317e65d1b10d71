"""Several rows settled together, each by a step of its own: all or none."""

from collections.abc import Callable, Iterable
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
    hindered, count = SomeHindered(), 0
    for row in rows:
        try:
            act.begin(row, by)
            act.function(row, by=by, **fields, **own(row))
        except ValidationError as error:
            hindered.why[row.pk] = " ".join(error.messages)
        except WrongState as error:
            hindered.why[row.pk] = str(error)
        except PermissionDenied:
            hindered.why[row.pk] = why_denied(row)
            hindered.denied.append(row)
        else:
            count += 1
    if hindered.why:
        raise hindered
    return count
