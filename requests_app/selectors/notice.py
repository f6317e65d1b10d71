"""Who is to be told of what by which way: lines of the start page with another clock
than the answer's, which is the ladders' (selectors.ladders)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from requests_app.models import ChannelNotice, NoticeChannel, SentNotice
from requests_app.models.notice import OWN_WAYS
from requests_app.selectors.queues import Line, Queues
from requests_app.selectors.reach import PeopleByWay, people_by_way


class Due(NamedTuple):
    """A notice to send."""

    person: Any
    way: str
    line: Line


def due_now(queues: Queues) -> Iterator[Due]:
    """Of each queue, the clock that runs out first at the top."""
    by_way = cache(lambda kind: people_by_way(kind, to_try=True))
    for people, lines in queues.of_people:
        if lines:
            yield from _due_to(people, lines, by_way)


def _due_to(
    people: Sequence[Any], lines: Iterable[Line], by_way: Callable[[str], PeopleByWay]
) -> Iterator[Due]:
    rows = SentNotice.objects.filter(
        person__in=people, item__in=[line.item for line in lines]
    )
    sent = set(rows.values_list("person", "way", "item", "kind", "ends_at"))
    for person in people:
        for line in lines:
            for way in OWN_WAYS:
                is_reached = person.pk in by_way(line.notice_kind)[way]
                if is_reached and (person.pk, way, *line.key) not in sent:
                    yield Due(person, way, line)


def due_in(channel: NoticeChannel, lines: Sequence[Line]) -> Iterator[Line]:
    """What has not been told there."""
    rows = ChannelNotice.objects.filter(channel=channel)
    sent = set(rows.values_list("item", "kind", "ends_at")) if lines else ()
    return (line for line in lines if line.key not in sent)
