"""The law's own questions as data (legal.md 1.2).

A version never changes once it is in use: a change of law is a new file beside the old,
and a review keeps the version that it began with.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from audit_app import clock

TREES = Path(__file__).parent / "trees"


class Kind(StrEnum):
    """How a question is answered."""

    ASKED = "asked"  # by the lawyer, in the assessment
    FOUND = "found"  # by the system, and recorded with the assessment
    TESTS = "tests"  # by the harm tests
    GROUNDS = "grounds"  # by the ground chosen for each provision that applies
    WEIGHED = "weighed"  # by the factors that speak one way, with words for them all
    RECORDED = "recorded"  # by the records of other steps


class AskedWhen(StrEnum):
    """When a question is put; until then it is no obstacle.

    Beside these, "N7.12-2.minor=child" asks where that question is so answered.
    """

    ALWAYS = "always"
    SECRECY = "secrecy"  # when secrecy applies
    TECHNICAL = "osl-10-2a"  # when OSL 10:2 a is the ground, and so on
    NECESSARY = "osl-10-2"
    CONSENT = "osl-12-2"
    RESERVED = "osl-10-14"
    RESERVATION = "reservation"  # when a reservation would take the risk away
    SPEAKS_FOR = "speaks-for"  # when a factor speaks for disclosure, or against it
    SPEAKS_AGAINST = "speaks-against"
    # Of access, and not of official documents; the former where there is such data.
    PERSONAL_DATA = "personal_data"
    ACCESS = "access"


@dataclass(frozen=True)
class Node:
    """One question: what is asked, why, and which answers let a grant pass.

    `answers` are {"value", "sv", "en"} in the order they are shown, and `closed` those
    that are not available here, with why. `passes` is empty where the answer alone
    forbids nothing. `paragraphs` name statute text, as in
    "OSL 10:2 a". `needs_reasons`: the outcome turns on the answer, so that it is given
    with reasons, whatever was proposed (FL 32 §). `tests` are provisions that an answer
    says are tested. `reasoned_below`: answers whose reasons the questions after it ask
    for.
    """

    code: str
    kind: Kind
    question_sv: str
    question_en: str
    help_sv: str
    help_en: str
    legal_basis: str
    paragraphs: tuple[str, ...]
    answers: tuple[Mapping[str, str], ...]
    passes: tuple[str, ...]
    closed: tuple[Mapping[str, str], ...]
    asked: str
    is_hard_stop: bool
    needs_reasons: bool = False
    reasoned_below: tuple[str, ...] = ()
    tests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def question(self) -> str:
        return self.question_sv if _swedish() else self.question_en

    @property
    def help(self) -> str:
        return self.help_sv if _swedish() else self.help_en

    @property
    def choices(self) -> list[tuple[str, str]]:
        language = "sv" if _swedish() else "en"
        return [(answer["value"], answer[language]) for answer in self.answers]

    @property
    def not_available(self) -> list[str]:
        """Answers that can't be chosen here, each with the reason."""
        return [answer["sv" if _swedish() else "en"] for answer in self.closed]

    def label(self, value: str) -> str:
        return dict(self.choices).get(value, value)

    @property
    def major(self) -> str:
        """The number it stands under: N9 for N9.country."""
        return self.code.partition(".")[0]

    def demands_reasons(self, answer: str) -> bool:
        """Does the outcome turn on it, where nothing after it asks why?"""
        return self.needs_reasons and answer not in self.reasoned_below

    @property
    def is_factor(self) -> bool:
        """One of the circumstances weighed for suitability under OSL 10:2 a."""
        values = {answer["value"] for answer in self.answers}
        return values == {"for", "neutral", "against"}


@dataclass(frozen=True)
class Tree:
    version: str
    valid_from: date
    note: str
    nodes: tuple[Node, ...]

    def node(self, code: str) -> Node:
        """Raises KeyError for a code that this version does not have."""
        return self._by_code[code]

    @functools.cached_property
    def _by_code(self) -> dict[str, Node]:
        return {node.code: node for node in self.nodes}

    @property
    def assessment_nodes(self) -> list[Node]:
        """The questions whose answers are kept with the assessment."""
        kinds = (Kind.ASKED, Kind.FOUND, Kind.GROUNDS, Kind.WEIGHED)
        return [node for node in self.nodes if node.kind in kinds]

    def needs_reasons(self, code: str, answer: str) -> bool:
        node = self._by_code.get(code)
        return node is not None and node.demands_reasons(answer)

    @property
    def asks_once(self) -> bool:
        """One ground for all provisions, as the first version asked it."""
        return all(node.kind != Kind.GROUNDS for node in self.nodes)


@functools.cache
def tree(version: str) -> Tree:
    """Raises FileNotFoundError for a version that there is not."""
    text = (TREES / f"{version}.json").read_text(encoding="utf-8")
    return _read(json.loads(text))


def version_now() -> str:
    """The newest version that has begun."""
    today = timezone.localdate(clock.now())
    begun = [version for version in _versions() if version.valid_from <= today]
    return max(begun, key=lambda version: version.valid_from).version


def versions() -> list[str]:
    """Every version that there is, the oldest first, begun or not."""
    return [version.version for version in _versions()]


@functools.cache
def _versions() -> tuple[Tree, ...]:
    return tuple(tree(path.stem) for path in sorted(TREES.glob("*.json")))


def _read(content: dict[str, Any]) -> Tree:
    nodes = [
        Node(
            **{
                **entry,
                "kind": Kind(entry["kind"]),
                "paragraphs": tuple(entry["paragraphs"]),
                "answers": tuple(entry["answers"]),
                "passes": tuple(entry["passes"]),
                "closed": tuple(entry.get("closed", ())),
                "reasoned_below": tuple(entry.get("reasoned_below", ())),
            }
        )
        for entry in content["nodes"]
    ]
    began = date.fromisoformat(content["valid_from"])
    return Tree(content["version"], began, content["note"], tuple(nodes))


def _swedish() -> bool:
    return get_language() == "sv"
