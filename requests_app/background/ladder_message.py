"""What a notice of a ladder says, and by which way it goes: number, clock and link, and
who took it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from requests_app.background import channels, notices, push, text_messages
from requests_app.models import Heartbeat, LadderNotice, NoticeChannel, TurnTaken
from requests_app.models.notice_rungs import By
from requests_app.selectors.addresses import flood_url, turn_address
from requests_app.selectors.ladders.waiting import Waiting
from requests_app.words.times import moment_in_words


class Message(NamedTuple):
    """A notice on its way; `taken_by` tells that somebody has it. `key` is the same if
    it is sent twice."""

    number: str
    item: str
    take: str
    ends_at: Any
    key: str
    maybe_twice: bool
    taken_by: str = ""

    @property
    def time(self) -> str:
        return notices.in_full(self)

    @property
    def take_link(self) -> str:
        return notices.link_to(self.take)

    @property
    def title(self) -> str:
        values = {"number": self.number, "time": self.time, "name": self.taken_by}
        if self.taken_by:
            return _("Lockbox: %(name)s has taken %(number)s") % values
        return _("Lockbox: %(number)s, by %(time)s") % values

    @property
    def doubt(self) -> str:
        return _("This may have been sent twice.") if self.maybe_twice else ""


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
        is_channel = self.way == By.COLLEAGUES
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


def hand_over(to: To, message: Message) -> None:
    ways: dict[str, Callable[[], None]] = {
        By.MAIL: lambda: notices.mail(
            to.person, message.title, _text(message), message.key
        ),
        By.PUSH: lambda: push.show_on_devices(to.person, message),
        By.SMS: lambda: text_messages.send_text(
            to.person, to.one.authority_id, message
        ),
        By.COLLEAGUES: lambda: channels.post(
            to.channel, message.key, message.title, message, message.doubt
        ),
    }
    ways[to.way]()


def _text(message: Message) -> str:
    values = {"number": message.number, "time": message.time}
    link = notices.link_to(message.item)
    if message.taken_by:
        lines = [message.title, link]
    else:
        lines = [
            _("%(number)s waits for you, by %(time)s.") % values,
            link,
            *_take(message),
            _("You choose notices in Lockbox, at “Notices by mail”."),
        ]
    return "\n\n".join([*lines, message.doubt]).strip()


def _take(message: Message) -> list[str]:
    """Nobody takes a flood as one."""
    if message.take == message.item:
        return []
    return [_("Say that you take it: %(link)s") % {"link": message.take_link}]


def way_troubles(beats: Any) -> list[str]:
    """What whoever runs it must know: a way to people that takes nothing."""
    text = _("Notices do not go out by %(way)s, the last time %(at)s: %(trouble)s")
    return [
        text
        % {
            "way": By(beat.name.removeprefix(Heartbeat.WAY)).label,
            "at": moment_in_words(beat.at),
            "trouble": beat.trouble,
        }
        for beat in beats
        if beat.name.startswith(Heartbeat.WAY)
    ]
