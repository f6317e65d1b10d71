"""Series of numbers that begin anew each year, without gaps and doubles."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone

from requests_app.models import Authority


class InSeries(NamedTuple):
    """`text`: as it is written, such as GSN 2026-0001."""

    year: int
    sequence: int
    text: str


def next_in_series(
    rows: QuerySet,
    authority: int,
    at: datetime,
    begins: str,
    *,
    year: str = "year",
    sequence: str = "sequence",
) -> InSeries:
    """After the last of the authority's rows in the year of that moment, in Swedish
    time; `year` and `sequence` are their columns. Inside a step: who numbers at an
    authority has locked it (`lock_series`), so that all wait for each other."""
    now = timezone.localtime(at).year
    given = rows.filter(**{"authority": authority, year: now})
    number = (given.aggregate(last=Max(sequence))["last"] or 0) + 1
    text = f"{settings.SERIES_BEGINS}{begins} {now}-{number:04d}"
    return InSeries(now, number, text)


def lock_series(authority: int) -> None:
    """The moment that a number is given at is read after this."""
    Authority.objects.select_for_update().get(pk=authority)
