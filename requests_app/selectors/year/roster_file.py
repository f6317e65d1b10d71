"""A roster to try, from a file: lines with user name, act, from and until."""

import csv
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from requests_app.models import Act
from requests_app.selectors.roster.coverage import Gap
from requests_app.selectors.year.world import Places, Span, Spans, World

FIELDS = 4


class WrongFile(Exception):
    """A line that can't be read; the text says which, and why."""


def with_roster(world: World, lines: Iterable[str]) -> World:
    """For the acts that the file names it takes the place of the roster that is laid.
    Raises WrongFile."""
    laid = _laid(lines)
    acts = {act for _person, act in laid}
    acting: Places = {
        place: people for place, people in world.acting.items() if place[2] not in acts
    }
    for place, people in world.able.items():
        if place[2] in acts:
            acting[place] = {
                person: spans.within(Spans(laid.get((person, place[2]), [])))
                for person, spans in people.items()
            }
    rostered = {(place[0], place[2]) for place in acting if place[2] in acts}
    gaps = [gap for gap in world.gaps if gap.act not in acts]
    for (authority, product, act), here in acting.items():
        if act in acts:
            for begins, ends in _holes(here.values(), world.begins, world.ends):
                gaps.append(Gap(authority, product, act, "off_duty", begins, ends))
    return replace(world, acting=acting, rostered=world.rostered | rostered, gaps=gaps)


def _laid(lines: Iterable[str]) -> dict[tuple[int, str], list[Span]]:
    people = {
        person.get_username(): person.pk
        for person in get_user_model()._default_manager.filter(is_machine=False)
    }
    laid: dict[tuple[int, str], list[Span]] = {}
    for number, row in enumerate(csv.reader(lines), 1):
        if not row or row[0].startswith("#"):
            continue
        try:
            person, act, begins, ends = _read(row, people)
        except ValueError as error:
            text = _("Line %(number)s: %(why)s") % {"number": number, "why": error}
            raise WrongFile(text) from error
        laid.setdefault((person, act), []).append((begins, ends))
    if not laid:
        raise WrongFile(_("The file has no shifts."))
    return laid


def _read(row: list[str], people: dict[str, int]) -> tuple[int, str, Any, Any]:
    if len(row) != FIELDS:
        raise ValueError(_("user name, act, from and until, separated by commas"))
    name, act, *times = (text.strip() for text in row)
    if name not in people:
        raise ValueError(_("nobody signs in as %(name)s") % {"name": name})
    if act not in Act:
        acts = ", ".join(Act.values)
        raise ValueError(_("the act is one of %(acts)s") % {"acts": acts})
    begins, ends = (_moment(text) for text in times)
    if begins >= ends:
        raise ValueError(_("it ends before it begins"))
    return people[name], act, begins, ends


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(_("a time is written as 2026-12-24 18:00"))
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _holes(people: Iterable[Spans], begins: datetime, ends: datetime) -> Iterable[Span]:
    """When nobody is there."""
    at = begins
    for start, stop in sorted(span for spans in people for span in spans.spans):
        if start > at:
            yield at, min(start, ends)
        at = max(at, stop)
        if at >= ends:
            return
    yield at, ends
