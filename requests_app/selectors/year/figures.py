"""What a simulated year says: what lapsed, how long it took, whom it woke, and which
single change would help most."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from requests_app.models import Act, NoticeWay
from requests_app.models.notice_rungs import Whom
from requests_app.selectors.year.people import Case, Habits, Year
from requests_app.selectors.year.run import Simulation
from requests_app.selectors.year.world import BEYOND, Door, PlaceKey, Spans, World

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


def changes(
    world: World, seed: int, habits: Habits, before: Figures
) -> Iterator[Change]:
    """The same year with each single change by itself."""
    number = before.number
    for name, changed, people in _single(world, habits, before.lapsed):
        year = Simulation(changed, seed, people).whole(number)
        yield Change(name, figures_of(changed, year))


def badness(figures: Figures) -> tuple[Any, ...]:
    """What lapsed unseen weighs most, then all that lapsed, then the slowest."""
    slowest = figures.to_decided[95] or timedelta.max
    return len(figures.unseen), len(figures.lapsed), slowest


def _single(
    world: World, habits: Habits, lapsed: Iterable[Lapsed]
) -> Iterable[tuple[str, World, Habits]]:
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
    yield from _one_more(world, habits, lapsed)


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


def _one_more(
    world: World, habits: Habits, lapsed: Iterable[Lapsed]
) -> Iterable[tuple[str, World, Habits]]:
    place = _scarcest(world, lapsed)
    if place is None:
        return
    authority, _product, act = place
    more, always = -1, Spans([(world.begins, world.ends + BEYOND)])
    name = _("One more who may %(act)s at %(authority)s, at all hours") % {
        "act": str(Act(act).label).lower(),
        "authority": world.authorities[authority],
    }
    able = {**world.able, place: {**world.able.get(place, {}), more: always}}
    acting = {**world.acting, place: {**world.acting.get(place, {}), more: always}}
    names = {**world.names, more: _("one more")}
    ways = {**world.ways, more: {str(NoticeWay.MAIL), str(NoticeWay.PUSH)}}
    changed = replace(world, able=able, acting=acting, names=names, ways=ways)
    yield name, changed, habits


def _scarcest(world: World, lapsed: Iterable[Lapsed]) -> PlaceKey | None:
    """What most of what lapsed waited for; where nothing did, what the fewest do."""
    waited: Counter[PlaceKey] = Counter(
        (*row.case.door.place_of(row.case.waits_for), row.case.waits_for)
        for row in lapsed
    )
    if waited:
        return waited.most_common(1)[0][0]
    able = world.able
    return min(able, key=lambda place: (len(able[place]), str(place)), default=None)
