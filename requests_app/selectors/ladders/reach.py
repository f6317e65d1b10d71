"""By what people can be told of what is to be answered, and which ways are known to be
dead."""

from collections.abc import Iterable
from typing import NamedTuple

from requests_app.models import Heartbeat, NoticeKind, NoticeWay
from requests_app.selectors.reach import PeopleByWay, people_by_way


class Reach(NamedTuple):
    """`dead`: ways that took nothing the last time. `silent`: channels that did."""

    by_way: PeopleByWay
    dead: set[str]
    silent: set[int]

    def can_tell(self, key: int, way: str) -> bool:
        return key in self.by_way[way]

    def is_dead(self, way: str, key: int) -> bool:
        return key in self.silent if way == NoticeWay.COLLEAGUES else way in self.dead


def reach_now(beats: Iterable[Heartbeat], *, to_try: bool = False) -> Reach:
    """`to_try`: also addresses that were refused and are to be tried again."""
    beats = [beat for beat in beats if beat.failures]
    return Reach(
        people_by_way(NoticeKind.ANSWER, to_try=to_try),
        {_after(beat, Heartbeat.WAY) for beat in beats if _is(beat, Heartbeat.WAY)},
        {
            int(_after(beat, Heartbeat.CHANNEL))
            for beat in beats
            if _is(beat, Heartbeat.CHANNEL)
        },
    )


def _is(beat: Heartbeat, mark: str) -> bool:
    return beat.name.startswith(mark)


def _after(beat: Heartbeat, mark: str) -> str:
    return beat.name.removeprefix(mark)
