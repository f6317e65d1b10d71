"""What the form of the assessment shows around its fields."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.forms import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.tree import AskedWhen, Kind, Node, Tree
from requests_app.documents.drafting.harm import condition_of
from requests_app.documents.drafting.weighing import OPENINGS, SIDES, clause
from requests_app.forms.known_answers import EACH_TIME, KnownAnswer, ProposedWords
from requests_app.law.presets import ProposedAnswer
from requests_app.law.proposed_answers import has_ended
from requests_app.models import HarmTest, Part, Provision, StatuteParagraph
from requests_app.permissions.roles import today
from requests_app.workflow.assessment import AnswerInput

Outcome = HarmTest.Outcome

OWN_QUESTIONS = {
    "OSL-21-3a": _(
        "Secrecy applies unless it is clear that the information can be disclosed"
        " without the individual, or somebody close, being exposed to threats, violence"
        " or other serious harm."
    ),
    "OSL-21-7": _(
        "No harm test: secrecy applies if it can be assumed that the information, once"
        " disclosed, will be processed in breach of the data protection regulation, of"
        " the act that supplements it, or of section 6 of the ethical review act."
    ),
}

# Questions on secrecy that comes from elsewhere: all are mostly answered no, at once.
FROM_ELSEWHERE = "N5."
HARM_QUESTIONS = {
    "straight": _("Secrecy applies if it can be assumed that harm follows."),
    "reverse": _("Secrecy applies unless it is clear that no harm follows."),
    "qualified": _(
        "Secrecy applies only if serious harm must be assumed, or for a special reason."
    ),
    "absolute": _("Secrecy applies without a harm test."),
}


# What the presumption is, and so what needs reasons.
PRESUMPTIONS = {
    "straight": _("Public unless you show why not."),
    "reverse": _("Secret unless you show why it is clear that no harm follows."),
    "qualified": _("Public unless you show serious harm or a special reason."),
    "absolute": _("Always secret: strike it only if there is no such information."),
}


def harm_question(provision: Provision) -> Any:
    """In Swedish the paragraph's own test; in English what its kind asks."""
    is_absolute = provision.harm_test == Provision.HarmTest.ABSOLUTE
    if get_language() == "sv" and not is_absolute:
        return f"Sekretess gäller om {condition_of(provision)}."
    own = OWN_QUESTIONS.get(provision.code)
    return own or HARM_QUESTIONS[provision.harm_test]


@dataclass(frozen=True)
class PartRow:
    """The fields of a provision's test of one part."""

    part: Part
    outcome: BoundField
    reasons: BoundField
    ground: BoundField | None


@dataclass(frozen=True)
class ProvisionRow:
    """A provision on the form: what it asks, and the fields that answer it."""

    provision: Provision
    question: Any
    presumption: Any
    outcome: BoundField
    reasons: BoundField
    facts: list[BoundField]
    ground: BoundField | None = None
    parts: Sequence[PartRow] = ()

    @property
    def name(self) -> str:
        return f"{self.provision} · {self.provision.title}"


@dataclass(frozen=True)
class EndedRow:
    """A test of a version that is no longer in force, and what comes in its place."""

    test: HarmTest
    is_replaced: bool


class Place(IntEnum):
    """Where on the form a question stands; what is known beforehand by itself."""

    CHANGED = 1
    EACH_TIME = 2
    LATER = 3
    KNOWN = 4


@dataclass(frozen=True)
class NodeRow:
    """A question on the form; without fields where the system has the answer."""

    node: Node
    known: ProposedAnswer | None
    system_answer: str
    paragraphs: list[StatuteParagraph]
    answer: BoundField | None
    motivation: BoundField | None
    # How the authority holds an open point of law that the question turns on.
    stand: Any = ""
    # What is known, to be confirmed with the rest; what an earlier case said otherwise.
    settled: KnownAnswer | None = None
    settled_answer: str = ""
    was: str = ""
    # Words for an answer, and what follows from the factors chosen.
    words: ProposedWords | None = None
    clauses: str = ""

    @property
    def demands_words(self) -> bool:
        """Whatever is answered; the questions after it may ask for them instead."""
        return self.node.needs_reasons and not self.node.reasoned_below

    @property
    def lacks_words(self) -> bool:
        return bool(
            self.demands_words and self.motivation and not self.motivation.value()
        )

    @property
    def says(self) -> dict[str, str]:
        """What is said of a factor that speaks for, and of one that speaks against."""
        return {side: clause(self.node.code, side) for side in SIDES}

    @property
    def opening(self) -> str:
        return OPENINGS[self.side]

    @property
    def side(self) -> str:
        return self.node.code.rpartition(".")[2]

    @property
    def place(self) -> Place:
        if self.settled or self._passes:
            return Place.KNOWN
        if self.was:
            return Place.CHANGED
        return Place.EACH_TIME if self.node.code in EACH_TIME else Place.LATER

    @property
    def _passes(self) -> bool:
        """Has the system the answer, and does it hinder nothing?"""
        if self.node.kind != Kind.FOUND or self.known is None:
            return False
        return self.known.answer in self.node.passes

    @property
    def source(self) -> str:
        row = self.settled or self.known
        return row[1] if row else ""

    @property
    def shape(self) -> str:
        """What it is shown together with; itself where it stands alone."""
        if self.node.is_factor or self.node.kind == Kind.WEIGHED:
            return "factors"
        if self.node.code.startswith(FROM_ELSEWHERE):
            return FROM_ELSEWHERE
        together = self.node.code.startswith("N9")
        return AskedWhen.PERSONAL_DATA if together else self.node.code

    @property
    def opens(self) -> bool:
        """Is there something to see in the folded field for reasons?"""
        field = self.motivation
        return bool(field and (field.errors or field.value()))


def statute_texts(nodes: Iterable[Node]) -> dict[str, StatuteParagraph]:
    """The paragraphs that the questions name, in force today, by their key."""
    keys = {key for node in nodes for key in node.paragraphs}
    texts = {}
    for row in StatuteParagraph.objects.in_force(today()):
        if row.key in keys:
            texts[row.key] = row
    return texts


def named(provision: Provision) -> str:
    return f"{provision} – {provision.title}"


def replacing(provisions: Iterable[Provision]) -> Iterable[Provision]:
    """The versions now in force of what has ended."""
    codes = [row.code for row in provisions if has_ended(row)]
    if not codes:
        return ()
    rows: Any = Provision.objects.in_force(today())
    return rows.filter(code__in=codes).select_related("statute_paragraph")


def is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def answered_no(data: Any, tree: Tree) -> Any:
    """With no to every question of the group whose button was pressed, if one was."""
    group = data.get("none_of")
    if not group:
        return data
    typed = data.copy()
    for node in tree.nodes:
        if node.code.startswith(group) and "no" in dict(node.choices):
            typed[f"answer_{node.code}"] = "no"
    return typed


def answers_in(
    cleaned: dict[str, Any], tree: Tree, known: dict[str, KnownAnswer]
) -> dict[str, AnswerInput]:
    """The answers as they were typed, by node; with the earlier case that one was
    taken from."""
    answers = {}
    for node in tree.nodes:
        if node.kind not in (Kind.ASKED, Kind.GROUNDS, Kind.WEIGHED):
            continue
        answer = cleaned.get(f"answer_{node.code}", "")
        row = known.get(node.code)
        answers[node.code] = AnswerInput(
            answer,
            cleaned.get(f"motivation_{node.code}", ""),
            row.review if row and row.answer == answer else "",
        )
    return answers
