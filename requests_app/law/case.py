"""What the rules are asked about: facts, what is wanted of them, what hinders it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from requests_app.catalogue.tree import AskedWhen, Node
from requests_app.models import HarmTest, Provision
from requests_app.models.assessment import Ground

HarmOutcome = HarmTest.Outcome
NO_GROUND = "none"
FACTORS = "N7.10-2a."
SIDES: dict[str, str] = {
    AskedWhen.SPEAKS_FOR: "for",
    AskedWhen.SPEAKS_AGAINST: "against",
}


class Part(NamedTuple):
    """A part of what is asked for that is tested by itself; `is_gone`: the object that
    it lies in is no longer asked for."""

    key: int
    name: str
    is_gone: bool = False


class Test(NamedTuple):
    """One harm test. `name` is the provision in words; `ground` what was chosen for it,
    and `lifted_by` what can break the secrecy that it gives. `part` is the key of the
    part that it was made of; of everything, if none."""

    code: str
    name: str
    harm_test: str
    outcome: str
    blocks_approval: bool = False
    in_force: bool = True
    ground: str = ""
    lifted_by: tuple[str, ...] = ()
    works_against: str = Provision.WorksAgainst.EVERYONE
    protects: str = Provision.Protects.INDIVIDUAL
    has_consent: bool = False
    may_be_named: bool = False
    part: int | None = None
    # Of the harm test.
    key: int | None = None

    @property
    def hinders(self) -> bool:
        return self.outcome in (HarmOutcome.APPLIES, HarmOutcome.UNLESS_RESERVED)


@dataclass(frozen=True)
class Circumstances:
    """Which questions are put, on the answers and the harm tests.

    `asks_once`: the review's tree asks for one ground for all provisions (N7).
    """

    answers: Mapping[str, str]
    tests: tuple[Test, ...]
    has_personal_data: bool
    asks_once: bool
    # All that is asked for, in parts; empty where it is tested as a whole.
    parts: tuple[Part, ...] = field(default=(), kw_only=True)

    @property
    def is_of_access(self) -> bool:
        """Not of official documents: those are refused for secrecy alone (TF 2:2), and
        data protection does not stand in their way (GDPR 86)."""
        return self.answers.get("N0.tf") != "yes"

    @property
    def needs_reliance(self) -> bool:
        """Is a standing assessment demanded? Of access always; of official documents
        where they go to a processor (OSL 10:2 a)."""
        return self.is_of_access or Ground.TECHNICAL in self.chosen_grounds

    @property
    def hindering(self) -> list[Test]:
        return [test for test in self.tests if test.hinders]

    @property
    def is_secret(self) -> bool:
        """Several provisions: those that give secrecy prevail (OSL 7:3)."""
        return bool(self.hindering)

    def ground_of(self, test: Test) -> str:
        return self.answers.get("N7", "") if self.asks_once else test.ground

    @property
    def chosen_grounds(self) -> set[str]:
        return {self.ground_of(test) for test in self.hindering}

    def breaks(self, test: Test) -> bool:
        """Is a ground chosen that breaks the secrecy which the provision gives?"""
        ground = self.ground_of(test)
        return ground in Ground.breaking() and ground in test.lifted_by

    @property
    def unbroken(self) -> list[Test]:
        return [test for test in self.hindering if not self.breaks(test)]

    @property
    def only_reservation_helps(self) -> bool:
        """What no ground breaks would not hinder with a reservation."""
        rest = self.unbroken
        return bool(rest) and all(
            test.outcome == HarmOutcome.UNLESS_RESERVED for test in rest
        )

    @property
    def summed_ground(self) -> str:
        """The one ground chosen, or that there are several, or none for some."""
        chosen = self.chosen_grounds
        if not chosen or "" in chosen:
            return ""
        if NO_GROUND in chosen:
            return NO_GROUND
        return chosen.pop() if len(chosen) == 1 else Ground.SEVERAL

    def put_among(self, questions: Iterable[Node]) -> frozenset[str]:
        """The questions that are put: an answer to another counts for nothing."""
        return frozenset(row.code for row in questions if self.is_asked(row.asked))

    def is_asked(self, condition: str) -> bool:
        node, has_answer, answer = condition.partition("=")
        if has_answer:
            return self.answers.get(node) == answer and self._is_above_asked(node)
        if condition == AskedWhen.SECRECY:
            return self.is_secret
        if condition == AskedWhen.RESERVATION:
            return self.only_reservation_helps
        if condition == AskedWhen.PERSONAL_DATA:
            return self.has_personal_data and self.is_of_access
        if condition == AskedWhen.ACCESS:
            return self.is_of_access
        if condition in SIDES:
            return self._is_weighed(SIDES[condition])
        return condition == AskedWhen.ALWAYS or condition in self.chosen_grounds

    def _is_weighed(self, side: str) -> bool:
        """Does a factor of OSL 10:2 a speak that way, where that is the ground?"""
        weights = (
            row for code, row in self.answers.items() if code.startswith(FACTORS)
        )
        return AskedWhen.TECHNICAL in self.chosen_grounds and side in weights

    def _is_above_asked(self, node: str) -> bool:
        """What hangs on an answer is put only while that is."""
        if node.startswith("N9."):
            return self.is_asked(AskedWhen.PERSONAL_DATA)
        of_consent = node.startswith("N7.12-2.")
        return not of_consent or Ground.CONSENT in self.chosen_grounds


@dataclass(frozen=True)
class Facts(Circumstances):
    """All that decides whether a grant is lawful. Minutes are whole minutes."""

    questions: tuple[Node, ...]
    security_protection: str
    highest_class: int | None
    proposed_codes: Mapping[str, str]  # provisions the information sets name
    reliance: str
    lacking: tuple[str, ...]
    frozen: tuple[str, ...]
    asked_minutes: int | None
    longest_minutes: int | None
    # Is it tried as a demand by a foreign authority?
    is_foreign_demand: bool = False
    # Does the request name another company than the provider?
    employer_is_another: bool = False
    # Granted already of the same access: what this extends, and what extends it.
    minutes_beside: int = 0
    # Does a consent that is relied on demand a reservation (OSL 12:2)?
    consent_demands: bool = False
    is_abroad: bool = False
    # Does the provider ask before access, or does it only promise something?
    has_approval: bool = True
    # Open points of law on which the authority has taken a stand.
    settled: frozenset[str] = frozenset()
    # Questions whose answer lacks the reasons that it is given with.
    unreasoned: frozenset[str] = frozenset()
    # Questions that were answered on something else than what is known now.
    outdated: frozenset[str] = frozenset()
    # Questions and provisions that somebody with a conflict of interest has answered.
    by_disqualified: frozenset[str] = frozenset()

    @property
    def longest_asked(self) -> int | None:
        """The longest access to grant: as was asked for, and no longer than the product
        allows."""
        limits = [row for row in (self.asked_minutes, self.longest_minutes) if row]
        return min(limits, default=None)


@dataclass(frozen=True)
class IntendedDecision:
    """What is proposed or about to be decided. Minutes are whole minutes."""

    outcome: str
    ground: str = ""
    minutes: int | None = None
    scope: str = ""
    conditions: int = 0
    reservations: int = 0


class Obstacle(NamedTuple):
    """Why a grant is not possible; `field` is the form's field it hangs on, if any.

    `to_assess`: nothing forbids it; what has not been assessed stands in the way.
    """

    rule: str
    text: str
    field: str = ""
    to_assess: bool = False
