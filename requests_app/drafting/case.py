"""What a draft is written from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from requests_app.models import HarmTest, Outcome
from requests_app.models.assessment import Ground

HINDERING = (HarmTest.Outcome.APPLIES, HarmTest.Outcome.UNLESS_RESERVED)


@dataclass(frozen=True)
class ReasonedAnswer:
    """An answer, and the lawyer's own words for it."""

    answer: str
    reasons: str = ""


@dataclass(frozen=True)
class TriedProvision:
    """A harm test. `is_delicate`: that it was tried at all can reveal something."""

    code: str
    citation: str
    title: str
    harm_test: str
    outcome: str
    reasons: str = ""
    facts_for: str = ""
    facts_against: str = ""
    is_delicate: bool = False
    ground: str = ""

    @property
    def hinders(self) -> bool:
        return self.outcome in HINDERING


@dataclass(frozen=True)
class References:
    """What the standing assessment rests on."""

    assignment: str = ""
    agreement: str = ""
    transfer: str = ""


@dataclass(frozen=True)
class RequestFacts:
    """The application. `country` is a name; `objects` are designations."""

    number: str
    provider: str
    objects: tuple[str, ...]
    unmapped: int = 0
    support_case: str = ""
    employer: str = ""
    country: str = ""
    is_gone: bool = False
    can_answer_partly: bool = False
    # Granted already of the same access, which the request extends.
    minutes_beside: int = 0


@dataclass(frozen=True)
class Case:
    authority: str
    diary_number: str
    request: RequestFacts
    outcome: str
    answers: Mapping[str, ReasonedAnswer] = field(default_factory=dict)
    tests: tuple[TriedProvision, ...] = ()
    references: References = References()
    has_personal_data: bool = True
    reliance: str = "valid"
    is_frozen: bool = False
    minutes: int | None = None
    scope: str = ""

    def answer(self, code: str) -> str:
        return self.reasoned_answer(code).answer

    def reasoned_answer(self, code: str) -> ReasonedAnswer:
        return self.answers.get(code, ReasonedAnswer(""))

    @property
    def is_secret(self) -> bool:
        return any(test.hinders for test in self.tests)

    @property
    def ground(self) -> str:
        """The ground that the lawyer has chosen; none is needed without secrecy."""
        if not self.tests:
            return ""
        if not self.is_secret:
            return Ground.NOT_SECRET
        chosen = self.answer("N7")
        reserved = self.outcome == Outcome.GRANTED_WITH_RESERVATION
        if reserved and chosen not in (Ground.CONSENT, Ground.SEVERAL):
            return Ground.RESERVATION
        return chosen

    @property
    def grounds(self) -> list[str]:
        """The one ground, or each of several in the order of the provisions."""
        if self.ground != Ground.SEVERAL:
            return [self.ground]
        return list(dict.fromkeys(row.ground for row in self.tests if row.hinders))

    def fails(self, *codes: str) -> bool:
        """Is one of these answered so that it forbids a grant?"""
        return any(self.answer(code) in FORBIDS[code] for code in codes)


# Answers that forbid a grant, by question; each has its sentence in the reasons.
FORBIDS: dict[str, tuple[str, ...]] = {
    "N1": ("unknown",),
    "N7.10-2a.assignment": ("no",),
    "N7.10-2a.technical": ("no",),
    "N7.10-2a.suitable": ("unsuitable",),
    "N7.10-2.necessary": ("no",),
    "N7.12-2.given": ("no",),
    "N5.transferred": ("untested",),
    "N5.patient": ("unmet",),
    "N5.whistle": ("unclear",),
    "N7.12-2.minor": ("missing",),
    "N7.12-2.detriment": ("yes",),
    "N7.12-2.against_guardian": ("no",),
    "N8": ("no",),
    "N9.controller": ("no",),
    "N9.processor": ("no",),
    "N9.country": ("unknown",),
    "N9.entity": ("unknown",),
    "N9.transfer": ("none",),
    "N9.transfer.certified": ("no",),
    "N9.transfer.scope": ("no",),
    "N9.dpia": ("missing",),
    "N9.special": ("no",),
    "N10": ("exists",),
}
