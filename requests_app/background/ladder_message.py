"""One notice of a ladder: of what, to whom and how; and which ways take nothing."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from requests_app.background.message import Message
from requests_app.models import (
    Heartbeat,
    LadderNotice,
    NoticeChannel,
    NoticeWay,
    TurnTaken,
)
from requests_app.selectors.addresses import flood_url, turn_address
from requests_app.selectors.ladders.waiting import Waiting
from requests_app.words.times import moment_in_words


class To:
    """One notice to send: of what, to whom, and how."""

    def __init__(
        self,
        one: Waiting,
        way: str,
        key: int,
        rung: int,
        taken: TurnTaken | None = None,
        person: Any = None,
    ) -> None:
        self.one, self.way, self.key, self.rung = one, way, key, rung
        self.taken, self.person = taken, person
        self.channel: NoticeChannel | None = one.channels.get(key)
        # Of a flood: those that are told of with it; and the notice that told already.
        self.others: list[To] = []
        self.told_with: LadderNotice | None = None
        self.is_of_the_way = False
        self.trouble = ""

    @property
    def language(self) -> str:
        return self.person.language if self.person else settings.LANGUAGE_CODE

    @property
    def mark(self) -> str:
        """Which heartbeat tells that it takes nothing."""
        is_channel = self.way == NoticeWay.COLLEAGUES
        return f"{Heartbeat.CHANNEL if is_channel else Heartbeat.WAY}" + (
            str(self.key) if is_channel else self.way
        )

    def row(self) -> dict[str, Any]:
        return {
            "item": self.one.item,
            "act": self.one.act,
            "turn": self.one.turn,
            "ends_at": self.one.ends_at,
            "rung": self.rung,
            "by": self.way,
            "key": self.key,
            "taken": self.taken,
        }


def message_of(to: To, row: LadderNotice) -> Message:
    number, item = " ".join(str(to.one.about).split()), to.one.item
    take = turn_address(to.one.about, to.one.act)
    if to.others:
        number = _("%(count)s new requests by mail") % {"count": len(to.others) + 1}
        item = take = flood_url()
    return Message(
        number=number,
        item=item,
        take=take,
        ends_at=to.one.ends_at,
        key=f"ladder {row.pk}",
        maybe_twice=row.maybe_twice,
        taken_by=str(to.taken.person) if to.taken else "",
    )


def way_troubles(beats: Any) -> list[str]:
    """What whoever runs it must know: a way to people that takes nothing."""
    text = _("Notices do not go out by %(way)s, the last time %(at)s: %(trouble)s")
    return [
        text
        % {
            "way": NoticeWay(beat.name.removeprefix(Heartbeat.WAY)).label,
            "at": moment_in_words(beat.at),
            "trouble": beat.trouble,
        }
        for beat in beats
        if beat.name.startswith(Heartbeat.WAY)
    ]
