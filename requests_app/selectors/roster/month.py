"""A month of a roster: as a picture and as a table; and a person's own shifts."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from audit_app import clock
from requests_app.catalogue.working_days import CALENDAR
from requests_app.models import RosterAuthority, RosterGroup, Shift
from requests_app.models.days import first_instant
from requests_app.permissions.roster import rosters_visible_to
from requests_app.words.times import from_until

# Above the lanes stand the days.
WIDTH, LANE, TOP = 960, 26, 18
# So far ahead who comes next is named.
NEXT = timedelta(days=3)


class Box(NamedTuple):
    x: float
    width: float
    words: str


class Lane(NamedTuple):
    person: Any
    y: int
    boxes: list[Box]


class Day(NamedTuple):
    day: date
    x: float
    width: float
    is_free: bool
    # Who, and from when until when.
    shifts: list[tuple[Any, str]]


class Month(NamedTuple):
    first: date
    before: date
    after: date
    days: list[Day]
    lanes: list[Lane]
    height: int


def month_of(group: RosterGroup, first: date) -> Month:
    """One query. `first`: the first day of the month."""
    after = (first + timedelta(days=32)).replace(day=1)
    begins, ends = first_instant(first), first_instant(after)
    rows = Shift.objects.standing().filter(
        group=group, begins_at__lt=ends, ends_at__gt=begins
    )
    lanes: dict[Any, list[Shift]] = defaultdict(list)
    for shift in rows.select_related("person").order_by("begins_at"):
        lanes[shift.person].append(shift)
    shifts = [shift for row in lanes.values() for shift in row]
    return Month(
        first,
        (first - timedelta(days=1)).replace(day=1),
        after,
        _days(first, after, shifts),
        [
            Lane(who, TOP + LANE * number, [_box(shift, begins, ends) for shift in own])
            for number, (who, own) in enumerate(lanes.items())
        ],
        TOP + LANE * max(len(lanes), 1),
    )


def _days(first: date, after: date, shifts: list[Shift]) -> list[Day]:
    number = (after - first).days
    width = WIDTH / number
    days = []
    for place in range(number):
        day = first + timedelta(days=place)
        begins, ends = first_instant(day), first_instant(day + timedelta(days=1))
        theirs = sorted(
            (row for row in shifts if row.begins_at < ends and row.ends_at > begins),
            key=lambda row: row.begins_at,
        )
        is_free = not CALENDAR.is_working_day(day)
        rows = [(shift.person, _hours(shift, begins, ends)) for shift in theirs]
        days.append(Day(day, round(width * place, 1), round(width, 1), is_free, rows))
    return days


def _hours(shift: Shift, begins: datetime, ends: datetime) -> str:
    first, last = max(shift.begins_at, begins), min(shift.ends_at, ends)
    until = "24" if last == ends else _time(last)
    return f"{_time(first)}–{until}"


def _time(at: datetime) -> str:
    return date_format(timezone.localtime(at), "TIME_FORMAT")


def _box(shift: Shift, begins: datetime, ends: datetime) -> Box:
    whole = (ends - begins).total_seconds()
    x = WIDTH * max((shift.begins_at - begins).total_seconds(), 0) / whole
    until = WIDTH * min((shift.ends_at - begins).total_seconds(), whole) / whole
    words = from_until(shift.begins_at, shift.ends_at)
    return Box(round(x, 1), round(max(until - x, 2), 1), f"{shift.person}: {words}")


class OnDuty(NamedTuple):
    """Who is on duty now and until when, None where that is beyond `NEXT`; and who
    comes next."""

    group: RosterGroup
    now: dict[Any, datetime | None]
    after: Shift | None


def rosters_with_places(user: Any) -> list[RosterGroup]:
    """The rosters in use that the person sees, with the keys of all their authorities
    (`places`)."""
    shared = RosterAuthority.objects.filter(group=OuterRef("pk")).values("authority")
    rows = rosters_visible_to(user).filter(is_active=True).select_related("authority")
    rows = rows.annotate(shared_with=ArraySubquery(shared))
    groups: list[Any] = list(rows.order_by("authority__name", "name"))
    for group in groups:
        group.places = [group.authority_id, *group.shared_with]
    return groups


def shifts_to_show(user: Any, groups: list[RosterGroup]) -> list[Shift]:
    """The person's own from now on, and those of these rosters of the next days."""
    now = clock.now()
    near = Q(group__in=groups, begins_at__lt=now + NEXT)
    rows = Shift.objects.standing().filter(near | Q(person=user.pk), ends_at__gt=now)
    rows = rows.select_related("person", "group__authority")
    return list(rows.order_by("begins_at"))


def on_duty_now(groups: list[RosterGroup], shifts: list[Shift]) -> list[OnDuty]:
    now = clock.now()
    by_group: dict[int, list[Shift]] = defaultdict(list)
    for shift in shifts:
        if shift.begins_at < now + NEXT:
            by_group[shift.group_id].append(shift)
    rows = []
    for group in groups:
        theirs = by_group[group.pk]
        present = _present(theirs, now)
        shown = {
            who: None if until >= now + NEXT else until
            for who, until in present.items()
        }
        later = (row for row in theirs if row.begins_at > present.get(row.person, now))
        rows.append(OnDuty(group, shown, next(later, None)))
    return rows


def _present(shifts: list[Shift], now: datetime) -> dict[Any, datetime]:
    """Who is on duty, and until when: shifts that follow on each other are one."""
    until: dict[Any, datetime] = {}
    for shift in shifts:
        before = until.get(shift.person, now)
        if shift.begins_at <= before:
            until[shift.person] = max(before, shift.ends_at)
    return until


def shifts_of(person: Any, since: datetime) -> QuerySet[Shift]:
    """The person's own, that end after this instant."""
    rows = Shift.objects.standing().filter(person=person.pk, ends_at__gt=since)
    return rows.order_by("begins_at")
