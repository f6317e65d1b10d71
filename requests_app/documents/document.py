"""What stands on a decision's document: plain values in Swedish, nothing to look up."""

import re
from dataclasses import dataclass
from datetime import date

from requests_app.documents.wording import together
from requests_app.drafting.words import listed


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
    # What is granted or refused, as label and value.
    extent: tuple[tuple[str, str], ...] = ()
    conditions: tuple[str, ...] = ()
    reservations: tuple[ReservationText, ...] = ()
    supersedes: str = ""
    reasons: str = ""
    rules: tuple[Rule, ...] = ()
    rapporteur: Signature | None = None
    others: tuple[str, ...] = ()
    # How it may be tried in another order than by the recipient's appeal.
    remark: str = ""
    # An invitation to ask for less, where the product can not be answered in part.
    invitation: str = ""
    may_be_appealed: bool = False
    is_full: bool = False

    @property
    def title(self) -> str:
        return f"{self.heading}, {self.diary_number}"

    @property
    def foot(self) -> str:
        """What every page says at its foot."""
        parts = [self.authority, self.diary_number]
        if self.is_full:
            parts.append("Fullständig version, prövas före utlämnande")
        return " · ".join(parts)

    @property
    def reason_parts(self) -> list[str]:
        return paragraphs(self.reasons)

    @property
    def invitation_parts(self) -> list[str]:
        return paragraphs(self.invitation)

    @property
    def others_named(self) -> str:
        return listed(self.others)

    @property
    def cites_osl(self) -> bool:
        return "OSL" in self.reasons or bool(self.rules)


def paragraphs(text: str) -> list[str]:
    """What stands between empty lines; single line breaks stay in the text."""
    text = together(text)
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
