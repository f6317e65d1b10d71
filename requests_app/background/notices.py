"""Notices to staff of what waits with another clock than the answer's: its number, its
last time and where it is, and nothing of what it is about.

A notice is on record in the transaction that hands it over: what a way does not take is
due again the next round, and to an address that is refused ever more seldom. Where the
process dies just after it was taken, it goes a second time, under the same number.
"""

import logging
import time
from typing import Any

from django.db import transaction
from django.utils import translation

from audit_app.acting import acting
from audit_app.ledger import record
from requests_app.background.mail import AddressRefused
from requests_app.background.message import OF_ALL, OF_THE_WAY, Message, hand_over
from requests_app.background.on_record import new_notice
from requests_app.models import NoticeWay, SentNotice
from requests_app.selectors.notice import Due, due_now
from requests_app.selectors.queues import Queues
from requests_app.workflow.notice import address_refused, address_taken

log = logging.getLogger(__name__)

ROUND = 30  # seconds after which a round begins no other notice


class NotSent(Exception):
    """Some notices were not taken."""


def send_notices(by: Any, queues: Queues) -> list[str]:
    """Each notice that is due, by itself. Raises NotSent at the end if some failed."""
    until = time.monotonic() + ROUND
    sent = failed = 0
    # What takes nothing more in this round: a way, or an address.
    dead: set[Any] = set()
    trouble = ""
    for due in due_now(queues):
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
        with transaction.atomic(), acting(by):
            row = new_notice(SentNotice, line, person=person, way=way)
            if row is None:
                return False
            who = str(person)
            record("notice.sent", by=by, on=row, person=who, item=line.item, way=way)
            hand_over(way, message, person=person)
            if way == NoticeWay.MAIL:
                address_taken(person)
    return True
