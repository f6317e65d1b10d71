"""Whether a decision comes with a notice on how it is appealed, and to which court.

Not handing out a document that was asked for, or handing it out with a reservation, is
appealed to the administrative court of appeal, whatever the answer is in law
(OSL 6:7-8, 6:11). Other decisions in law go to the administrative court (FL 40-44 §§).
A company makes no such decisions. A decision open to review of legality is for members
of the municipality to have tried, not for the recipient: no notice is due (FL 2 §). An
internal act under the contract is no decision, so nothing can be appealed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from requests_app.catalogue import courts
from requests_app.catalogue.working_days import working_day_from
from requests_app.documents.as_decided import asked_minutes, is_of_documents
from requests_app.models import (
    Authority,
    Decision,
    Outcome,
    Revocation,
    SecrecyReview,
)
from requests_app.models.service_of_decision import is_served

# Each denies something that somebody asked for.
AGAINST = (Outcome.REFUSED, Outcome.PARTIALLY_GRANTED, Outcome.DISMISSED)
BY_DOCUMENT = (
    "6 kap. 7 och 8 §§ offentlighets- och sekretesslagen (2009:400) och i 43–46 §§"
    " förvaltningslagen (2017:900)"
)
BY_DOCUMENT_OF_COMPANY = (
    "6 kap. 7, 8 och 11 §§ offentlighets- och sekretesslagen (2009:400) och i 43–47 §§"
    " förvaltningslagen (2017:900)"
)
BY_DECISION = "40–46 §§ förvaltningslagen (2017:900)"
IN_ENGLISH = {
    BY_DOCUMENT: (
        "Chapter 6, Sections 7 and 8 of the Public Access to Information and Secrecy"
        " Act (2009:400) and Sections 43–46 of the Administrative Procedure Act"
        " (2017:900)"
    ),
    BY_DOCUMENT_OF_COMPANY: (
        "Chapter 6, Sections 7, 8 and 11 of the Public Access to Information and"
        " Secrecy Act (2009:400) and Sections 43–47 of the Administrative Procedure Act"
        " (2017:900)"
    ),
    BY_DECISION: "Sections 40–46 of the Administrative Procedure Act (2017:900)",
}
LEGALITY = (
    "Beslutet kan överklagas av kommunmedlem till {court} inom tre veckor från den dag"
    " då det tillkännagavs på kommunens anslagstavla att protokollet över beslutet har"
    " justerats (13 kap. 1, 2 och 5 §§ kommunallagen (2017:725)).{contact}"
)
OWN_RECORD = (
    " Beslutet anmäls inte till nämnden. Denna handling är det särskilda protokollet"
    " över beslutet (7 kap. 8 § kommunallagen)."
)
WEEKS = timedelta(weeks=3)


@dataclass(frozen=True)
class Appeal:
    """The court, and where the rules on appeal are found."""

    court: str
    by_law: str

    @property
    def kind_of_court_in_english(self) -> str:
        """A question of a document begins in the court of appeal."""
        is_first = self.by_law == BY_DECISION
        return "administrative court" if is_first else "administrative court of appeal"

    @property
    def by_law_in_english(self) -> str:
        return IN_ENGLISH[self.by_law]


def appeal(decision: Decision) -> Appeal | None:
    """By the recipient; None where they have no right to it."""
    authority = decision.review.authority
    is_company = authority.kind == Authority.Kind.COMPANY
    if _concerns_a_document(decision):
        court = courts.court_of_appeal(authority.administrative_court)
        return Appeal(court, BY_DOCUMENT_OF_COMPANY if is_company else BY_DOCUMENT)
    in_law = decision.regime == Authority.Regime.FL_FULL and not is_company
    if in_law and _goes_against(decision):
        court = courts.administrative_court(authority.administrative_court)
        return Appeal(court, BY_DECISION)
    return None


def last_days(decision: Decision) -> list[tuple[str, date]]:
    """Whom it has been served on, and each one's last day to appeal it (FL 44 §)."""
    if appeal(decision) is None:
        return []
    services = sorted(decision.services.all(), key=lambda row: row.served_at)
    return [(row.recipient, three_weeks_after(row.served_at)) for row in services]


def last_day(decision: Decision) -> date | None:
    """The last of them, once it has been served on all that it is for."""
    days = last_days(decision)
    return days[-1][1] if days and is_served(decision) else None


def three_weeks_after(served: datetime) -> date:
    """What ends on a day of rest ends on the working day after (lagen (1930:173))."""
    return working_day_from(timezone.localdate(served) + WEEKS)


def remark(decision: Decision) -> str:
    """How the decision may be tried at the wish of others than its recipient."""
    return remark_of_legality(decision) if is_tried_for_legality(decision) else ""


def remark_of_legality(made: Decision | Revocation) -> str:
    authority = made.review.authority
    court = courts.administrative_court(authority.administrative_court)
    contact = authority.court_contact.strip().rstrip(".")
    where = f" Överklagandet lämnas till {court}, {contact}." if contact else ""
    own_record = "" if made.delegation_rule.report_to_board else OWN_RECORD
    return LEGALITY.format(court=court, contact=where) + own_record


def is_tried_for_legality(decision: Decision) -> bool:
    """Is it for members of the municipality to have it tried, not for its recipient?"""
    by_osl = is_tf(decision) or appeal(decision) is not None
    return is_open_to_members(decision) and not by_osl


def is_open_to_members(made: Decision | Revocation) -> bool:
    """Is what a board decides such that its legality can be tried (KL 13:2)?"""
    by_board = made.review.authority.kind == Authority.Kind.BOARD
    return by_board and made.regime == Authority.Regime.KL_LEGALITY


def is_tf(decision: Decision) -> bool:
    """Was it official documents that somebody asked for (TF 2:15)?"""
    is_asked = decision.review.matter == SecrecyReview.Matter.DOCUMENTS
    return is_asked or is_of_documents(decision)


def _concerns_a_document(decision: Decision) -> bool:
    if decision.outcome == Outcome.GRANTED_WITH_RESERVATION:
        return True
    return decision.outcome in AGAINST and is_tf(decision)


def _goes_against(decision: Decision) -> bool:
    """Does it deny its recipient something, or bind them (FL 42 §)?"""
    if not decision.grants or decision.outcome in AGAINST:
        return decision.outcome in AGAINST
    return is_shorter(decision) or decision.proposal.conditions.exists()


def is_shorter(decision: Decision) -> bool:
    """Than was asked for. Documents are handed out for good."""
    limit, granted = asked_minutes(decision), decision.granted_minutes
    return bool(limit and granted and granted < limit) and not is_tf(decision)
