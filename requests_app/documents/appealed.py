"""What an appeal is against: a decision, the revocation of a grant, or a decision on a
hand-out."""

from datetime import date

from requests_app.catalogue import courts
from requests_app.documents import appeal, disclosure_decision, revocation
from requests_app.documents.appeal import Appeal
from requests_app.models import Decision, DisclosureDecision, Revocation

Appealed = Decision | Revocation | DisclosureDecision


def notice_of(appealed: Appealed) -> Appeal | None:
    """How it is appealed by its recipient; None where they have no right to it."""
    if isinstance(appealed, DisclosureDecision):
        return disclosure_decision.notice_for(appealed.authority)
    if isinstance(appealed, Revocation):
        return revocation.appeal(appealed)
    return appeal.appeal(appealed)


def last_day_of(appealed: Appealed) -> date | None:
    """The last day to appeal it, for the last whom it was served on, once it has been
    served on all."""
    if isinstance(appealed, DisclosureDecision):
        return disclosure_decision.last_day_of(appealed)
    if isinstance(appealed, Revocation):
        return revocation.last_day(appealed)
    return appeal.last_day(appealed)


def last_days_of(appealed: Appealed) -> list[tuple[str, date]]:
    """Whom it has been served on, and each one's last day to appeal it: the earliest
    first, by which what has come is in time whoever it came from."""
    if isinstance(appealed, Decision):
        return appeal.last_days(appealed)
    day = last_day_of(appealed)
    whom = appealed.served_on if isinstance(appealed, Revocation) else ""
    return [(whom, day)] if day else []


def is_tried_for_legality(appealed: Appealed) -> bool:
    """Is it tried at the wish of members of the municipality only (KL 13 ch.)?"""
    if isinstance(appealed, DisclosureDecision):
        return False
    if isinstance(appealed, Revocation):
        return appeal.is_open_to_members(appealed)
    return appeal.is_tried_for_legality(appealed)


def court_of(appealed: Appealed) -> str:
    """Which court tries it; empty where that can't be said."""
    if not isinstance(appealed, DisclosureDecision) and is_tried_for_legality(appealed):
        place = appealed.review.authority.administrative_court
        return courts.administrative_court(place)
    notice = notice_of(appealed)
    return notice.court if notice else ""
