"""What a notice says, and by which way it goes: number, clock and link, and who took
it. Never what it is about."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from requests_app.background import channels, mail, push, text_messages
from requests_app.models import NoticeChannel, NoticeWay
from requests_app.providers.http.addresses import Refused
from requests_app.providers.http.secrets import WrongKey
from requests_app.providers.protocol import Unreachable
from requests_app.selectors.addresses import link_to
from requests_app.words.times import in_full

# What a way to people fails with as a whole, and for one of them.
OF_THE_WAY = (mail.NoServer, Unreachable, Refused, WrongKey, channels.NotDelivered)
# Where that says something of everybody: a push service answers of one browser alone.
OF_ALL = (NoticeWay.MAIL, NoticeWay.SMS)


class Message(NamedTuple):
    """A notice on its way; `taken_by` tells that somebody has it. `key` is the same if
    it is sent twice. `take`: where one says that one takes it, where somebody can."""

    number: str
    item: str
    take: str
    ends_at: Any
    key: str
    maybe_twice: bool = False
    taken_by: str = ""

    @property
    def time(self) -> str:
        return in_full(self.ends_at)

    @property
    def take_link(self) -> str:
        return link_to(self.take)

    @property
    def title(self) -> str:
        values = {"number": self.number, "time": self.time, "name": self.taken_by}
        if self.taken_by:
            return _("Lockbox: %(name)s has taken %(number)s") % values
        return _("Lockbox: %(number)s, by %(time)s") % values

    @property
    def doubt(self) -> str:
        return _("This may have been sent twice.") if self.maybe_twice else ""


def hand_over(
    way: str,
    message: Message,
    *,
    person: Any = None,
    channel: NoticeChannel | None = None,
    authority: int | None = None,
) -> None:
    """To the person, or the channel of colleagues. `authority`: whose gateway for text
    messages comes first. Raises one of OF_THE_WAY, AddressRefused or OSError."""
    ways: dict[str, Callable[[], None]] = {
        NoticeWay.MAIL: lambda: mail.mail(
            person, message.title, _text(message), message.key
        ),
        NoticeWay.PUSH: lambda: push.show_on_devices(person, message),
        NoticeWay.SMS: lambda: text_messages.send_text(person, message, authority),
        NoticeWay.COLLEAGUES: lambda: channels.post(
            channel, message.key, message.title, message, message.doubt
        ),
    }
    ways[way]()


def _text(message: Message) -> str:
    values = {"number": message.number, "time": message.time}
    link = link_to(message.item)
    if message.taken_by:
        lines = [message.title, link]
    else:
        lines = [
            _("%(number)s: you have something to do by %(time)s.") % values,
            link,
            *_take(message),
            _("You choose notices in Lockbox, at “What reaches me”."),
        ]
    return "\n\n".join([*lines, message.doubt]).strip()


def _take(message: Message) -> list[str]:
    """Nobody takes a flood as one."""
    if message.take == message.item:
        return []
    return [_("Say that you take it: %(link)s") % {"link": message.take_link}]
