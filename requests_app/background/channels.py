"""Notices to channels of colleagues, signed (Standard Webhooks): number, last time and
where it is, as by mail.

A notice is on record in the transaction that hands it over, under a number that is the
same if it goes a second time. What a channel does not take is due again the next round,
and ever more seldom.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.acting import acting
from audit_app.ledger import record
from requests_app.background.on_record import new_notice
from requests_app.models import ChannelNotice, Heartbeat, NoticeChannel
from requests_app.permissions.notice_channel import channels_kept_by
from requests_app.providers.http import sending
from requests_app.providers.http.addresses import Refused
from requests_app.providers.http.secrets import WrongKey, unseal
from requests_app.providers.protocol import Unreachable
from requests_app.selectors.addresses import link_to
from requests_app.selectors.notice import due_in
from requests_app.selectors.queues import Line, Queues
from requests_app.words.times import in_full, moment_in_words
from requests_app.workflow.notice import pause_after

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
        if channel.pk in silent and clock.now() < next_try(silent[channel.pk]):
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
    with transaction.atomic(), acting(by):
        row = new_notice(ChannelNotice, line, channel=channel)
        if row is None:
            return False
        record("notice.told", by=by, on=row, channel=str(channel), item=line.item)
        key = f"{channel.pk} {line.item} {line.kind} {line.ends_at.isoformat()}"
        with translation.override(settings.LANGUAGE_CODE):
            title = _("Lockbox: %(number)s, by %(time)s")
            title %= {"number": line.number, "time": in_full(line.ends_at)}
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
            "at": clock.now(),
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
    address = sending.public_address(url)
    body = _body(about, title, doubt, kind, data)
    secrets = [unseal(channel.secret_sealed)]
    signed = sending.headers(_number(key), body, clock.now(), secrets)
    reply = sending.post(url, address, body, signed)
    if not 200 <= reply.status < 300:
        raise NotDelivered(f"HTTP {reply.status}")


def _body(about: Any, title: str, doubt: str, kind: str, more: dict[str, Any]) -> bytes:
    """`text` is what incoming webhooks of chat services show; machines read `data`."""
    link = link_to(about.item)
    body = {
        "type": kind,
        "timestamp": clock.now().isoformat(),
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
