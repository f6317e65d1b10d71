"""`key in (…)` for rights, in a shape that the database asks once and first."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet


def is_among(key: str, keys: QuerySet) -> Func:
    """As `Q(key__in=…)` of these keys; none of them may be NULL.

    Beside an `or`, the database would walk through every row there is, and ask of each
    whether it is among them; an array it reads once, and looks its rows up by index.
    """
    return Func(
        F(key),
        ArraySubquery(keys),
        arg_joiner=" = any(",
        template="%(expressions)s)",
        output_field=BooleanField(),
    )
