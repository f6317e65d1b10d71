"""Channels, of what the sweep does for duty: mail, message, notices, on record, push
and text messages."""

import base64
import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from ssl import SSLCertVerificationError
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError, transaction
from django.db.models import Case, Model, When
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.jwk import ECKey
from psycopg.errors import LockNotAvailable, UniqueViolation

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.ledger import record
from requests_app.core.models import Heartbeat
from requests_app.core.people.models import RoleAssignment
from requests_app.core.queue import link_to
from requests_app.core.step import SWEEP, machine_account
from requests_app.core.words.texts import day_in_full, moment_in_words
from requests_app.duty.ladders import Due, Line, Queues, due_in, due_in_queues
from requests_app.duty.models.notices import (
    ChannelNotice,
    NoticeChannel,
    NoticeWay,
    PhoneNumber,
    PushDevice,
    SentNotice,
)
from requests_app.duty.rights import channels_kept_by
from requests_app.duty.steps import (
    address_refused,
    address_taken,
    end_device,
    pause_after,
)
from requests_app.providers import http, secrets
from requests_app.providers.addresses import Refused
from requests_app.providers.protocol import Unreachable
from requests_app.providers.secrets import WrongKey, unseal

# That somebody has been told, on record in the transaction that hands it over.

# It has sent the same, or is just sending it.
ANOTHER_SWEEP = (UniqueViolation, LockNotAvailable)


def new_notice(notices: type[Model], line: Line, **to: Any) -> Any:
    """The row that says so, in a transaction; None where another sweep has it."""
    try:
        with transaction.atomic():
            return notices._default_manager.create(
                item=line.item,
                kind=line.kind,
                ends_at=line.ends_at,
                sent_at=acting.now(),
                **to,
            )
    except DatabaseError as error:
        if isinstance(error.__cause__, ANOTHER_SWEEP):
            return None
        raise


# Notices to channels of colleagues, signed (Standard Webhooks): number, last time and
# where it is, as by mail.
#
# A notice is on record in the transaction that hands it over, under a number that is
# the
# same if it goes a second time. What a channel does not take is due again the next
# round,
# and ever more seldom.

log = logging.getLogger(__name__)

ROUND = 30  # seconds after which a round begins with no other channel


class NotDelivered(Exception):
    """Some channels did not take what was to be told."""


def tell_channels(by: Any, queues: Queues) -> list[str]:
    """Each channel by itself. Raises NotDelivered at the end if some took nothing."""
    notices = failed = 0
    end = time.monotonic() + ROUND
    silent = silent_channels(Heartbeat.objects.all())
    for channel, lines in queues.of_channels:
        if time.monotonic() > end:
            break
        if channel.pk in silent and acting.now() < next_try(silent[channel.pk]):
            continue
        try:
            for line in due_in(channel, lines):
                notices += tell(channel, line, by)
        except (NotDelivered, Refused, WrongKey, Unreachable) as error:
            log.error("notice channel %s: %s", channel.pk, error)
            _refused(channel, silent.get(channel.pk), str(error))
            failed += 1
    if failed:
        raise NotDelivered(f"{failed} notice channels took nothing")
    return [f"channels: {notices} told"] if notices else []


def tell(channel: NoticeChannel, line: Line, by: Any) -> bool:
    """False where another sweep has it. Raises what the channel is refused for."""
    with transaction.atomic(), acting_as(by):
        row = new_notice(ChannelNotice, line, channel=channel)
        if row is None:
            return False
        record("notice.told", by=by, on=row, channel=str(channel), item=line.item)
        key = f"{channel.pk} {line.item} {line.kind} {line.ends_at.isoformat()}"
        with translation.override(settings.LANGUAGE_CODE):
            title = _("Lockbox: %(number)s, by %(time)s")
            title %= {"number": line.number, "time": day_in_full(line.ends_at)}
        post(channel, key, title, line)
        Heartbeat.objects.filter(name=_beat_of(channel)).delete()
    return True


def silent_channels(beats: Iterable[Heartbeat]) -> dict[int, Heartbeat]:
    """The channels that took nothing when they were last told, by their keys."""
    rows = [row for row in beats if row.name.startswith(Heartbeat.CHANNEL)]
    return {int(row.name.removeprefix(Heartbeat.CHANNEL)): row for row in rows}


def next_try(silent: Heartbeat) -> datetime:
    return silent.at + pause_after(silent.failures)


def channel_troubles(beats: Iterable[Heartbeat], user: Any) -> list[str]:
    """What whoever keeps them must know. A query only where there is something."""
    silent = silent_channels(beats)
    if not silent:
        return []
    rows = channels_kept_by(user).filter(pk__in=silent)
    text = _(
        "Notices do not reach the channel %(channel)s of %(authority)s, the last time"
        " %(at)s: %(trouble)s"
    )
    return [
        text
        % {
            "channel": row,
            "authority": row.authority,
            "at": moment_in_words(silent[row.pk].at),
            "trouble": silent[row.pk].trouble,
        }
        for row in rows.select_related("authority")
    ]


def _beat_of(channel: NoticeChannel) -> str:
    return f"{Heartbeat.CHANNEL}{channel.pk}"


def _refused(channel: NoticeChannel, before: Heartbeat | None, trouble: str) -> None:
    Heartbeat.objects.update_or_create(
        name=_beat_of(channel),
        defaults={
            "at": acting.now(),
            "failures": before.failures + 1 if before else 1,
            "trouble": trouble[:300],
        },
    )


def post(
    channel: Any,
    key: str,
    title: str,
    about: Any,
    doubt: str = "",
    kind: str = "notice",
    **data: Any,
) -> None:
    """Signed: what is called how, its clock and link. `key` is the same if it is sent
    twice. Raises what a channel is refused for."""
    url = unseal(channel.address_sealed)
    address = http.public_address(url)
    body = _body(about, title, doubt, kind, data)
    secrets = [unseal(channel.secret_sealed)]
    signed = http.headers(_number(key), body, acting.now(), secrets)
    reply = http.post(url, address, body, signed)
    if not 200 <= reply.status < 300:
        raise NotDelivered(f"HTTP {reply.status}")


def _body(about: Any, title: str, doubt: str, kind: str, more: dict[str, Any]) -> bytes:
    """`text` is what incoming webhooks of chat services show; machines read `data`."""
    link = link_to(about.item)
    body = {
        "type": kind,
        "timestamp": acting.now().isoformat(),
        "data": {
            "number": about.number,
            "ends_at": about.ends_at.isoformat(),
            "link": link,
            **more,
        },
        "text": "\n".join(filter(None, [title, link, doubt])),
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _number(key: str) -> str:
    return f"msg_{hashlib.sha256(key.encode()).hexdigest()[:32]}"


# Mail to staff, handed over to the server of the settings.

SMTP = "django.core.mail.backends.smtp.EmailBackend"
PATIENCE = 10  # seconds that the server may take to answer


class AddressRefused(Exception):
    """The mail server does not take the address; in its own words."""


class NoServer(Exception):
    """The mail server does not answer, or does not let us in."""


def mail(person: Any, subject: str, body: str, key: str) -> None:
    """To one person, as `mail_to`."""
    mail_to(person.email, subject, body, key)


def mail_to(address: str, subject: str, body: str, key: str) -> None:
    """`key` is the same if it is sent twice. Raises NoServer, OSError, or
    AddressRefused."""
    message = EmailMessage(
        subject=subject,
        body=body,
        from_email=settings.MAIL_FROM,
        to=[address],
        headers={"Message-ID": _mail_number(key), "Auto-Submitted": "auto-generated"},
    )
    try:
        _hand_over(message)
    except (SMTPRecipientsRefused, ValueError) as error:
        raise AddressRefused(reason_in_words(error)) from error


def _hand_over(message: EmailMessage) -> None:
    server = get_connection(
        **{"backend": SMTP, "timeout": PATIENCE, **settings.MAIL_SERVER}
    )
    try:
        server.open()
    except SSLCertVerificationError as error:
        reason = f"its certificate is not to be trusted: {error.verify_message}"
        raise NoServer(reason) from error
    except OSError as error:
        raise NoServer(str(error)) from error
    try:
        server.send_messages([message])
    finally:
        # What it has taken it has taken, however it says good-bye.
        with suppress(OSError):
            server.close()


def reason_in_words(error: SMTPRecipientsRefused | ValueError) -> str:
    """The server's own words; or what is wrong with the address before it is asked."""
    if isinstance(error, ValueError):
        return str(error)
    return " ".join(
        f"{code} {text.decode(errors='replace')}"
        for code, text in error.recipients.values()
    )


def _mail_number(key: str) -> str:
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{settings.MAIL_FROM.rpartition('@')[2]}>"


# Notices to phones through their browsers (Web Push): sealed for the one browser
# (RFC 8291), signed by our own key (RFC 8292), by no third party's account.

# What a push service answers of a browser that no longer wants anything.
GONE = (404, 410)


def show_on_devices(person: Any, message: Any) -> None:
    """On each of the person's devices. Raises NotDelivered where none took it, and
    Unreachable where no service was reached."""
    troubles: list[Exception] = []
    taken = 0
    for device in PushDevice.objects.filter(person=person.pk, ended_at=None):
        try:
            _show(device, message)
            taken += 1
        except (NotDelivered, Refused, WrongKey, Unreachable) as error:
            troubles.append(error)
    if not taken:
        raise troubles[0] if troubles else NotDelivered(_("No device is left."))


def _show(device: PushDevice, message: Any) -> None:
    url = unseal(device.address_sealed)
    keys = json.loads(unseal(device.keys_sealed))
    body = sealed(_push_body(message), keys["p256dh"], keys["auth"])
    address = http.public_address(url)
    reply = http.post(url, address, body, _headers(url, message))
    if reply.status in GONE:
        reason = _("The browser no longer takes notices.")
        end_device(device, by=machine_account(SWEEP), reason=str(reason))
    if not 200 <= reply.status < 300:
        raise NotDelivered(f"HTTP {reply.status}")


def _push_body(message: Any) -> bytes:
    link = link_to(message.item) if message.taken_by else message.take_link
    shown = {
        "title": message.title,
        "body": message.doubt,
        "link": link,
        "tag": hashlib.sha256(message.item.encode()).hexdigest()[:32],
    }
    return json.dumps(shown, ensure_ascii=False).encode()


def sealed(body: bytes, p256dh: str, auth: str, **fixed: Any) -> bytes:
    """For one browser alone (RFC 8291). `fixed`: salt and key, where they are known."""
    ours = fixed.pop("private_key", None) or ec.generate_private_key(ec.SECP256R1())
    return http_ece.encrypt(
        body, private_key=ours, dh=unpadded(p256dh), auth_secret=unpadded(auth), **fixed
    )


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _headers(url: str, message: Any) -> dict[str, str]:
    left = max(int((message.ends_at - acting.now()).total_seconds()), 60)
    return {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(left),
        "Urgency": "high",
        # A newer notice of the same takes the older one's place with the service, which
        # can count no addresses by it.
        "Topic": salted_hmac("push topic", message.item).hexdigest()[:32],
        "Authorization": _vapid(url),
    }


def _vapid(url: str) -> str:
    try:
        key = secrets.private_key()
    except secrets.NoKey as error:
        raise NotDelivered(str(error)) from error
    parts = urlsplit(url)
    expires = acting.now() + timedelta(hours=12)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(expires.timestamp()),
        "sub": f"mailto:{settings.MAIL_FROM}" if settings.MAIL_FROM else link_to("/"),
    }
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    token = jwt.encode({"alg": "ES256"}, claims, ECKey.import_key(pem))
    return f"vapid t={token}, k={secrets.public_key()}"


# Text messages through the authority's own gateway: a signed webhook, described in
# docs/textmeddelanden.md.


def send_text(person: Any, message: Any, authority: int | None = None) -> None:
    """To the number that the person told, through the gateway of an authority where
    they have a role: of this one first. Raises what a channel is refused for."""
    placed = RoleAssignment.objects.in_force(acting.now()).filter(person=person.pk)
    gateways = NoticeChannel.objects.filter(
        authority__in=placed.values("authority"),
        kind=NoticeChannel.Kind.SMS,
        ended_at=None,
    )
    others = Case(When(authority=authority, then=0), default=1)
    gateway = gateways.order_by(others, "pk").first()
    row = PhoneNumber.objects.filter(person=person.pk).first()
    if gateway is None or row is None or not (number := row.number):
        raise NotDelivered(_("No gateway or no number is left."))
    post(
        gateway,
        message.key,
        message.title,
        message,
        message.doubt,
        kind="text_message",
        to=number,
    )


# What a notice says, and by which way it goes: number, clock and link, and who took
# it. Never what it is about.

# What a way to people fails with as a whole, and for one of them.
OF_THE_WAY = (NoServer, Unreachable, Refused, WrongKey, NotDelivered)
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
        return day_in_full(self.ends_at)

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
        NoticeWay.MAIL: lambda: mail(
            person, message.title, _text(message), message.key
        ),
        NoticeWay.PUSH: lambda: show_on_devices(person, message),
        NoticeWay.SMS: lambda: send_text(person, message, authority),
        NoticeWay.COLLEAGUES: lambda: post(
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


# Notices to staff of what waits with another clock than the answer's: its number, its
# last time and where it is, and nothing of what it is about.
#
# A notice is on record in the transaction that hands it over: what a way does not take
# is
# due again the next round, and to an address that is refused ever more seldom. Where
# the
# process dies just after it was taken, it goes a second time, under the same number.


class NotSent(Exception):
    """Some notices were not taken."""


def send_notices(by: Any, queues: Queues) -> list[str]:
    """Each notice that is due, by itself. Raises NotSent at the end if some failed."""
    until = time.monotonic() + ROUND
    sent = failed = 0
    # What takes nothing more in this round: a way, or an address.
    dead: set[Any] = set()
    trouble = ""
    for due in due_in_queues(queues):
        if time.monotonic() > until:
            break
        if dead & {due.way, (due.way, due.person.pk)}:
            continue
        try:
            sent += send(due, by)
        except (*OF_THE_WAY, AddressRefused, OSError) as error:
            failed, trouble = failed + 1, str(error)
            log.error("%s to person %s: %s", due.way, due.person.pk, trouble)
            if isinstance(error, AddressRefused):
                address_refused(due.person, trouble)
                dead.add((due.way, due.person.pk))
            elif isinstance(error, OF_THE_WAY) and due.way in OF_ALL:
                dead.add(due.way)
    if failed:
        raise NotSent(f"{failed} notices were not taken, as: {trouble}")
    return [f"notices: {sent} sent"] if sent else []


def send(due: Due, by: Any) -> bool:
    """False where another sweep has it. Raises what `hand_over` does."""
    person, way, line = due
    ends = line.ends_at.isoformat()
    key = f"{person.pk} {line.item} {line.kind} {ends}"
    with translation.override(person.language):
        message = Message(line.number, line.item, line.item, line.ends_at, key)
        with transaction.atomic(), acting_as(by):
            row = new_notice(SentNotice, line, person=person, way=way)
            if row is None:
                return False
            who = str(person)
            record("notice.sent", by=by, on=row, person=who, item=line.item, way=way)
            hand_over(way, message, person=person)
            if way == NoticeWay.MAIL:
                address_taken(person)
    return True
