"""A provider's mail: what it was taken for, and the draft that a notice becomes."""

import hashlib
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.models import (
    AccessRequest,
    Arrival,
    ArrivalHandled,
    Connection,
    MailboxPosition,
    MailRule,
    ReceivedMail,
)
from requests_app.permissions.steps import can_handle
from requests_app.providers.application import Application
from requests_app.workflow import content, request_state
from requests_app.workflow.arrival import is_handled
from requests_app.workflow.intake import receive
from requests_app.workflow.step import note, step

Verdict = ReceivedMail.Verdict
MEDIA_TYPE = "message/rfc822"
DOUBTED = gettext_lazy(
    "It looks like a notice, but no signature of the provider holds: it may be forged."
    " Look in the provider's portal before you take it in."
)


class Place(NamedTuple):
    """Where a mail lies, and when it came there."""

    uid_validity: int
    uid: int
    arrived_at: datetime


class Judged(NamedTuple):
    """A mail, and what the rules make of it."""

    raw: bytes
    place: Place
    verdict: str
    rule: MailRule
    signatures: list[str]
    sent_at: datetime
    number: str = ""
    support_case: str = ""
    trouble: str = ""

    @property
    def arrived_at(self) -> datetime:
        return self.place.arrived_at


@step
def keep_mail(
    mail: Judged, *, by: Any, position: MailboxPosition, passed: int
) -> ReceivedMail | None:
    """Keep it, make the draft, and remember how far the mailbox has been read: one
    transaction. `passed` were none of ours before it. None where it is known already,
    or another sweep reads.
    """
    if not move_on(position, to=mail.place.uid, passed=passed):
        return None
    digest = hashlib.sha256(mail.raw).hexdigest()
    same = ReceivedMail.objects.filter(digest=digest)
    if mail.verdict != Verdict.OTHER:
        same = same.exclude(verdict=Verdict.OTHER)
    if same.exists():
        return None
    arrival = _arrived(mail, by)
    row = ReceivedMail.objects.create(
        uid_validity=mail.place.uid_validity,
        uid=mail.place.uid,
        digest=digest,
        mail=arrival.payload if arrival else content.keep(mail.raw, MEDIA_TYPE),
        signatures=mail.signatures,
        rule=mail.rule,
        number=mail.number,
        support_case=mail.support_case,
        verdict=_verdict(mail, arrival),
        arrival=arrival,
        sent_at=mail.sent_at,
        arrived_at=mail.arrived_at,
        read_at=clock.now(),
    )
    note("mail.read", on=row, by=by, verdict=row.verdict)
    return row


def move_on(position: MailboxPosition, *, to: int, passed: int) -> bool:
    """Inside a transaction: False where another sweep is further, or reads anew."""
    rows = MailboxPosition.objects.select_for_update()
    stored = rows.get(pk=position.pk)
    seen = (position.uid_validity, position.last_uid, position.rules)
    if (stored.uid_validity, stored.last_uid, stored.rules) != seen:
        return False
    position.last_uid, position.others = to, stored.others + passed
    position.save()
    return True


def _verdict(mail: Judged, arrival: Arrival | None) -> str:
    is_again = arrival is not None and arrival.result == Arrival.Result.NOTICE
    return Verdict.KNOWN if is_again else mail.verdict


def _arrived(mail: Judged, by: Any) -> Arrival | None:
    if mail.verdict == Verdict.OTHER:
        return None
    if mail.verdict != Verdict.DOUBTED and mail.number:
        known = request_state.existing(mail.rule.connection, mail.number)
        if known is not None:
            return _about(known, mail.raw, by)
    if mail.verdict == Verdict.NOTICE:
        return _draft(mail.rule.connection, mail, mail.raw, by)
    return Arrival.objects.create(
        connection=mail.rule.connection,
        payload=content.keep(mail.raw, MEDIA_TYPE),
        result=Arrival.Result.NOT_TAKEN_IN,
        trouble=mail.trouble,
        arrived_at=clock.now(),
        arrived_by=by,
    )


def _about(known: AccessRequest, raw: bytes, by: Any) -> Arrival:
    """One more mail about a request that we have: it changes nothing."""
    return Arrival.objects.create(
        connection=known.connection,
        access_request=known,
        revision=known.revision,
        payload=content.keep(raw, MEDIA_TYPE),
        result=Arrival.Result.NOTICE,
        arrived_at=clock.now(),
        arrived_by=by,
    )


def _draft(connection: Connection, mail: Any, raw: bytes, by: Any) -> Arrival:
    """A request of what the notice tells, whose clock began when it was sent."""
    application = Application(
        external_id=mail.number,
        support_case=mail.support_case,
        requested_at=mail.sent_at,
    )
    received = receive(
        connection,
        application,
        by=by,
        payload=raw,
        received_by=AccessRequest.ReceivedBy.MAIL,
        received_at=mail.arrived_at,
        media_type=MEDIA_TYPE,
    )
    assert received.access_request is not None  # noqa: S101 — it is new
    return received.access_request.arrivals.latest("pk")


def is_doubted(arrival: Arrival) -> bool:
    """Is it a mail that reads as a notice, whose sender may be forged?"""
    mail = getattr(arrival, "mail", None)
    return mail is not None and mail.verdict == Verdict.DOUBTED and mail.number != ""


def _is_no_notice(rights: Any, arrival: Arrival) -> str:
    if not is_doubted(arrival):
        return _("It is no mail that can be taken in as a notice.")
    return is_handled(rights, arrival)


@step(may=can_handle, hindrance=_is_no_notice, begins=False)
def confirm_mail(arrival: Arrival, *, by: Any, reason: str) -> AccessRequest:
    """A person stands for it that the notice is genuine: it becomes a draft."""
    Connection.objects.select_for_update(no_key=True).get(pk=arrival.connection_id)
    confirm_mail.ask(arrival, by)
    mail, raw = arrival.mail, arrival.payload.body
    known = request_state.existing(arrival.connection, mail.number)
    if known is not None:
        became = _about(known, raw, by)
    else:
        became = _draft(arrival.connection, mail, raw, by)
    ArrivalHandled.objects.create(arrival=arrival, note=reason)
    note("arrival.confirmed", on=arrival, by=by)
    assert became.access_request is not None  # noqa: S101 — a draft, or known
    return became.access_request
