"""What a draft is written from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from requests_app.catalogue.provision_words import is_of_persons
from requests_app.documents.drafting.forbidding import FORBIDS
from requests_app.models import HarmTest, Outcome
from requests_app.models.assessment import Ground
from requests_app.models.outcome import GRANTS

# The longer form first.
COMPANY = {
    "Myndighetens": "Bolagets",
    "myndighetens": "bolagets",
    "Myndigheten": "Bolaget",
}
HINDERING = (HarmTest.Outcome.APPLIES, HarmTest.Outcome.UNLESS_RESERVED)


def as_company(text: str) -> str:
    """A sentence about the authority, where that is a company."""
    for authority, company in COMPANY.items():
        text = text.replace(authority, company)
    return text


@dataclass(frozen=True)
class ReasonedAnswer:
    """An answer, and the lawyer's own words for it."""

    answer: str
    reasons: str = ""


@dataclass(frozen=True)
class CasePart:
    """A part of what is asked for; `is_open`: it may be given."""

    name: str
    is_open: bool


@dataclass(frozen=True)
class TriedProvision:
    """A harm test of a provision, in the version that began on `valid_from`."""

    code: str
    citation: str
    title: str
    harm_test: str
    outcome: str
    reasons: str = ""
    facts_for: str = ""
    facts_against: str = ""
    valid_from: date | None = None
    ground: str = ""
    # To this recipient.
    may_be_named: bool = False
    # Of what is asked for in parts: those that it counts for, in words where it does
    # not count for all of them.
    parts: tuple[CasePart, ...] = ()
    place: str = ""

    @property
    def hinders(self) -> bool:
        return self.outcome in HINDERING

    @property
    def protects_somebody(self) -> bool:
        """An individual (OSL 21–40), not the public interest (15–20)?"""
        return int(self.citation.partition(" ")[0]) >= 21

    @property
    def is_of_persons(self) -> bool:
        return is_of_persons(self.code)


@dataclass(frozen=True)
class References:
    """What the standing assessment rests on."""

    assignment: str = ""
    agreement: str = ""
    transfer: str = ""


@dataclass(frozen=True)
class RequestFacts:
    """The application. `country` is a name; `objects` are designations; `status` is
    that of the request."""

    number: str
    provider: str
    objects: tuple[str, ...]
    unmapped: int = 0
    support_case: str = ""
    employer: str = ""
    country: str = ""
    is_in_eea: bool = False
    minutes: int | None = None
    status: str = ""
    product: str = ""
    can_answer_partly: bool = False
    # Granted already of the same access, which the request extends.
    minutes_beside: int = 0

    @property
    def is_in_third_country(self) -> bool:
        """Is the country known, and outside the EEA?"""
        return bool(self.country) and not self.is_in_eea

    @property
    def whom(self) -> str:
        """The provider, and who was to do the work where that is another company."""
        if not self.employer or self.employer == self.provider:
            return self.provider
        return f"{self.provider} (åtgärden skulle utföras av {self.employer})"


@dataclass(frozen=True)
class Case:
    authority: str
    diary_number: str
    request: RequestFacts
    outcome: str
    answers: Mapping[str, ReasonedAnswer] = field(default_factory=dict)
    tests: tuple[TriedProvision, ...] = ()
    parts: tuple[CasePart, ...] = ()
    references: References = References()
    has_personal_data: bool = True
    reliance: str = "valid"
    is_frozen: bool = False
    minutes: int | None = None
    is_company: bool = False
    is_registered_as_tf: bool = False
    is_foreign_demand: bool = False
    # What lets a foreign authority have it (OSL 8:3, GDPR 48); empty where nothing.
    treaty_ground: str = ""
    # The questions that these answers call for, in the tree they are given to.
    questions: frozenset[str] = frozenset()

    def answer(self, code: str) -> str:
        return self.reasoned_answer(code).answer

    def reasoned_answer(self, code: str) -> ReasonedAnswer:
        """The answer with its reasons, as long as the question is put: another answer
        may have taken it away."""
        if self.questions and code not in self.questions:
            return ReasonedAnswer("")
        return self.answers.get(code, ReasonedAnswer(""))

    @property
    def body(self) -> str:
        """How a sentence calls the authority."""
        return "Bolaget" if self.is_company else "Nämnden"

    def in_own_name(self, text: str) -> str:
        """A sentence of ours about the authority, of a company too."""
        return as_company(text) if self.is_company else text

    @property
    def grants(self) -> bool:
        return self.outcome in GRANTS

    @property
    def grants_less_time(self) -> bool:
        limit = self.request.minutes
        return bool(self.grants and limit and self.minutes and self.minutes < limit)

    @property
    def accounts_for_time(self) -> bool:
        """Has somebody said how the access is made narrower?"""
        answer = self.reasoned_answer("N10")
        return answer.answer == "condition" and bool(answer.reasons.strip())

    @property
    def is_tf(self) -> bool:
        """Are official documents asked for, as registered or as assessed?"""
        return self.is_registered_as_tf or self.answer("N0.tf") == "yes"

    @property
    def lacks_treaty_ground(self) -> bool:
        return self.is_foreign_demand and not self.treaty_ground.strip()

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
        if chosen == "none" and self._some_are_broken:
            return Ground.SEVERAL
        reserved = self.outcome == Outcome.GRANTED_WITH_RESERVATION
        if reserved and chosen not in (Ground.CONSENT, Ground.SEVERAL):
            return Ground.RESERVATION
        return chosen

    @property
    def _some_are_broken(self) -> bool:
        """Is nothing chosen for one provision, and something for another?"""
        return any(row.ground not in ("", "none") for row in self.tests if row.hinders)

    @property
    def grounds(self) -> list[str]:
        """The one ground, or each of several in the order of the provisions."""
        if self.ground != Ground.SEVERAL:
            return [self.ground]
        return list(dict.fromkeys(row.ground for row in self.tests if row.hinders))

    def fails(self, *codes: str) -> bool:
        """Is one of these answered so that it forbids a grant?"""
        return any(self.answer(code) in FORBIDS[code] for code in codes)
