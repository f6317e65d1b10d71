"""What waits with a clock, of everybody who can be told of it and of each channel of
colleagues: read once for all that a round tells."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import translation

from requests_app.models import NoticeChannel, NoticeKind, RoleAssignment
from requests_app.selectors.ladders.waiting import Waiting, request_of
from requests_app.selectors.queue import WorkItem, work_for
from requests_app.selectors.queue.alike import alike
from requests_app.selectors.reach import people_at_work

# The key of no person.
NOBODY = 0


class Line(NamedTuple):
    """What waits with another clock than the answer's: what it is called and where, and
    which clock, with the turn where it has come back under the same."""

    number: str
    item: str
    kind: str
    ends_at: datetime

    @property
    def key(self) -> tuple[str, str, datetime]:
        return self.item, self.kind, self.ends_at

    @property
    def notice_kind(self) -> str:
        return self.kind.partition(" ")[0]


class Queues(NamedTuple):
    """`waiting`: what has a time to answer, which is the ladders', what runs out first
    at the top. Then the lines of other clocks, with the people whose queue it is."""

    waiting: list[Waiting]
    of_people: list[tuple[list[Any], list[Line]]]
    of_channels: list[tuple[NoticeChannel, list[Line]]]


def read_queues() -> Queues:
    """In no order: a round that has no time for all begins elsewhere each time."""
    waiting: dict[tuple[str, str], Waiting] = {}
    of_people, of_channels = [], []
    for people in alike(people_at_work().order_by("?")):
        answers, others = _lines(people[0])
        for item in answers:
            _of(waiting, item).people.update({person.pk: person for person in people})
        of_people.append((people, others))
    channels = NoticeChannel.objects.filter(
        ended_at=None, kind=NoticeChannel.Kind.COLLEAGUES
    )
    for channel in channels.select_related("authority").order_by("?"):
        answers, others = _lines(_anybody(channel))
        for item in answers:
            _of(waiting, item).channels[channel.pk] = channel
        of_channels.append((channel, others))
    in_order = sorted(waiting.values(), key=lambda one: one.ends_at)
    return Queues(in_order, of_people, of_channels)


def _lines(person: Any) -> tuple[list[WorkItem], list[Line]]:
    """Of one person, what has a time to answer, and the others, in their language."""
    with translation.override(person.language):
        items = [item for item in work_for(person) if item.step and item.clock]
        others = sorted(_others(items), key=lambda line: line.ends_at)
    return [item for item in items if _is_answer(item)], others


def _is_answer(item: WorkItem) -> bool:
    return item.clock is not None and item.clock.kind == NoticeKind.ANSWER


def _others(items: list[WorkItem]) -> Iterator[Line]:
    for item in items:
        if item.clock is not None and not _is_answer(item):
            number = " ".join((item.number or item.name).split())
            kind = f"{item.clock.kind} {item.turn}" if item.turn else item.clock.kind
            yield Line(number, item.url, kind, item.clock.ends_at)


def _of(waiting: dict[tuple[str, str], Waiting], item: WorkItem) -> Waiting:
    ends_at = request_of(item.about).clock.answer_by
    new = Waiting(item.url, item.about, item.act, item.turn, ends_at)
    return waiting.setdefault((item.url, item.act), new)


def _anybody(channel: NoticeChannel) -> Any:
    """Whoever has the channel's role and is named nowhere."""
    anybody: Any = get_user_model()(pk=NOBODY, language=settings.LANGUAGE_CODE)
    anybody.role_rows = [RoleAssignment(role=channel.role, authority=channel.authority)]
    return anybody
