"""What is said with the answer in the provider's portal: which decision it is, what it
says, and how it is appealed; in Swedish, and in short in English."""

from collections.abc import Iterable

from requests_app.documents.appeal import appeal
from requests_app.documents.decision import document_of
from requests_app.documents.document import Document
from requests_app.documents.drafting.statutes import written_out
from requests_app.documents.drafting.words import day_in_words
from requests_app.documents.english import order_in_english
from requests_app.models import Decision, Delivery
from requests_app.models.outcome import Meaning

NOT_ALL = "Alla berörda myndigheter har inte medgett åtkomst, och begäran nekas därför."
NOT_ALL_ENGLISH = "In English: Not every authority concerned has granted access."
REVOKED = "Medgivandet gäller inte längre. Åtkomsten ska upphöra genast."
REVOKED_ENGLISH = "In English: The grant no longer applies. Access must end at once."
APPEAL = (
    "Beslutet kan överklagas till {court}. Överklagandet ska vara skriftligt och ha"
    " kommit in till {authority}{contact} inom tre veckor från den dag då ni fick del"
    " av beslutet. Ange vilket beslut som överklagas och hur ni vill att det ska"
    " ändras."
)
APPEAL_ENGLISH = (
    " It may be appealed in writing to {court} within three weeks of the day you"
    " received it; send the appeal to {authority}{contact}."
)


def portal_comment(answer: str, decisions: Iterable[Decision]) -> str:
    """What the portal's comment says: for a Deny, what those say who deny; for an
    Approve, what all of them grant."""
    rows = list(decisions)
    if answer == Delivery.Answer.APPROVE:
        return "\n\n".join(map(_comment, rows))
    against = [row for row in rows if row.answer == Meaning.DENY]
    comments = [_comment(row) for row in against]
    if answer == Delivery.Answer.REVOKE:
        return "\n\n".join([REVOKED, *comments, REVOKED_ENGLISH])
    return "\n\n".join(comments or [NOT_ALL, NOT_ALL_ENGLISH])


def _comment(decision: Decision) -> str:
    document = document_of(decision, full=False)
    lines = (
        f"Beslut den {day_in_words(document.made_on)}, diarienummer"
        f" {document.diary_number}. {document.order}",
        "\n".join(f"{label}: {value}" for label, value in document.extent),
        _numbered("Villkor", document.conditions),
        _numbered(
            "Förbehåll",
            [f"{row.who}: {row.prohibition}" for row in document.reservations],
        ),
    )
    # The reasons word for word: they are the decision's own.
    parts = [written_out(_joined(lines)), document.reasons]
    return _joined([*parts, _appeal(document), _english(decision, document)])


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _numbered(heading: str, texts: Iterable[str]) -> str:
    lines = [f"{number}. {text}" for number, text in enumerate(texts, 1)]
    return "\n".join([f"{heading}:", *lines]) if lines else ""


def _appeal(document: Document) -> str:
    if document.appeal is None:
        return ""
    return APPEAL.format(
        court=document.appeal.court,
        authority=document.authority,
        contact=_contact(document),
    )


def _english(decision: Decision, document: Document) -> str:
    text = (
        f"In English: Decision {document.diary_number}. {order_in_english(decision)}"
        " The Swedish text above is the one that applies."
    )
    if (notice := appeal(decision)) is None:
        return text
    return text + APPEAL_ENGLISH.format(
        court=notice.court, authority=document.authority, contact=_contact(document)
    )


def _contact(document: Document) -> str:
    return f" ({', '.join(document.contact)})" if document.contact else ""
