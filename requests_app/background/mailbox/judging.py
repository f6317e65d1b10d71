"""What the rules make of one mail."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.models import MailRule, ReceivedMail
from requests_app.providers.mail.client import Glance
from requests_app.providers.mail.message import Letter, read
from requests_app.providers.mail.resolver import NoDns
from requests_app.providers.mail.rules import (
    Contents,
    contents_of,
    is_from,
    is_signed,
    takes,
)
from requests_app.providers.mail.signatures import signatures_of
from requests_app.providers.reading import Unreadable
from requests_app.words.in_record import in_record
from requests_app.workflow.received_mail import DOUBTED, Judged, Place

Verdict = ReceivedMail.Verdict
# For so long it is waited for DNS, before a person is to judge.
PATIENCE = timedelta(minutes=5)
NO_NUMBER = _("It is a notice by the rule “%(rule)s”, but no request number was found.")
NOT_OURS = _("It is a notice by the rule “%(rule)s”, but names none of our tenants.")

OTHERWISE = _(
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
    signatures = _signatures(raw, place, txt)
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
    raw: bytes, place: Place, txt: Callable[..., bytes | None]
) -> list[str]:
    try:
        return signatures_of(raw, txt)
    except NoDns:
        if clock.now() - place.arrived_at < PATIENCE:
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
