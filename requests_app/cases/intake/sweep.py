"""What the sweep does for intake: judging, reading, standing and receiving."""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from requests_app.cases.intake.models.request import (
    MailboxPosition,
    MailRule,
    ReceivedMail,
)
from requests_app.cases.intake.steps.dialogue import (
    DOUBTED,
    Judged,
    Place,
    keep_mail,
    move_on,
)
from requests_app.cases.intake.steps.request import Received, Result, receive, set_aside
from requests_app.core import sweep
from requests_app.core.models import Heartbeat
from requests_app.core.step import Busy
from requests_app.core.words.texts import in_record, moment_in_words
from requests_app.providers.application import MOST_OBJECTS, Application
from requests_app.providers.mail import (
    LARGEST,
    MAILBOX,
    Contents,
    Letter,
    contents_of,
    is_from,
    is_signed,
    read,
    takes,
)
from requests_app.providers.mailbox import (
    Glance,
    Mailbox,
    NoDns,
    Trusted,
    opened,
    signatures_of,
    txt,
)
from requests_app.providers.protocol import Standing, Unreachable
from requests_app.providers.reading import LARGEST as LARGEST_PAYLOAD
from requests_app.providers.reading import Piece, Unreadable, reading, refuse_doubles
from requests_app.providers.secrets import is_set
from requests_app.registers.models.cloud import Connection

# What the rules make of one mail.

Verdict = ReceivedMail.Verdict
# For so long it is waited for DNS, before a person is to judge.
PATIENCE = timedelta(minutes=5)
NO_NUMBER = gettext_lazy(
    "It is a notice by the rule “%(rule)s”, but no request number was found."
)
NOT_OURS = gettext_lazy(
    "It is a notice by the rule “%(rule)s”, but names none of our tenants."
)

OTHERWISE = gettext_lazy(
    "It has a request number, but not the subject of a notice by the rule “%(rule)s”:"
    " does the provider write them otherwise now?"
)
NOTHING = Contents("", "", is_ours=False, is_signed=False)


def fingerprint(rules: list[MailRule]) -> str:
    """Tells whether the rules are those that the mailbox was read by."""
    fields = [field.attname for field in MailRule._meta.concrete_fields]
    text = repr([[getattr(rule, name) for name in fields] for rule in rules])
    return hashlib.sha256(text.encode()).hexdigest()


def first_rule(rules: list[MailRule], senders: str) -> MailRule | None:
    """A rule that it may be about, by what stands as its sender."""
    named = (rule for rule in rules if rule.sender.lower() in senders)
    return next(named, None)


def judge(
    raw: bytes,
    glance: Glance,
    rules: list[MailRule],
    first: MailRule,
    txt: Callable[..., bytes | None],
    uid_validity: int,
) -> Judged | None:
    """None for what is from nobody that we know. Raises NoDns, as long as it may be
    waited for."""
    place = Place(uid_validity, glance.uid, glance.arrived_at)
    try:
        letter = read(raw)
    except Unreadable as error:
        sent_at, trouble = place.arrived_at, str(error)
        return Judged(
            raw, place, Verdict.NOT_TAKEN_IN, first, [], sent_at, trouble=trouble
        )
    theirs = [rule for rule in rules if is_from(rule, letter.sender)]
    if not theirs:
        return None
    signatures = _signatures(raw, place, txt, theirs)
    rule, contents = _best(
        [row for row in theirs if takes(row, letter)], letter, signatures
    )
    if rule is None:
        # A stranger who writes the provider's address fills nothing here.
        rule, contents = _best(
            [row for row in theirs if is_signed(row, signatures)], letter, signatures
        )
        if rule is None:
            return None
        verdict, trouble = _verdict_of_other(rule, contents)
    else:
        verdict, trouble = _verdict(rule, contents)
    return Judged(
        raw,
        place,
        verdict,
        rule,
        signatures,
        _sent_at(letter, place),
        number=contents.number if contents.is_ours else "",
        support_case=contents.support_case,
        trouble=trouble,
    )


def _signatures(
    raw: bytes,
    place: Place,
    txt: Callable[..., bytes | None],
    rules: list[MailRule],
) -> list[str]:
    """By whom these rules trust."""
    signers = {rule.signed_by.lower() for rule in rules}
    sealers = {rule.sealed_by.lower() for rule in rules if rule.sealed_by}
    try:
        return signatures_of(raw, txt, Trusted(signers, sealers))
    except NoDns:
        if acting.now() - place.arrived_at < PATIENCE:
            raise
        return []


def _best(
    rules: list[MailRule], letter: Letter, signatures: list[str]
) -> tuple[MailRule | None, Contents]:
    """The rule that finds most in it: first of all our tenant."""
    contents = [(rule, contents_of(rule, letter, signatures)) for rule in rules]
    contents.sort(
        key=lambda row: (row[1].is_ours, row[1].is_signed, bool(row[1].number))
    )
    return contents[-1] if contents else (None, NOTHING)


def _verdict(rule: MailRule, contents: Contents) -> tuple[str, str]:
    if not contents.is_signed:
        return Verdict.DOUBTED, in_record(DOUBTED)
    if not contents.is_ours:
        return Verdict.NOT_TAKEN_IN, in_record(NOT_OURS, rule=rule.name)
    if not contents.number:
        return Verdict.NOT_TAKEN_IN, in_record(NO_NUMBER, rule=rule.name)
    return Verdict.NOTICE, ""


def _verdict_of_other(rule: MailRule, contents: Contents) -> tuple[str, str]:
    """The provider may have begun to write its notices otherwise: with a number in it a
    person is to look. What is about a request that we have lies with that."""
    if contents.is_ours and contents.number:
        return Verdict.NOT_TAKEN_IN, in_record(OTHERWISE, rule=rule.name)
    return Verdict.OTHER, ""


def _sent_at(letter: Letter, place: Place) -> datetime:
    """By its own word, but never after it came."""
    return min(letter.sent_at or place.arrived_at, place.arrived_at)


# Whether the mailbox is read: noted each round, told where people see it.

# When a mailbox that has not been read is trouble.
LATEST = timedelta(minutes=5)


def note_reading(trouble: str) -> None:
    """`at` is when it was last read; failures count since then."""
    row, _made = Heartbeat.objects.get_or_create(
        name=Heartbeat.MAILBOX, defaults={"at": acting.now()}
    )
    row.trouble = trouble[:300]
    row.failures = row.failures + 1 if trouble else 0
    if not trouble:
        row.at = acting.now()
    row.save()


def standing() -> Iterator[Standing]:
    """That it is read, where there is one."""
    if not is_set(MAILBOX):
        return
    row = Heartbeat.objects.filter(name=Heartbeat.MAILBOX).first()
    trouble = _("It has not been read.") if row is None else row.trouble
    if row is not None and acting.now() - row.at > LATEST:
        trouble = trouble or _("It has not been read.")
    yield Standing(_("The mailbox of notices was read within 5 minutes"), trouble)


def mailbox_troubles(beats: Iterable[Heartbeat]) -> list[str]:
    """What people must know: notices may lie there that nobody sees here."""
    return [
        _("The mailbox of notices has not been read since %(at)s: %(trouble)s")
        % {"at": moment_in_words(row.at), "trouble": row.trouble}
        for row in beats
        if row.name == Heartbeat.MAILBOX and row.failures
    ]


# One round through the mailbox: what is new in it, mail by mail.
#
# Each is one transaction with how far has been read: whenever the process dies, the
# next
# round goes on where the last commit was, and a mail that comes again is known by its
# digest.

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
            this_round = Round(mailbox, by, dns)
            for line in this_round.work():
                lines.append(line)
                sweep.touch()
            if this_round.is_behind:
                trouble = _("More mail came than is read in a round: it goes on.")
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
        self.is_behind = False

    def work(self) -> Iterator[str]:
        uids = self.mailbox.after(self.position.last_uid)
        for start in range(0, len(uids), TOGETHER):
            some = uids[start : start + TOGETHER]
            for glance in self.mailbox.glances(some):
                if time.monotonic() > self.end:
                    self.is_behind = True
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
        uids = self.mailbox.since(timezone.localdate(acting.now() - BACK))
        return min(uids, default=max(self.mailbox.next_uid, 1)) - 1


# From what a provider sent to steps: each application by itself.


class Receiver:
    """One reading of a provider. What can't be read is kept for a person, with the
    reason; so is a second, different application under a number used already."""

    def __init__(self, connection: Connection, *, by: Any, received_by: str) -> None:
        self.connection = connection
        self.provider = connection.product.interface
        self.by = by
        self.received_by = received_by
        self.seen: dict[str, str] = {}

    def take_in(self, piece: Piece) -> Received:
        """Whatever stands in it: what can't be taken in stops no other."""
        try:
            application = self._read(piece)
        except Unreadable as error:
            return self.aside(piece.raw, str(error))
        first = self.seen.setdefault(application.external_id, application.terms_digest)
        if first != application.terms_digest:
            trouble = _("Number %(number)s stands for two different requests here.")
            return self.aside(piece.raw, trouble % {"number": application.external_id})
        return self._receive(application, piece)

    def _read(self, piece: Piece) -> Application:
        if len(piece.raw) > LARGEST_PAYLOAD:
            raise Unreadable(_("The application is larger than 1 MB."))
        with reading(piece.raw):
            refuse_doubles(piece.raw)
            application = self.provider.application(piece.value)
            # It is kept by its terms: what has none can't be kept.
            str(application.terms_digest)
        if len(application.object_ids) > MOST_OBJECTS:
            raise Unreadable(
                _("It names %(count)s objects; at most %(most)s are taken in.")
                % {"count": len(application.object_ids), "most": MOST_OBJECTS}
            )
        return application

    def _receive(self, application: Application, piece: Piece) -> Received:
        try:
            return receive(
                self.connection,
                application,
                by=self.by,
                payload=piece.raw,
                received_by=self.received_by,
            )
        except Busy as error:
            # It is not lost: the provider has it, and is asked again.
            return Received(None, None, f"{application.external_id}: {error}")
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("%s: %s", self.connection, application.external_id)
            trouble = _("It could not be kept as a request (%(error)s).")
            return self.aside(piece.raw, trouble % {"error": type(error).__name__})

    def aside(self, raw: bytes, trouble: str) -> Received:
        set_aside(self.connection, by=self.by, payload=raw, trouble=trouble)
        return Received(None, Result.NOT_TAKEN_IN, trouble)


def receive_document(
    connection: Connection, raw: bytes, *, by: Any, received_by: str = "file"
) -> Iterator[Received]:
    """Take in every application of a saved document of the connection's provider."""
    receiver = Receiver(connection, by=by, received_by=received_by)
    try:
        with reading(raw):
            pieces = list(receiver.provider.applications(raw))
    except Unreadable as error:
        yield receiver.aside(raw, str(error))
        return
    for piece in pieces:
        yield receiver.take_in(piece)
