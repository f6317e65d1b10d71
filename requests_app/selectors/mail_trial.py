"""What a mail rule would make of the mails that are kept, before it is changed."""

from datetime import datetime
from typing import Any, NamedTuple

from requests_app.models import AlteredContent, MailRule, ReceivedMail, RegisterChange
from requests_app.providers.mail.message import Letter, read
from requests_app.providers.mail.patterns import BadPattern
from requests_app.providers.mail.rules import contents_of, takes
from requests_app.providers.reading import Unreadable
from requests_app.selectors.register_change import row_after

# The newest: more would keep somebody waiting.
MOST = 200
SHOWN = 10
TAKEN = (ReceivedMail.Verdict.NOTICE, ReceivedMail.Verdict.KNOWN)


class Tried(NamedTuple):
    """One mail that the rule would take."""

    subject: str
    sent_at: datetime
    number: str
    support_case: str
    is_signed: bool
    was_taken: bool


class Trial(NamedTuple):
    """Of so many kept mails. `lost` were notices by this rule, and would be none."""

    of: int
    taken: int
    lost: int
    rows: list[Tried]


def trial_of(rule: MailRule) -> Trial | None:
    """None for a rule that can't be tried as it stands."""
    rows_kept = ReceivedMail.objects.filter(rule__connection=rule.connection_id)
    mails = list(rows_kept.select_related("mail").order_by("-pk")[:MOST])
    rows, lost = [], 0
    try:
        for mail in mails:
            tried = _tried(rule, mail)
            if tried is not None:
                rows.append(tried)
            elif mail.verdict in TAKEN and mail.rule_id == rule.pk:
                lost += 1
    except BadPattern:
        return None
    return Trial(len(mails), len(rows), lost, rows[:SHOWN])


def trial_of_change(change: RegisterChange) -> Trial | None:
    """Of a rule as it would become; None where the change is about something else."""
    rule = row_after(change, MailRule)
    return trial_of(rule) if rule is not None else None


def _tried(rule: Any, mail: ReceivedMail) -> Tried | None:
    letter = _letter(mail)
    if letter is None or not takes(rule, letter):
        return None
    contents = contents_of(rule, letter, mail.signatures)
    if not contents.is_ours:
        return None
    return Tried(
        subject=letter.subject,
        sent_at=mail.sent_at,
        number=contents.number,
        support_case=contents.support_case,
        is_signed=contents.is_signed,
        was_taken=mail.verdict in TAKEN,
    )


def _letter(mail: ReceivedMail) -> Letter | None:
    try:
        return read(mail.mail.body)
    except (AlteredContent, Unreadable):
        return None
