"""Case, of how texts for secrecy review are drafted: drafting, forbidding, not shown,
origins, parts and statutes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from requests_app.cases.review.law.tree import is_of_persons, may_be_waived
from requests_app.cases.review.models.assessment import Ground, HarmTest
from requests_app.core.models import GRANTS, Outcome
from requests_app.core.words.texts import listed, paragraph, sentence

# Answers that forbid a grant.

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
    "N5.care": ("others", "unclear"),
    "N5.whistle": ("unclear",),
    "N5.whistle.circle": ("outside",),
    "N7.24-8.clear": ("no",),
    "N0.foreign": ("unclear",),
    "N7.12-2.minor": ("missing",),
    "N7.12-2.detriment": ("yes",),
    "N7.12-2.together": ("missing",),
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


# What a draft is written from.

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


# The grounds that could have broken the secrecy, where nothing shows that they do.

# The grounds that may break secrecy, as what has not been shown.
NOT_SHOWN: dict[str, str] = {
    Ground.TECHNICAL: "att förutsättningarna i 10 kap. 2 a § OSL är uppfyllda",
    Ground.NECESSARY: (
        "att utlämnandet är nödvändigt för myndighetens verksamhet (10 kap. 2 § OSL)"
    ),
    Ground.CONSENT: "att samtycke finns (12 kap. 2 § OSL)",
}
NO_OTHER = "Det har inte kommit fram {}."


def not_shown(case: Case) -> str:
    """The grounds that could have broken the secrecy, but for the one chosen. A foreign
    authority is given what OSL 8:3 lets it have, and that stands with the demand."""
    if case.is_foreign_demand:
        return ""
    codes = [row.code for row in case.tests if row.hinders]
    others = [
        text
        for ground, text in NOT_SHOWN.items()
        if ground != case.ground and may_break(ground, case.is_tf, codes)
    ]
    if not others:
        return ""
    return case.in_own_name(NO_OTHER.format(listed(others, "eller")))


def may_break(ground: str, is_tf: bool, codes: list[str]) -> bool:
    """Could this ground break the secrecy of these provisions? Whoever asks for
    official documents (`is_tf`) neither works for the authority nor serves it; and
    nobody consents but a person whom the secrecy protects."""
    if ground == Ground.CONSENT:
        return all(map(may_be_waived, codes))
    return not is_tf


# What the information is or comes from, beside the provisions that are tested.

SENTENCES = {
    ("N5.transferred", "tested"): (
        "Uppgifterna har kommit från en annan myndighet. För dem gäller sekretess här"
        " endast om en bestämmelse är tillämplig här eller om sekretessen överförs"
        " (7 kap. 2 § OSL)."
    ),
    ("N5.transferred", "untested"): (
        "Uppgifterna har kommit från en annan myndighet, och det är inte utrett vilken"
        " sekretess som gäller för dem (7 kap. 2 § OSL)."
    ),
    ("N5.patient", "met"): (
        "Åtkomsten rör patientuppgifter, och kraven i patientdatalagen (2008:355) är"
        " uppfyllda."
    ),
    ("N5.patient", "unmet"): (
        "Åtkomsten rör patientuppgifter, och det är inte utrett att kraven i"
        " patientdatalagen (2008:355) är uppfyllda."
    ),
    ("N0.foreign", "unclear"): (
        "Det är inte utrett om ett krav från en utländsk myndighet eller domstol ligger"
        " bakom begäran (8 kap. 3 § OSL)."
    ),
    ("N5.care", "others"): (
        "Uppgifterna har gjorts tillgängliga av en annan vård- eller omsorgsgivare"
        " genom sammanhållen vård- och omsorgsdokumentation. Sekretess gäller för dem"
        " enligt 25 kap. 2 § OSL när myndigheten inte får behandla dem, och det"
        " ankommer på den som har gjort dem tillgängliga att pröva om de kan lämnas ut."
    ),
    ("N5.care", "own"): (
        "Uppgifterna är myndighetens egna i sammanhållen vård- och"
        " omsorgsdokumentation. Andra vård- eller omsorgsgivares uppgifter berörs inte."
    ),
    ("N5.care", "unclear"): (
        "Det är inte utrett om uppgifterna har gjorts tillgängliga av en annan vård-"
        " eller omsorgsgivare (25 kap. 2 § OSL)."
    ),
    ("N5.whistle.circle", "outside"): (
        "Den som får åtkomst hör inte till de behöriga personer som enligt lagen"
        " (2021:890) om skydd för personer som rapporterar om missförhållanden får ta"
        " del av uppgifterna."
    ),
    ("N5.whistle", "unclear"): (
        "Det är inte utrett om sådana uppgifter förekommer som avses i 32 kap. 3 b §"
        " OSL."
    ),
}
# As it mostly is: said where somebody has written of it.
SILENT = {
    ("N0.foreign", "no"): (
        "Det har inte kommit fram att en utländsk myndighet eller domstol har krävt"
        " uppgifterna."
    ),
    ("N5.transferred", "no"): "Uppgifterna har inte kommit från en annan myndighet.",
    ("N5.care", "no"): (
        "Uppgifterna är inte tillgängliga genom sammanhållen vård- och"
        " omsorgsdokumentation."
    ),
    ("N5.whistle.circle", "appointed"): (
        "De som får åtkomst är utsedda som behöriga enligt lagen (2021:890)."
    ),
    ("N5.whistle.circle", "unseen"): (
        "Uppgifterna blir inte synliga för den som får åtkomst."
    ),
    ("N5.patient", "no"): "Åtkomsten rör inte patientuppgifter.",
    ("N5.whistle", "tested"): (
        "Uppgifter om ett visselblåsarärende kan förekomma, och bestämmelserna om dem"
        " har prövats."
    ),
}
BARS = "Begäran kan därför inte bifallas."
WHY = {
    ("N5.patient", "met"): "[Ange hur kraven är uppfyllda.]",
    ("N5.transferred", "tested"): (
        "[Ange vilken sekretess som kan ha följt med uppgifterna, och vad prövningen"
        " ledde till.]"
    ),
}
# Said of some, it would tell by its absence of the others.
UNSAID = ("N5.whistle", "no")
FOR_GOOD = {("N5.care", "others"), ("N5.whistle.circle", "outside")}
SECRECY = ("N5.transferred", "N5.care", "N5.whistle", "N5.whistle.circle")
CODES = ("N0.foreign", *SECRECY, "N5.patient")


def fails(case: Case) -> bool:
    return case.fails(*CODES)


def bars_for_good(case: Case) -> bool:
    """Is it known, and not only not found out?"""
    given = {(code, case.answer(code)) for code in CODES}
    return bool(given & FOR_GOOD)


def leave_open(case: Case) -> bool:
    """Is it unknown whether other secrecy applies than what was tried?"""
    return case.fails(*SECRECY)


def bars(case: Case) -> bool:
    """Does a refusal rest on it? Official documents are refused for secrecy."""
    return fails(case) and not case.grants and not case.is_tf


def origins(case: Case) -> str:
    """Where the answers come from; in a refusal only what bars it."""
    parts = []
    for code in SECRECY if case.is_tf else CODES:
        answer = case.reasoned_answer(code)
        given = (code, answer.answer)
        if given != UNSAID and (case.grants or case.fails(code)):
            own = sentence(answer.reasons) or WHY.get(given, "")
            silent = SILENT.get(given, "") if own else ""
            parts += [SENTENCES.get(given, silent), own]
    return paragraph([*parts, BARS if bars(case) else ""])


# What is asked for in parts, of which some may be given and others not (TF 2:15).


def is_divided(case: Case) -> bool:
    return len({part.is_open for part in case.parts}) > 1


def names(case: Case, *, is_open: bool) -> str:
    return listed(part.name for part in case.parts if part.is_open == is_open)


def of_parts(case: Case, *, is_open: bool) -> Case:
    """The case as it would be if only the parts that may be given had been asked for,
    or only the others. The reasons for the grounds are of what these do not break."""
    parts = tuple(part for part in case.parts if part.is_open == is_open)
    tests = tuple(row for row in case.tests if set(row.parts) & set(parts))
    chosen = {row.ground for row in tests if row.hinders}
    several = "none" if "none" in chosen else Ground.SEVERAL
    summed = "".join(chosen) if len(chosen) < 2 else several
    reasons = "" if is_open else case.reasoned_answer("N7").reasons
    return replace(
        case,
        parts=parts,
        tests=tests,
        answers={**case.answers, "N7": ReasonedAnswer(summed, reasons)},
        outcome=case.outcome if is_open else Outcome.REFUSED,
    )


# Statutes written out where a text first mentions them.

OSL_IN_FULL = "offentlighets- och sekretesslagen (2009:400)"
OSL = f"{OSL_IN_FULL}, OSL"
GDPR = "dataskyddsförordningen, (EU) 2016/679"
ENDS_AFTER = re.compile(r"\s*[.,;:()]|$")


def written_out(text: str, *, goes_on: bool = True) -> str:
    """Each statute in full where it is first mentioned, and short after that. Where
    nothing goes on after it, no abbreviation is brought in that is not used again."""
    is_used_again = goes_on or len(re.findall(r"\bOSL\b", text)) > 1
    name = OSL if is_used_again else OSL_IN_FULL
    text = _first(text, r"\bOSL\b", "offentlighets- och sekretesslagen", name)
    return _first(text, r"\b[Dd]ataskyddsförordningen\b", "(EU) 2016/679", GDPR)


def together_cited(citations: Iterable[str]) -> str:
    """25 kap. 1 § OSL and 26 kap. 1 § OSL become 25 kap. 1 § och 26 kap. 1 § OSL."""
    return f"{listed(name.removesuffix(' OSL') for name in citations)} OSL"


def _first(text: str, short: str, mark: str, in_full: str) -> str:
    match = re.search(short, text)
    if match is None or mark in text[: match.end() + len(in_full)]:
        return text
    name = in_full
    if match[0][0].isupper() and match[0] != "OSL":
        name = in_full[0].upper() + in_full[1:]
    rest = text[match.end() :]
    comma = "," if "," in name and not ENDS_AFTER.match(rest) else ""
    return f"{text[: match.start()]}{name}{comma}{rest}"
