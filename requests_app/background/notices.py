"""Mail to staff of what waits with a clock: its number, its last time and where it is,
and nothing of what it is about.

A notice is on record in the transaction that hands it over: what the mail server does
not take is due again the next round, and to an address it refuses ever more seldom.
Where the process dies just after the server has taken it, it goes a second time, under
the same Message-ID.
"""

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from smtplib import SMTPRecipientsRefused
from ssl import SSLCertVerificationError
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable, UniqueViolation

from audit_app import clock
from audit_app.acting import acting
from audit_app.ledger import record
from requests_app.models import SentNotice
from requests_app.selectors.notice import Due, due_to, groups_to_tell
from requests_app.words.times import at_time
from requests_app.workflow.notice import address_refused, address_taken

log = logging.getLogger(__name__)

# Seconds that the server may take to answer, and that a round looks and sends.
PATIENCE, ROUND = 10, 30
# It has sent the same, or is just sending it.
ANOTHER_SWEEP = (UniqueViolation, LockNotAvailable)


class NotSent(Exception):
    """Some notices were not taken by the mail server."""


class AddressRefused(Exception):
    """The mail server does not take the address; in its own words."""


class NoServer(Exception):
    """The mail server does not answer, or does not let us in."""


def send_notices(by: Any) -> list[str]:
    """Each notice that is due, by itself. Raises NotSent at the end if some failed."""
    if not settings.MAIL_SERVER:
        return []
    sent = failed = 0
    refused: set[int] = set()
    for due in _due(until=time.monotonic() + ROUND):
        if due.person.pk in refused:
            continue
        try:
            sent += send(due, by)
        except NoServer as error:
            raise NotSent(f"no mail server: {error}") from error
        except (SMTPRecipientsRefused, ValueError) as error:
            log.error("address of person %s refused: %s", due.person.pk, error)
            address_refused(due.person, reason_in_words(error))
            refused.add(due.person.pk)
        except OSError as error:
            log.error("notice of %s to person %s: %s", due.item, due.person.pk, error)
            failed += 1
    failed += len(refused)
    if failed:
        raise NotSent(f"{failed} notices by mail were not taken by the server")
    return [f"notices: {sent} sent"] if sent else []


def reason_in_words(error: SMTPRecipientsRefused | ValueError) -> str:
    """The server's own words; or what is wrong with the address before it is asked."""
    if isinstance(error, ValueError):
        return str(error)
    return " ".join(
        f"{code} {text.decode(errors='replace')}"
        for code, text in error.recipients.values()
    )


def _due(until: float) -> Iterator[Due]:
    """What a round has time for: looking costs most of it."""
    for group in groups_to_tell():
        for due in due_to(*group):
            if time.monotonic() < until:
                yield due
        if time.monotonic() >= until:
            return


def send(due: Due, by: Any) -> bool:
    """False where another sweep has it. Raises NoServer, OSError or ValueError."""
    message = _message(due)
    with transaction.atomic(), acting(by):
        row = new_notice(SentNotice, due, person=due.person)
        if row is None:
            return False
        record("notice.sent", by=by, on=row, person=str(due.person), item=due.item)
        _hand_over(message)
        address_taken(due.person)
    return True


def new_notice(notices: type[Model], due: Due, **to: Any) -> Any:
    """The row that says so, in a transaction; None where another sweep has it."""
    try:
        with transaction.atomic():
            return notices._default_manager.create(
                item=due.item,
                kind=due.kind,
                ends_at=due.ends_at,
                sent_at=clock.now(),
                **to,
            )
    except DatabaseError as error:
        if isinstance(error.__cause__, ANOTHER_SWEEP):
            return None
        raise


def _hand_over(message: EmailMessage) -> None:
    server = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        timeout=PATIENCE,
        **settings.MAIL_SERVER,
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


def mail(person: Any, subject: str, body: str, key: str) -> None:
    """To one person; `key` is the same if it is sent twice. Raises NoServer, OSError,
    or AddressRefused."""
    try:
        _hand_over(_mail(person, subject, body, key))
    except (SMTPRecipientsRefused, ValueError) as error:
        raise AddressRefused(reason_in_words(error)) from error


def _mail(person: Any, subject: str, body: str, key: str) -> EmailMessage:
    return EmailMessage(
        subject=subject,
        body=body,
        from_email=settings.MAIL_FROM,
        to=[person.email],
        headers={"Message-ID": _number(key), "Auto-Submitted": "auto-generated"},
    )


def _message(due: Due) -> EmailMessage:
    with translation.override(due.person.language):
        values = {
            "number": due.number,
            "time": in_full(due),
            "link": link_to(due.item),
        }
        subject = _("Lockbox: %(number)s, by %(time)s") % values
        body = _(
            "%(number)s waits for you, by %(time)s.\n\n%(link)s\n\n"
            "You choose notices in Lockbox, at “Notices by mail”."
        )
        key = f"{due.person.pk} {due.item} {due.kind} {due.ends_at.isoformat()}"
        return _mail(due.person, subject, body % values, key)


def link_to(item: str) -> str:
    scheme = "https" if settings.HTTPS else "http"
    return f"{scheme}://{settings.ALLOWED_HOSTS[0]}{item}"


def in_full(due: Any) -> str:
    """Not “today”: nobody knows when a mail is read."""
    local = timezone.localtime(due.ends_at)
    return at_time(date_format(local, "j F Y"), date_format(local, "TIME_FORMAT"))


def _number(key: str) -> str:
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{settings.MAIL_FROM.rpartition('@')[2]}>"
