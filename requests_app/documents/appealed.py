"""What an appeal is against: a decision, or the revocation of a grant."""

from datetime import date

from requests_app.catalogue import courts
from requests_app.documents import appeal, revocation
from requests_app.documents.appeal import Appeal
from requests_app.models import Decision, Revocation


def notice_of(appealed: Decision | Revocation) -> Appeal | None:
    """How it is appealed by its recipient; None where they have no right to it."""
    if isinstance(appealed, Revocation):
        return revocation.appeal(appealed)
    return appeal.appeal(appealed)


def last_day_of(appealed: Decision | Revocation) -> date | None:
    """The last day to appeal it, for the last whom it was served on, once it has been
    served on all."""
    if isinstance(appealed, Revocation):
        return revocation.last_day(appealed)
    return appeal.last_day(appealed)


def last_days_of(appealed: Decision | Revocation) -> list[tuple[str, date]]:
    """Whom it has been served on, and each one's last day to appeal it: the earliest
    first, by which what has come is in time whoever it came from."""
    if isinstance(appealed, Decision):
        return appeal.last_days(appealed)
    day = revocation.last_day(appealed)
    return [(appealed.served_on, day)] if day else []


def is_tried_for_legality(appealed: Decision | Revocation) -> bool:
    """Is it tried at the wish of members of the municipality only (KL 13 ch.)?"""
    if isinstance(appealed, Revocation):
        return appeal.is_open_to_members(appealed)
    return appeal.is_tried_for_legality(appealed)


def court_of(appealed: Decision | Revocation) -> str:
    """Which court tries it; empty where that can't be said."""
    if is_tried_for_legality(appealed):
        place = appealed.review.authority.administrative_court
        return courts.administrative_court(place)
    notice = notice_of(appealed)
    return notice.court if notice else ""
