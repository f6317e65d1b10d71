"""Fields: content field, days, key in array, person field and sealed field."""

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import (
    BigIntegerField,
    BooleanField,
    F,
    Func,
    QuerySet,
    TextField,
    Value,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app.queries import Texts
from requests_app.core.models import Content

# A text or file of a row, which steps write and no form does.


def content_field(verbose_name: Any, **options: Any) -> models.ForeignKey[Any, Any]:
    """Its key is the digest of what is kept; nothing leads from there to the row."""
    return models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=verbose_name,
        related_name="+",
        editable=False,
        **options,
    )


# From one day to another: told beside the field, before the database is asked.
#
# PostgreSQL can make no range that ends before it begins: a constraint over one is no
# error of a field there, but of the query.


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


# `key in (…)` for rights, in a shape that the database asks once and first.

KEYS: Any = ArrayField(BigIntegerField())
TEXTS: Any = ArrayField(TextField())


def key_in_array(key: str, keys: QuerySet) -> Func:
    """`Q(key__in=…)` of keys none of which is NULL, in a shape that is asked once and
    first. Beside an `or`, the database would walk through every row there is, and ask
    of each whether it is among them; an array it reads once, and looks its rows up by
    index."""
    return _is_in(key, ArraySubquery(keys))


def is_one_of(key: Any, keys: list[int] | Texts) -> Func:
    """`key in (…)` of keys that are known: one parameter, however many they are."""
    return _is_in(key, these(keys))


def is_given_by(key: Any, function: str, *values: Any) -> Func:
    """`key in (select function(…))`, of a function of the database's own that gives
    keys. It is reckoned to give a thousand, and every row would be read for them."""
    keys = Func(
        *values,
        function=function,
        template="array(select %(function)s(%(expressions)s))",
        output_field=KEYS,
    )
    return _is_in(key, keys)


def is_in_matter(key: Any, *access_requests: int) -> Func:
    """Is a request's key one of these, of what they extend or were merged with, or of
    what extends them? The database knows the rule."""
    return is_given_by(key, "lockbox_matters", these(list(access_requests)))


def these(keys: list[int] | Texts) -> Value:
    """Keys as one value, for such a function."""
    return Value(keys, output_field=TEXTS if isinstance(keys, Texts) else KEYS)


def _is_in(key: Any, array: Any) -> Func:
    return Func(
        F(key) if isinstance(key, str) else key,
        array,
        arg_joiner=" = any(",
        template="%(expressions)s)",
        output_field=BooleanField(),
    )


# Who did something: what people make or change has one or several of these.


def person_field(verbose_name: Any, **options: Any) -> models.ForeignKey[Any, Any]:
    """A person who stays, and knows nothing of the rows that name them. A field and no
    abstract model: each kind of row calls it by what was done, as the law and the pages
    do."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=verbose_name,
        related_name="+",
        **options,
    )
