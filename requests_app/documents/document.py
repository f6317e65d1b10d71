"""What stands on a decision's document: plain values in Swedish, nothing to look up."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from requests_app.documents.appeal import Appeal
from requests_app.documents.wording import together
from requests_app.words.phrases import listed


@dataclass(frozen=True)
class Signature:
    """A person's name and title as they were when they signed."""

    name: str
    basis: str = ""


@dataclass(frozen=True)
class ReservationText:
    """A reservation: who is bound, and what they may not do (OSL 10:14)."""

    who: str
    prohibition: str


@dataclass(frozen=True)
class Rule:
    """A provision that was tried, and what came of it."""

    citation: str
    outcome: str


@dataclass(frozen=True)
class Document:
    """A decision as one reader gets it. What they may not read is not in here."""

    authority: str
    diary_number: str
    made_on: date
    subject: str
    # The provider's numbers, as label and value.
    numbers: tuple[tuple[str, str], ...]
    heading: str
    order: str
    decided_by: Signature
    party: str = ""
    # What is granted or refused, as label and value.
    extent: tuple[tuple[str, str], ...] = ()
    conditions: tuple[str, ...] = ()
    reservations: tuple[ReservationText, ...] = ()
    reserved_by: str = ""
    supersedes: str = ""
    # That it can be revoked, and what it instructs the processor to.
    notes: tuple[str, ...] = ()
    reasons: str = ""
    # Reasons that the recipient's copy leaves out, and there says that it does.
    closer_reasons: str = ""
    left_out: str = ""
    # The secrecy marking, with provision, day and authority (OSL 5:5), of a copy that
    # holds what is secret.
    marking: str = ""
    rules: tuple[Rule, ...] = ()
    rapporteur: Signature | None = None
    others: tuple[str, ...] = ()
    # How it may be tried in another order than by the recipient's appeal.
    remark: str = ""
    # An invitation to ask for less, where the product can not be answered in part.
    invitation: str = ""
    appeal: Appeal | None = None
    sent_to: str = ""
    # Where the authority is reached.
    contact: tuple[str, ...] = ()
    made_digitally: str = ""
    is_full: bool = False
    language: str = "sv"

    @property
    def title(self) -> str:
        return f"{self.heading}, {self.diary_number}"

    @property
    def copy(self) -> str:
        """Which of the papers it is."""
        if self.language == "en":
            return "Translation: the decision in Swedish applies"
        if self.is_full:
            return "Fullständig version, prövas före utlämnande"
        return "Exemplar till mottagaren"

    @property
    def foot(self) -> str:
        """What every page says at its foot."""
        return f"{self.authority} · {self.diary_number} · {self.copy}"

    @property
    def reason_parts(self) -> list[str]:
        return paragraphs(self.reasons)

    @property
    def closer_reason_parts(self) -> list[str]:
        return paragraphs(self.closer_reasons)

    @property
    def invitation_parts(self) -> list[str]:
        return paragraphs(self.invitation)

    @property
    def others_named(self) -> str:
        return listed(self.others)

    @property
    def must_write_osl_out(self) -> bool:
        """Is OSL named, and nowhere in full?"""
        texts = f"{self.reasons} {self.closer_reasons}"
        in_full = "offentlighets- och sekretesslagen" in f"{texts} {self.marking}"
        return ("OSL" in texts or bool(self.rules)) and not in_full


def paragraphs(text: str) -> list[str]:
    """What stands between empty lines; single line breaks stay in the text."""
    text = together(text)
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def fingerprint(documents: Iterable[Document]) -> str:
    """A digest of all that stands on the documents, as 64 hexadecimal digits."""
    return hashlib.sha256(repr(tuple(documents)).encode()).hexdigest()
