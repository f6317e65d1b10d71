"""The numbers of a year as texts, row by row: alike in the paper and the open data."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from requests_app.documents.transparency.counts import Month, OfProduct, Year
from requests_app.documents.transparency.small import (
    FEWEST,
    NOT_TOLD,
    in_public,
    parts,
    sum_of,
)

REQUESTS = {
    "came": "Inkomna begäranden",
    "granted": "Bifall",
    "refused": "Avslag",
    "lapsed": "Förfallna utan beslut",
}
ACCESSES = {
    "accesses": "Åtkomster",
    "hours": "Beviljade timmar",
    "used": "Använda",
    "never_used": "Aldrig använda",
    "not_known": "Inte känt om använda",
    "inside": "Åtgärder inom det beviljade",
    "outside": "Andra åtgärder",
}
PARTS = ("used", "never_used", "not_known")


class Line(NamedTuple):
    """The numbers of one product in one month; in the whole year where `month` is
    None."""

    product: OfProduct
    month: date | None
    texts: dict[str, str]


def lines_of(year: Year) -> Iterator[Line]:
    for product in year.products:
        months = [product.months.get(month, Month()) for month in year.months]
        for day, month in zip(year.months, months, strict=True):
            yield Line(product, day, _of_month(month))
        yield Line(product, None, _of_year(months))


def _of_month(month: Month) -> dict[str, str]:
    return _texts(
        lambda name: str(in_public(getattr(month, name))),
        _hours([month]),
        parts(getattr(month, name) for name in PARTS),
    )


def _of_year(months: list[Month]) -> dict[str, str]:
    """What a month does not tell, its year does not tell either."""
    of_months = [parts(getattr(month, name) for name in PARTS) for month in months]
    whole = [
        NOT_TOLD if NOT_TOLD in column else str(sum(map(int, column)))
        for column in zip(*of_months, strict=True)
    ]
    return _texts(
        lambda name: str(sum_of(getattr(month, name) for month in months)),
        _hours(months),
        whole,
    )


def _hours(months: list[Month]) -> str:
    """Granted hours; not told of a few accesses, for then they say how long one was."""
    if any(0 < month.accesses < FEWEST for month in months):
        return NOT_TOLD
    return str(round(sum(month.hours for month in months)))


def _texts(number: Callable[[str], str], hours: str, used: Any) -> dict[str, str]:
    special = {"hours": hours, **dict(zip(PARTS, used, strict=True))}
    names = [*REQUESTS, *ACCESSES]
    return {name: special.get(name) or number(name) for name in names}
