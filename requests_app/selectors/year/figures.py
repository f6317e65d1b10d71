"""What a simulated year says: what lapsed, how long it took, whom it woke, and which
single change would help most."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from requests_app.models import NoticeWay
from requests_app.models.notice_rungs import Whom
from requests_app.selectors.year.people import Case, Habits, Year
from requests_app.selectors.year.run import Simulation
from requests_app.selectors.year.world import Door, World

SHARES = (50, 95, 99)
EARLIER = 50  # percent of the time, for the last rung


class Lapsed(NamedTuple):
    case: Case
    # The gaps that coverage had named, which it lies in.
    gaps: list[Any]


class Figures(NamedTuple):
    number: int
    unseen: list[Lapsed]
    lapsed: list[Lapsed]
    to_seen: dict[int, timedelta | None]
    to_decided: dict[int, timedelta | None]
    notices: dict[str, int]
    nights: dict[str, int]


def figures_of(world: World, year: Year) -> Figures:
    lapsed = [
        Lapsed(case, world.gaps_over(case.door, case.arrives, case.ends))
        for case in year.cases
        if case.has_lapsed
    ]
    names = world.names
    return Figures(
        len(year.cases),
        [row for row in lapsed if row.case.is_unseen],
        lapsed,
        _shares((case.arrives, case.seen) for case in year.cases),
        _shares((case.arrives, case.decided) for case in year.cases),
        {names[key]: number for key, number in _most(year.notices)},
        {
            names[key]: number
            for key, number in _most({k: len(n) for k, n in year.nights.items()})
        },
    )


def _most(numbers: dict[int, int]) -> list[tuple[int, int]]:
    return sorted(numbers.items(), key=lambda item: -item[1])


def _shares(
    spans: Iterable[tuple[datetime, datetime | None]],
) -> dict[int, timedelta | None]:
    """Within what time so many percent of those that came so far had come there."""
    times = sorted(ends - begins for begins, ends in spans if ends is not None)
    return {
        share: times[min(len(times) * share // 100, len(times) - 1)] if times else None
        for share in SHARES
    }


class Change(NamedTuple):
    """One change, and what the same year would have been with it."""

    name: str
    figures: Figures


def changes(world: World, seed: int, habits: Habits, number: int) -> Iterator[Change]:
    """The same year with each single change by itself."""
    for name, changed, people in _single(world, habits):
        year = Simulation(changed, seed, people).whole(number)
        yield Change(name, figures_of(changed, year))


def badness(figures: Figures) -> tuple[Any, ...]:
    """What lapsed unseen weighs most, then all that lapsed, then the slowest."""
    slowest = figures.to_decided[95] or timedelta.max
    return len(figures.unseen), len(figures.lapsed), slowest


def _single(world: World, habits: Habits) -> Iterable[tuple[str, World, Habits]]:
    doors = world.doors

    def with_doors(change: Callable[[Door], Door]) -> World:
        return replace(world, doors=[change(door) for door in doors])

    yield (
        _("The last rung already at %(percent)s percent") % {"percent": EARLIER},
        with_doors(_last_earlier),
        habits,
    )
    yield _("The first rung tells everybody who may"), with_doors(_first_all), habits
    yield _("Everybody who may has a device for notices"), _with_devices(world), habits
    yield (
        _("Half as many notices go unnoticed"),
        world,
        replace(habits, silent=habits.silent / 2),
    )
    yield from _one_more(world, habits)


def _last_earlier(door: Door) -> Door:
    *others, last = door.rungs
    earlier = replace(last, at=min(last.at, EARLIER))
    return replace(door, rungs=(*(r for r in others if r.at <= earlier.at), earlier))


def _first_all(door: Door) -> Door:
    first, *others = door.rungs
    everybody = replace(first, whom=Whom.EVERYBODY, role="", person=None)
    return replace(door, rungs=(everybody, *others))


def _with_devices(world: World) -> World:
    ways = {key: {*by, NoticeWay.PUSH} for key, by in world.ways.items()}
    return replace(world, ways=ways)


def _one_more(world: World, habits: Habits) -> Iterable[tuple[str, World, Habits]]:
    """One more who may, where the fewest can do an act."""
    if not world.able:
        return
    places = sorted(world.able, key=lambda place: (len(world.able[place]), str(place)))
    place = places[0]
    authority, _product, act = place
    more = -1
    name = _("One more who may %(act)s at %(authority)s")
    door = next(
        (d for d in world.doors if authority in (d.authority, d.run_by)), world.doors[0]
    )
    somebody = next(iter(world.able[place].values()), None)
    if somebody is None:
        return
    yield (
        name % {"act": act, "authority": door.name},
        replace(
            world,
            able={**world.able, place: {**world.able[place], more: somebody}},
            acting={
                **world.acting,
                place: {**world.acting.get(place, {}), more: somebody},
            },
            names={**world.names, more: _("one more")},
            ways={**world.ways, more: {NoticeWay.MAIL, NoticeWay.PUSH}},
        ),
        habits,
    )
