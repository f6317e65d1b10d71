"""A revocation on paper: that the grant no longer applies, why, and who decided it."""

from datetime import date

from django.utils import timezone, translation

from requests_app.catalogue import courts
from requests_app.documents.appeal import (
    BY_DECISION,
    Appeal,
    is_open_to_members,
    remark_of_legality,
    three_weeks_after,
)
from requests_app.documents.decision import (
    addressee,
    closer_than,
    contact_of,
    numbers_of,
    signature_of,
)
from requests_app.documents.document import Document
from requests_app.documents.drafting.words import day_in_words
from requests_app.documents.notes import ELSE, MADE_DIGITALLY
from requests_app.documents.order import provider
from requests_app.law.rules import is_by_fl_37
from requests_app.models import Authority, Revocation

BY_LAW = {
    Revocation.Ground.PROVISO: "37 § andra stycket 1",
    Revocation.Ground.SECURITY: "37 § andra stycket 2",
    Revocation.Ground.UNTRUE: "37 § andra stycket 3",
}
EXTENSIONS = "Återkallelsen omfattar också förlängningar av samma åtkomst."
# What may do harm is ended at once, and its reasons can be asked for afterwards.
LEFT_OUT_BY_FL = (
    "I detta exemplar har en del av skälen utelämnats, eftersom ett väsentligt intresse"
    " kräver att beslutet meddelas omedelbart (32 § andra stycket 2 förvaltningslagen"
    " (2017:900)). Behöver ni skälen för att kunna ta till vara er rätt kan ni begära"
    " en motivering i efterhand (32 § tredje stycket samma lag)."
)
LEFT_OUT = f"I detta exemplar har en del av skälen utelämnats.{ELSE}"


def document_of_revocation(revocation: Revocation, *, full: bool) -> Document:
    """The recipient's copy has the reason that may be shown, the full one both."""
    with translation.override("sv"):
        decision, review = revocation.decision, revocation.review
        closer = closer_than(revocation.reason_for_recipient, revocation.reason)
        return Document(
            authority=review.authority.name,
            diary_number=review.diary_number,
            made_on=timezone.localdate(revocation.decided_at),
            subject=review.open_subject,
            numbers=numbers_of(review.access_request),
            heading="Beslut om återkallelse",
            order=order_of_revocation(revocation),
            decided_by=signature_of(revocation),
            party=provider(decision),
            reasons=revocation.reason_for_recipient.text,
            closer_reasons=closer if full else "",
            left_out=_left_out(revocation) if closer and not full else "",
            appeal=appeal(revocation),
            remark=_remark(revocation) if full else "",
            sent_to=addressee(decision),
            contact=contact_of(review.authority),
            made_digitally=MADE_DIGITALLY,
            is_full=full,
        )


def is_left_out_by_fl(revocation: Revocation) -> bool:
    by_board = revocation.review.authority.kind == Authority.Kind.BOARD
    return by_board and is_in_law(revocation)


def _left_out(revocation: Revocation) -> str:
    return LEFT_OUT_BY_FL if is_left_out_by_fl(revocation) else LEFT_OUT


def _remark(revocation: Revocation) -> str:
    return remark_of_legality(revocation) if is_open_to_members(revocation) else ""


def order_of_revocation(revocation: Revocation) -> str:
    decision = revocation.decision
    day = day_in_words(timezone.localdate(decision.decided_at))
    authority = revocation.review.authority
    by_law = ""
    if is_by_fl_37(revocation.regime, authority):
        ground = BY_LAW[Revocation.Ground(revocation.ground)]
        by_law = f", med stöd av {ground} förvaltningslagen (2017:900)"
    sentences = [
        f"{authority.name} återkallar sitt beslut den {day} att medge"
        f" {provider(decision)} åtkomst{by_law}. Åtkomsten ska upphöra genast."
    ]
    request = revocation.review.access_request
    if request.extends_id or request.extensions.exists():
        sentences.append(EXTENSIONS)
    return " ".join(sentences)


def portal_text(revocation: Revocation) -> str:
    """What the provider reads where the answer is given."""
    day = day_in_words(timezone.localdate(revocation.decided_at))
    number = revocation.review.diary_number
    return (
        f"Beslut den {day}, diarienummer {number}. {order_of_revocation(revocation)}"
        f"\n\n{revocation.reason_for_recipient.text}"
        "\n\nIn English: The grant is revoked. Access must end at once."
    )


def is_in_law(revocation: Revocation) -> bool:
    return revocation.regime == Authority.Regime.FL_FULL


def last_day(revocation: Revocation) -> date | None:
    """The last day to appeal it, once it is known when it was served."""
    if revocation.served_at is None or appeal(revocation) is None:
        return None
    return three_weeks_after(revocation.served_at)


def appeal(revocation: Revocation) -> Appeal | None:
    """It takes back what its recipient had: that goes against them (FL 41–42 §§)."""
    authority = revocation.review.authority
    if not is_in_law(revocation) or authority.kind == Authority.Kind.COMPANY:
        return None
    court = courts.administrative_court(authority.administrative_court)
    return Appeal(court, BY_DECISION)
