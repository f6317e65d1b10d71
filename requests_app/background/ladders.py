"""Notices of ladders to staff, by mail, to phones, as text messages and in channels of
colleagues: number, clock and link, and who took it. Never what it is about.

Each is begun, sent, and noted as sent. What dies between is sent once more and says
that it may come twice; what is known to have failed is due again the next round.
"""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import translation

from audit_app import clock
from audit_app.acting import acting
from audit_app.ledger import record
from requests_app.background import channels
from requests_app.background.floods import folded
from requests_app.background.ladder_copies import copy_ladders
from requests_app.background.ladder_message import To, message_of
from requests_app.background.mail import AddressRefused
from requests_app.background.message import OF_ALL, OF_THE_WAY, hand_over
from requests_app.background.on_record import ANOTHER_SWEEP
from requests_app.models import (
    Heartbeat,
    LadderNotice,
    NoticeChannel,
    NoticeWay,
    TurnTaken,
)
from requests_app.models.notice import OWN_WAYS
from requests_app.providers.protocol import Unreachable
from requests_app.selectors.ladders.due import due_now
from requests_app.selectors.ladders.waiting import Waiting
from requests_app.selectors.queues import Queues
from requests_app.selectors.reach import people_at_work
from requests_app.workflow.notice import address_refused, address_taken

log = logging.getLogger(__name__)

ROUND = 30  # seconds after which a round begins no other notice
# What was begun so shortly ago another sweep may be sending now.
LEASE = timedelta(minutes=2)


class NotTold(Exception):
    """Some notices of ladders were not taken."""


def send_ladder_notices(by: Any, queues: Queues) -> list[str]:
    """Each notice by itself. Raises NotTold at the end if some were not taken."""
    copy_ladders(by)
    until = time.monotonic() + ROUND
    sent, failed, trouble, dead = 0, 0, "", set()
    for to in folded(_to_send(queues)):
        if time.monotonic() > until:
            break
        if to.way in dead:
            continue
        outcome = send(to, by)
        sent += outcome is True
        failed += outcome is None
        trouble = to.trouble or trouble
        if outcome is None and to.is_of_the_way:
            dead.add(to.way)
    if failed:
        raise NotTold(f"{failed} notices of ladders were not taken, as: {trouble}")
    return [f"notices: {sent} sent"] if sent else []


def _to_send(queues: Queues) -> Iterator[To]:
    """What ladders have due, and that somebody took what others had been told of."""
    silent = channels.silent_channels(Heartbeat.objects.all())
    for one, tell in due_now(queues.waiting):
        is_silent = tell.by == NoticeWay.COLLEAGUES and tell.key in silent
        if is_silent and clock.now() < channels.next_try(silent[tell.key]):
            continue
        person = None if tell.by == NoticeWay.COLLEAGUES else one.person(tell.key)
        yield To(one, tell.by, tell.key, tell.rung, person=person)
    turns = TurnTaken.objects.filter(held_until__gt=clock.now())
    for taken in turns.select_related("person", "access_request__connection"):
        yield from _of_taken(taken)


def _of_taken(taken: TurnTaken) -> Iterator[To]:
    rows = LadderNotice.objects.filter(
        item=taken.item,
        act=taken.act,
        turn=taken.turn,
        taken=None,
        sent_at__lte=taken.taken_at,
    )
    known = set(taken.notices.exclude(sent_at=None).values_list("by", "key"))
    ways = {(row.by, row.key): row for row in rows}
    keys = {key for way, key in ways if way in OWN_WAYS} - {taken.person_id}
    people = people_at_work().in_bulk(keys)
    for (way, key), row in ways.items():
        if (way, key) in known:
            continue
        about = taken.review or taken.access_request
        one = Waiting(taken.item, about, taken.act, taken.turn, row.ends_at)
        if way == NoticeWay.COLLEAGUES:
            one.channels |= NoticeChannel.objects.filter(ended_at=None).in_bulk([key])
        if key in (one.channels if way == NoticeWay.COLLEAGUES else people):
            yield To(one, way, key, row.rung, taken, people.get(key))


def send(to: To, by: Any) -> bool | None:
    """True where it went, False where another sweep has it, None where it failed."""
    row = _begin(to, by)
    if row is None:
        return False
    try:
        if to.told_with is None:
            with translation.override(to.language):
                hand_over(
                    to.way,
                    message_of(to, row),
                    person=to.person,
                    channel=to.channel,
                    authority=to.one.authority_id,
                )
    except OF_THE_WAY as error:
        to.is_of_the_way = to.way in OF_ALL
        # A push service that answers says something of one browser alone.
        is_dead = to.way != NoticeWay.PUSH or isinstance(error, Unreachable)
        # What was not answered may have been heeded.
        row.maybe_twice |= isinstance(error, Unreachable)
        _fail(to, row, by, str(error), is_dead=is_dead)
        return None
    except AddressRefused as error:
        address_refused(to.person, str(error))
        _fail(to, row, by, str(error), is_dead=False)
        return None
    except OSError as error:
        _fail(to, row, by, str(error), is_dead=True)
        return None
    _finish(to, row, by)
    for other in to.others:
        other.told_with = row.told_with
        if other_row := _begin(other, by):
            _finish(other, other_row, by)
    return True


def _begin(to: To, by: Any) -> LadderNotice | None:
    """On record before it is sent. None where another sweep has it."""
    now = clock.now()
    with transaction.atomic(), acting(by):
        row = _not_sent(to)
        if row is None:
            return _new(to, now)
        is_open = row.failed_at is None or row.failed_at < row.begun_at
        if is_open and now - row.begun_at < LEASE:
            return None
        row.maybe_twice |= is_open
        row.begun_at, row.rung = now, to.rung
        row.save(update_fields=["begun_at", "rung", "maybe_twice"])
    return row


def _not_sent(to: To) -> LadderNotice | None:
    """What is to go to this person by this channel and has not gone, on this rung or an
    earlier one; locked. None where it has gone, or another sweep holds it."""
    terms = to.row()
    terms.pop("rung")
    rows = LadderNotice.objects.select_for_update(skip_locked=True)
    return rows.filter(**terms, rung__lte=to.rung, sent_at=None).order_by("pk").first()


def _new(to: To, now: Any) -> LadderNotice | None:
    try:
        with transaction.atomic():
            return LadderNotice.objects.create(
                access_request=to.one.access_request, begun_at=now, **to.row()
            )
    except DatabaseError as error:
        if isinstance(error.__cause__, ANOTHER_SWEEP):
            return None
        raise


def _finish(to: To, row: LadderNotice, by: Any) -> None:
    with transaction.atomic(), acting(by):
        row.sent_at = clock.now()
        row.told_with = to.told_with or (row if to.others else None)
        row.save(update_fields=["sent_at", "told_with"])
        if to.told_with is None:
            who = str(to.person or to.channel)
            item = to.one.item
            record("notice.sent", by=by, on=row, person=who, item=item, way=to.way)
    if to.way == NoticeWay.MAIL:
        address_taken(to.person)
    Heartbeat.objects.filter(name=to.mark).delete()


def _fail(to: To, row: LadderNotice, by: Any, trouble: str, *, is_dead: bool) -> None:
    log.error("%s to %s: %s", to.way, to.key, trouble)
    to.trouble = trouble
    with transaction.atomic(), acting(by):
        row.failed_at, row.trouble = clock.now(), trouble[:300]
        row.save(update_fields=["failed_at", "trouble", "maybe_twice"])
    if is_dead:
        before = Heartbeat.objects.filter(name=to.mark).first()
        Heartbeat.objects.update_or_create(
            name=to.mark,
            defaults={
                "at": clock.now(),
                "failures": before.failures + 1 if before else 1,
                "trouble": trouble[:300],
            },
        )
