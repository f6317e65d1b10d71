"""What the rules are asked about: facts, what is wanted of them, what hinders it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from requests_app.catalogue.tree import AskedWhen, Node
from requests_app.models import HarmTest
from requests_app.models.assessment import Ground

HarmOutcome = HarmTest.Outcome


class Test(NamedTuple):
    """One harm test. `name` is the provision in words."""

    code: str
    name: str
    harm_test: str
    outcome: str
    blocks_approval: bool = False
    in_force: bool = True


@dataclass(frozen=True)
class Circumstances:
    """Which questions are put, on the answers and the outcomes of the harm tests."""

    answers: Mapping[str, str]
    outcomes: frozenset[str]
    has_personal_data: bool

    @property
    def applies(self) -> bool:
        """Several provisions: the one that gives secrecy prevails (OSL 7:3)."""
        return HarmOutcome.APPLIES in self.outcomes

    @property
    def applies_unless_reserved(self) -> bool:
        return HarmOutcome.UNLESS_RESERVED in self.outcomes

    @property
    def is_secret(self) -> bool:
        return self.applies or self.applies_unless_reserved

    @property
    def breaks(self) -> bool:
        """Is a ground chosen that breaks a secrecy which applies?"""
        return self.answers.get("N7") in Ground.breaking()

    def is_asked(self, condition: str) -> bool:
        if condition == AskedWhen.SECRECY:
            return self.is_secret
        if condition == AskedWhen.RESERVATION:
            return self.applies_unless_reserved and not (self.applies or self.breaks)
        if condition == AskedWhen.PERSONAL_DATA:
            return self.has_personal_data
        if condition == AskedWhen.ALWAYS:
            return True
        return self.is_secret and self.answers.get("N7") == condition


@dataclass(frozen=True)
class Facts(Circumstances):
    """All that decides whether a grant is lawful. Minutes are whole minutes."""

    questions: tuple[Node, ...]
    tests: tuple[Test, ...]
    security_protection: str
    highest_class: int | None
    proposed_codes: Mapping[str, str]  # provisions the information sets name
    reliance: str
    lacking: tuple[str, ...]
    frozen: tuple[str, ...]
    asked_minutes: int | None
    longest_minutes: int | None
    # Questions that were answered on something else than what is known now.
    outdated: frozenset[str] = frozenset()


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
    """Why a grant is not possible; `field` is the form's field it hangs on, if any."""

    rule: str
    text: str
    field: str = ""
