"""From one day to another: told beside the field, before the database is asked.

PostgreSQL can make no range that ends before it begins: a constraint over one is no
error of a field there, but of the query.
"""

from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import ValidationError
from django.db.models import Func, Value
from django.utils import timezone
from django.utils.translation import gettext as _


def validate_year(day: date) -> None:
    """A slip of the keys; and days may be counted on from the last that Python has."""
    if not 1900 <= day.year < 2100:
        raise ValidationError(_("The year must lie between 1900 and 2099."))


def refuse_backward_days(
    row: Any, ends: str = "valid_to", *, begins: str = "valid_from"
) -> None:
    """For rows with a first and a last day."""
    refuse_backward(getattr(row, begins), getattr(row, ends), ends)


def refuse_backward(first: date | None, last: date | None, ends: str) -> None:
    """`ends` is the field of the last one."""
    if first is not None and last is not None and last < first:
        raise ValidationError({ends: _("This day is before the first one.")})


def days_of_row() -> Func:
    """The range that they span, for constraints."""
    return Func(
        "valid_from",
        "valid_to",
        Value("[]"),
        function="daterange",
        output_field=DateRangeField(),
    )


def month_named(text: str) -> date | None:
    """The first day of a month as addresses write it, such as 2026-11; else nothing."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def first_instant(day: date) -> datetime:
    """When it begins, by the clocks here."""
    return timezone.make_aware(datetime.combine(day, time.min))
