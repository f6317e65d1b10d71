"""One round through the mailbox: what is new in it, mail by mail.

Each is one transaction with how far has been read: whenever the process dies, the next
round goes on where the last commit was, and a mail that comes again is known by its
digest.
"""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.background import heartbeat
from requests_app.background.mailbox.judging import fingerprint, first_rule, judge
from requests_app.background.mailbox.standing import note_reading
from requests_app.models import MailboxPosition, MailRule, ReceivedMail
from requests_app.providers.http.identity import is_set
from requests_app.providers.mail import MAILBOX
from requests_app.providers.mail.client import Glance, Mailbox, opened
from requests_app.providers.mail.message import LARGEST
from requests_app.providers.mail.resolver import txt
from requests_app.providers.protocol import Unreachable
from requests_app.words.in_record import in_record
from requests_app.workflow.received_mail import Judged, Place, keep_mail, move_on
from requests_app.workflow.step import Busy

log = logging.getLogger(__name__)

# Seconds of one round, and mails that are looked at together.
LONGEST = 45.0
TOGETHER = 200
# How far back a mailbox is read that was not read before: no provider waits longer.
BACK = timedelta(days=14)
# Of a mail that is too large, what is kept.
HEAD = 64 * 1024
TOO_LARGE = gettext_lazy(
    "The mail is larger than 25 MB, and only its beginning is kept here: look in the"
    " mailbox."
)


def read_mailbox(by: Any, dns: Callable[..., bytes | None] = txt) -> list[str]:
    """What is new, in lines. Trouble is noted where people see it, and the next round
    goes on."""
    if not is_set(MAILBOX):
        return []
    lines: list[str] = []
    trouble = ""
    try:
        with opened() as mailbox:
            for line in Round(mailbox, by, dns).work():
                lines.append(line)
                heartbeat.touch()
    except (Unreachable, Busy) as error:
        trouble = str(error)
        lines.append(f"mailbox: {error}")
    except Exception as error:
        trouble = f"{type(error).__name__}: {error}"
        raise
    finally:
        note_reading(trouble)
    return lines


class Round:
    """One reading. `others`: mails from nobody that we know, since the last commit."""

    def __init__(
        self, mailbox: Mailbox, by: Any, dns: Callable[..., bytes | None]
    ) -> None:
        self.mailbox, self.by, self.dns = mailbox, by, dns
        rows = MailRule.objects.filter(is_active=True, connection__is_active=True)
        self.rules = list(rows.select_related("connection__product").order_by("pk"))
        self.position = self._position()
        self.others = 0
        self.end = time.monotonic() + LONGEST

    def work(self) -> Iterator[str]:
        uids = self.mailbox.after(self.position.last_uid)
        for start in range(0, len(uids), TOGETHER):
            some = uids[start : start + TOGETHER]
            for glance in self.mailbox.glances(some):
                if time.monotonic() > self.end:
                    return
                yield from self._look(glance)
            with transaction.atomic():
                move_on(self.position, to=some[-1], passed=self.others)
            self.others = 0

    def _look(self, glance: Glance) -> Iterator[str]:
        rule = first_rule(self.rules, glance.senders)
        judged = None if rule is None else self._judged(glance, rule)
        if judged is None:
            self.others += 1
            return
        row = keep_mail(judged, by=self.by, position=self.position, passed=self.others)
        self.others = 0
        if row is not None:
            yield f"mail {row.number or row.pk}: {row.verdict}"

    def _judged(self, glance: Glance, rule: MailRule) -> Judged | None:
        if glance.size > LARGEST:
            raw = self.mailbox.raw(glance.uid, HEAD)
            return self._not_taken_in(glance, rule, raw, in_record(TOO_LARGE))
        raw = self.mailbox.raw(glance.uid, LARGEST)
        terms = (self.rules, rule, self.dns, self.mailbox.uid_validity)
        try:
            return judge(raw, glance, *terms) if raw else None
        except Unreachable:
            raise
        except Exception as error:
            # One mail that nobody has thought of stops no other.
            log.exception("mail %s", glance.uid)
            return self._not_taken_in(glance, rule, raw, type(error).__name__)

    def _not_taken_in(
        self, glance: Glance, rule: MailRule, raw: bytes, trouble: str
    ) -> Judged:
        place = Place(self.mailbox.uid_validity, glance.uid, glance.arrived_at)
        verdict = ReceivedMail.Verdict.NOT_TAKEN_IN
        sent_at = glance.arrived_at
        return Judged(raw, place, verdict, rule, [], sent_at, trouble=trouble)

    def _position(self) -> MailboxPosition:
        """Where the last round ended; from the beginning, where the mailbox or the
        rules are others than they were."""
        now = {
            "uid_validity": self.mailbox.uid_validity,
            "rules": fingerprint(self.rules),
        }
        name = self.mailbox.name
        position = MailboxPosition.objects.filter(name=name).first()
        if position is None:
            start = {**now, "last_uid": self._start()}
            return MailboxPosition.objects.create(name=name, **start)
        if any(getattr(position, field) != value for field, value in now.items()):
            for field, value in now.items():
                setattr(position, field, value)
            position.last_uid, position.others = self._start(), 0
            position.save()
        return position

    def _start(self) -> int:
        """Nobody waits for an answer to what is older."""
        uids = self.mailbox.since((clock.now() - BACK).date())
        return min(uids, default=max(self.mailbox.next_uid, 1)) - 1
