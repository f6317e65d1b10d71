"""Hours that were granted beside hours in which anything was seen: by product, class
and what the request says it was for."""

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Sum,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import EventOutcome
from requests_app.models.event_outcome import Outcome, Use
from requests_app.permissions.request_visibility import grants_visible_to
from requests_app.selectors.over_all.accesses import (
    Touch,
    accesses,
    with_class,
    with_touch,
)
from requests_app.selectors.over_all.period import Period
from requests_app.selectors.used_hours import ACCESS_HOUR, HOUR

# Here it may also be that there is no log at all.
USES: dict[str, Any] = {
    **dict(Use.choices),
    Use.UNKNOWN: gettext_lazy("Not known: there is no log, or it has a gap"),
}
LENGTH = ExpressionWrapper(F("ends") - F("begins"), DurationField())
REQUEST = "access_request__"
PRODUCT = "connection__product"


class Kind(NamedTuple):
    """What is counted together. `service` is the provider's word for what its request
    was for; empty where it does not say. `level` is None where nothing is classified.
    """

    provider: str
    product: str
    service: str
    level: int | None


class Line(NamedTuple):
    """Accesses of one kind that came out alike."""

    kind: Kind
    use: str
    touch: str
    number: int
    hours: float


class Row(NamedTuple):
    """What a table says of one name. Hours add up over accesses; `used` are clock hours
    of an access in which an act within the grant was seen."""

    name: str
    number: int
    granted: float
    used: int
    unused: float
    unknown: float
    running: float


class Hours(NamedTuple):
    lines: list[Line]
    used: Counter[Kind]

    def by(self, name: Callable[[Kind], str]) -> list[Row]:
        """What was granted most at the top."""
        lines: dict[str, list[Line]] = {}
        for line in self.lines:
            lines.setdefault(name(line.kind), []).append(line)
        used: Counter[str] = Counter()
        for kind, hours in self.used.items():
            used[name(kind)] += hours
        rows = [_row(key, lines.get(key, []), used[key]) for key in {*lines, *used}]
        return sorted(rows, key=lambda row: (-row.granted, row.name))

    @property
    def whole(self) -> Row:
        return _row("", self.lines, self.used.total())

    def by_use(self) -> list[tuple[Any, int, float]]:
        return _ways(USES, [(row.use, row) for row in self.lines])

    def by_touch(self) -> list[tuple[Any, int, float]]:
        return _ways(dict(Touch.choices), [(row.touch, row) for row in self.lines])


def hours_of(user: Any, period: Period) -> Hours:
    """Two queries, which the database adds up."""
    return Hours(_lines(user, period), _used(user, period))


def _lines(user: Any, period: Period) -> list[Line]:
    rows = with_touch(with_class(accesses(user, period), user))
    counted = (
        rows.order_by()
        .values(*_kind(REQUEST), "use", "touch")
        .annotate(number=Count("pk"), hours=Sum(LENGTH))
    )
    return [
        Line(
            _kind_of(row, REQUEST),
            row["use"],
            row["touch"],
            row["number"],
            row["hours"] / HOUR,
        )
        for row in counted
    ]


def _used(user: Any, period: Period) -> Counter[Kind]:
    inside = EventOutcome.objects.current().filter(
        outcome=Outcome.INSIDE,
        event__happened_at__gte=period.since,
        event__happened_at__lt=period.until,
        access_request__in=grants_visible_to(user).values("access_request"),
    )
    counted = (
        with_class(inside, user)
        .order_by()
        .values(*_kind(REQUEST))
        .annotate(hours=Count(ACCESS_HOUR, distinct=True))
    )
    used: Counter[Kind] = Counter()
    for row in counted:
        used[_kind_of(row, REQUEST)] += row["hours"]
    return used


def _kind(path: str) -> list[str]:
    product = f"{path}{PRODUCT}"
    return [f"{product}__provider__name", f"{product}__name", f"{path}service", "level"]


def _kind_of(row: dict[str, Any], path: str) -> Kind:
    return Kind(*(row[name] for name in _kind(path)))


def _ways(
    ways: dict[str, Any], lines: list[tuple[str, Line]]
) -> list[tuple[Any, int, float]]:
    """Every way in which accesses can come out, also where none did."""
    return [
        (label, *_sum([row for name, row in lines if name == way]))
        for way, label in ways.items()
    ]


def _row(name: str, lines: list[Line], used: int) -> Row:
    number, granted = _sum(lines)
    unused, unknown, running = (
        _sum([row for row in lines if row.use == use])[1]
        for use in (Use.NEVER_USED, Use.UNKNOWN, Use.RUNNING)
    )
    return Row(name, number, granted, used, unused, unknown, running)


def _sum(lines: list[Line]) -> tuple[int, float]:
    return sum(row.number for row in lines), round(sum(row.hours for row in lines), 1)


def product_name(kind: Kind) -> str:
    return f"{kind.provider}, {kind.product}"


def provider_name(kind: Kind) -> str:
    return kind.provider


def service_name(kind: Kind) -> str:
    return kind.service or _("not said")


def class_name(kind: Kind) -> str:
    return _("not classified") if kind.level is None else f"K{kind.level}"
