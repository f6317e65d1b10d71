"""Assessment, of the forms of secrecy review: assessment rows, consent, filling,
grounds, harm test, known, part, redrafting and tested provisions."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.ledger import record
from requests_app.cases.access.queue import clock_of
from requests_app.cases.intake.forms import TICK, NamesNobodyForm
from requests_app.cases.intake.models.file import Part
from requests_app.cases.intake.models.request import RequestedObject
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.drafting import texts
from requests_app.cases.review.drafting.case import ReasonedAnswer
from requests_app.cases.review.drafting.secrecy import (
    OPENINGS,
    SIDES,
    clause,
    condition_of,
    of_side,
)
from requests_app.cases.review.forms import known
from requests_app.cases.review.forms.afterwards import CommentedForm
from requests_app.cases.review.forms.known import (
    EACH_TIME,
    TECHNICAL,
    KnownAnswer,
    ProposedWords,
    source_of,
)
from requests_app.cases.review.forms.people import TakingPartForm
from requests_app.cases.review.law.facts import (
    ABROAD,
    DUMPS,
    NO_GROUND,
    UNLAWFUL_PROCESSING,
    Assessment,
    Basis,
    assessment_with_texts,
    basis_of,
    field_key,
    grounds_for,
)
from requests_app.cases.review.law.known import (
    AGAINST,
    FOR,
    HINDERING,
    NEUTRAL,
    STRONG,
    ProposedAnswer,
    has_ended,
    proposed_provisions,
)
from requests_app.cases.review.law.rules import PRESUMED
from requests_app.cases.review.law.tree import AskedWhen, Kind, Node, Tree
from requests_app.cases.review.models.assessment import (
    AssessmentAnswer,
    Consent,
    Ground,
    HarmTest,
)
from requests_app.cases.review.models.decision import Condition
from requests_app.cases.review.selectors import (
    EarlierCase,
    SimilarCase,
    earlier_case,
    similar_to,
)
from requests_app.cases.review.steps.assessment import AnswerInput, HarmTestInput
from requests_app.core.forms import MomentField, PlainText, StepForm, this_minute
from requests_app.core.people.models import Authority
from requests_app.core.queue import Clock
from requests_app.core.words.texts import identifiers_in, is_address
from requests_app.registers.models.provisions import Provision, StatuteParagraph

# What the form of the assessment shows around its fields.

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
    for row in StatuteParagraph.objects.in_force(acting.today()):
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
    rows: Any = Provision.objects.in_force(acting.today())
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


# The field for the ground of one provision, and how open points of law are held.

LABELS = {
    Ground.TECHNICAL: _("OSL 10:2 a: only technical processing or storage"),
    Ground.NECESSARY: _("OSL 10:2: necessary for the authority's own activity"),
    Ground.CONSENT: _("OSL 12:2: consent"),
    Ground.RESERVATION: _("OSL 10:14: a reservation"),
    Ground.FOREIGN: _("OSL 8:3: a foreign authority may be given it"),
    Ground.STATISTICS: _("OSL 24:8 third paragraph: it is clear that no harm follows"),
    NO_GROUND: _("No ground"),
}
# A question, the setting it turns on, and what is said where it is settled and not.
STANDS = {
    "N7.10-2a.silence": (
        ABROAD,
        _("The authority holds that the duty reaches staff abroad."),
        _(
            "The authority has not settled whether the duty reaches staff abroad: there"
            " it does not speak for disclosure."
        ),
    ),
    "N7.10-2a.technical": (
        DUMPS,
        _("The authority holds that reading a memory dump can be only technical."),
        _(
            "The authority has not settled whether reading a memory dump is only"
            " technical: it does not count as such."
        ),
    ),
}


class GroundField(forms.ChoiceField):
    """Only what the statute lets break the secrecy, and why the rest is left out."""

    def __init__(
        self, provision: Provision, review: SecrecyReview, **kwargs: Any
    ) -> None:
        lawful = grounds_for(provision, review)
        super().__init__(
            label=format_lazy("{}: {}", _("Ground"), provision),
            choices=[
                (code, label)
                for code, label in LABELS.items()
                if code in lawful or code == NO_GROUND
            ],
            widget=forms.RadioSelect,
            required=False,
            **kwargs,
        )
        self.closed = _why_not(provision, lawful)


def _why_not(provision: Provision, lawful: tuple[str, ...]) -> Any:
    if provision.code == UNLAWFUL_PROCESSING:
        return _("Nothing makes processing in breach of the regulation lawful.")
    if Ground.FOREIGN in lawful:
        return _(
            "A foreign authority is given only what OSL 8:3 lets it have, or what"
            " somebody has consented to."
        )
    if Ground.TECHNICAL not in lawful:
        return _(
            "The paragraph says “in no case”, and the authority has not settled that"
            " OSL 10:2 a breaks it."
        )
    if Ground.CONSENT not in lawful:
        return _("It protects the public interest: nobody's consent lifts it (12:2).")
    return ""


def stand_on(code: str, authority: Authority) -> Any:
    """How the authority holds the open point that the question turns on, if any."""
    if code not in STANDS:
        return ""
    setting, settled, unsettled = STANDS[code]
    return settled if getattr(authority, setting) else unsettled


# The fields of the harm tests, and what was typed in them.

FIELDS = ("outcome", "reasons", "for", "against", "ground")


def harm_test_fields(
    provision: Provision, part: Part | None, row: HarmTest | None
) -> dict[str, forms.Field]:
    """The outcome and the texts, by name; the ground is the form's to add."""
    key = field_key(provision, part)
    allowed = outcomes_of(provision, of_part=part is not None)
    what = f"{provision}: {part.name}" if part else str(provision)
    fields: dict[str, forms.Field] = {
        f"outcome_{key}": forms.ChoiceField(
            label=what,
            choices=[(value, Outcome(value).label) for value in allowed],
            widget=forms.RadioSelect,
            required=False,
            initial=row.outcome if row else part and Outcome.AS_WHOLE,
        )
    }
    texts = {"reasons": ("motivation", reasons_for(what))}
    if part is None:
        texts["for"] = ("facts_for", _("Facts for secrecy"))
        texts["against"] = ("facts_against", _("Facts against secrecy"))
    for name, (attribute, label) in texts.items():
        content = getattr(row, attribute) if row else None
        fields[f"{name}_{key}"] = PlainText(
            label=label,
            rows=2,
            required=False,
            initial=content.text if content else "",
        )
    return fields


def outcomes_of(provision: Provision, *, of_part: bool = False) -> tuple[str, ...]:
    """Absolute secrecy has no test; that against somebody else never applies here; a
    part may be as everything is."""
    if of_part:
        return (Outcome.AS_WHOLE, *outcomes_of(provision))
    if not provision.holds_against_provider:
        return (Outcome.STRUCK, Outcome.DOES_NOT_APPLY)
    if provision.harm_test == Provision.HarmTest.ABSOLUTE:
        return (Outcome.APPLIES, Outcome.STRUCK)
    return tuple(value for value in Outcome.values if value != Outcome.AS_WHOLE)


def reasons_for(what: Any) -> Any:
    """The list of errors names the question by it."""
    return format_lazy("{} {}", _("Reasons for"), what)


def harm_test_in(
    cleaned: dict[str, Any], provision: Provision, part: Part | None
) -> HarmTestInput:
    def text(name: str) -> str:
        return cleaned.get(f"{name}_{field_key(provision, part)}", "")

    return HarmTestInput(
        provision,
        text("outcome"),
        text("reasons"),
        text("for"),
        text("against"),
        text("ground"),
        part,
    )


def carried_over(
    data: Any, rows: Iterable[Provision], now: list[Provision]
) -> dict[str, str]:
    """What was typed of a version that has ended, at the one that is in its place."""
    new_keys = {
        str(old.pk): str(new.pk)
        for old in rows
        if has_ended(old)
        for new in now
        if new.code == old.code and f"reasons_{new.pk}" not in data
    }
    carried = {}
    for name, typed in data.items():
        field, _bar, key = name.partition("_")
        provision, dash, part = key.partition("-")
        if typed and field in FIELDS and provision in new_keys:
            carried[f"{field}_{new_keys[provision]}{dash}{part}"] = typed
    return carried


# Buttons that answer several questions at once, in sight of whoever presses them:
# each fills in what nobody has answered yet, and nothing is sent.

STRENGTH = "N7.10-2a.strength"
ALTERNATIVES = "N7.10-2a.alternatives"
NARROWER = "N10"
Values = dict[str, Any]


def as_presumed(data: Any, provisions: Iterable[Provision]) -> Values:
    """That the law's presumption of publicity holds, where nobody has answered."""
    return {
        f"outcome_{row.pk}": Outcome.DOES_NOT_APPLY
        for row in public_unless_shown(provisions)
        if not data.get(f"outcome_{row.pk}")
    }


def public_unless_shown(provisions: Iterable[Provision]) -> list[Provision]:
    return [
        row
        for row in provisions
        if PRESUMED[Provision.HarmTest(row.harm_test)] == Outcome.DOES_NOT_APPLY
    ]


def as_tested(
    data: Any, provisions: Iterable[Provision], earlier: EarlierCase | None
) -> Values:
    """Outcome, reasons and ground of each provision as in the earlier case."""
    values: Values = {}
    for provision in provisions:
        was = earlier.tests.get(provision.pk) if earlier else None
        if was is None or data.get(f"outcome_{provision.pk}"):
            continue
        values[f"outcome_{provision.pk}"] = was.outcome
        values[f"ground_{provision.pk}"] = was.ground
        if was.motivation and not data.get(f"reasons_{provision.pk}"):
            values[f"reasons_{provision.pk}"] = was.motivation.text
    return values


def as_weighed(
    data: Any,
    provisions: Iterable[Provision],
    tree: Tree,
    known: dict[str, str],
    earlier: EarlierCase | None,
) -> Values:
    """Each factor as it is known to weigh, the strength by what applies here; and, as
    in the earlier case, that the measure is technical and how it was put in words."""
    weights = {**known, STRENGTH: strength(data, provisions)}
    values = _answered(data, weights.items())
    if earlier is None:
        return values
    now = {code: data.get(f"answer_{code}") or row for code, row in weights.items()}
    codes = [TECHNICAL, *(_sides(tree) if now == known else ())]
    was = [earlier.answers[code] for code in codes if code in earlier.answers]
    values |= _answered(data, ((r.node, r.answer) for r in was if r.node == TECHNICAL))
    return values | {
        f"motivation_{row.node}": row.motivation.text
        for row in was
        if row.motivation and not data.get(f"motivation_{row.node}")
    }


def rest_neutral(data: Any, provisions: Iterable[Provision], tree: Tree) -> Values:
    """No other factor speaks either way; the strength as what applies here makes it."""
    weights = {node.code: NEUTRAL for node in tree.nodes if node.is_factor}
    weights[STRENGTH] = strength(data, provisions)
    if data.get(f"answer_{ALTERNATIVES}") == FOR:
        weights[NARROWER] = "none"  # the same question, as the regulation puts it
    return _answered(data, weights.items())


def strength(data: Any, provisions: Iterable[Provision]) -> str:
    """It follows from the provisions that are said to apply."""
    is_strong = any(
        data.get(f"outcome_{row.pk}") in HINDERING and row.harm_test in STRONG
        for row in provisions
    )
    return AGAINST if is_strong else NEUTRAL


def _answered(data: Any, answers: Iterable[tuple[str, str]]) -> Values:
    return {
        f"answer_{code}": answer
        for code, answer in answers
        if not data.get(f"answer_{code}")
    }


def _sides(tree: Tree) -> list[str]:
    return [node.code for node in tree.nodes if node.kind == Kind.WEIGHED]


# Which provisions are tried in the assessment, and the fields of their tests.

REPLACED = _(
    "Another version is in force since you opened the page: look at it, and save again."
)


class ProvisionsForm(CommentedForm):
    """Those tested, those that the information sets propose, and those added here."""

    more = forms.ModelMultipleChoiceField(
        Provision.objects.none(),
        label=_("Further provisions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def find_provisions(self) -> None:
        self.provisions = self._provisions()
        shown = [provision.pk for provision in self.provisions]
        self.choice("more").queryset = (
            Provision.objects.in_force(acting.today())
            .filter(works_against=Provision.WorksAgainst.EVERYONE)
            .exclude(pk__in=shown)
        )
        self.choice("more").label_from_instance = named

    def add_tests(self) -> None:
        for provision in self.provisions:
            for part in (None, *self.assessment.parts):
                self._add_test(provision, part)

    @cached_property
    def assessment(self) -> Assessment:
        return assessment_with_texts(self.subject)

    @cached_property
    def basis(self) -> Basis:
        return basis_of(self.subject, self.assessment)

    @property
    def consents(self) -> list[Consent]:
        return self.assessment.consents

    def show_what_was_added(self) -> None:
        data: Any = self.data
        typed = data.copy()
        typed.setlist("shown", [*typed.getlist("shown"), *typed.getlist("more")])
        typed.setlist("more", [])
        self.data = typed

    def _provisions(self) -> list[Provision]:
        tests = self.assessment.harm_tests
        self.tests = {field_key(row.provision, row.part): row for row in tests}
        by_pk: dict[int, Provision] = {row.provision_id: row.provision for row in tests}
        by_pk |= {row.pk: row for row in self.basis.proposed}
        if self.is_bound:
            typed: Any = self.data
            keys = [
                pk
                for pk in typed.getlist("shown")
                if is_key(pk) and int(pk) not in by_pk
            ]
            added = Provision.objects.exclude(valid_from__gt=acting.today())
            added = added.filter(pk__in=keys).select_related("statute_paragraph")
            by_pk |= {row.pk: row for row in added}
        by_pk |= {row.pk: row for row in replacing(by_pk.values())}
        rows = sorted(by_pk.values(), key=lambda row: row.pk)
        now = [row for row in rows if not has_ended(row)]
        if self.is_bound:
            # What was typed of a version that has ended since the page was opened.
            self.carried = carried_over(self.data, rows, now)
            self.retype(self.carried)
        return now

    def clean(self) -> dict[str, Any]:
        for key in {name.partition("_")[2] for name in self.carried}:
            self.add_error(f"outcome_{key}", REPLACED)
        return super().clean() or {}

    @cached_property
    def ended(self) -> list[EndedRow]:
        """What the law has put an end to since it was tested."""
        now = {row.code for row in self.provisions}
        return [
            EndedRow(test, test.provision.code in now)
            for test in self.tests.values()
            if has_ended(test.provision)
        ]

    def _add_test(self, provision: Provision, part: Part | None) -> None:
        row = self.tests.get(field_key(provision, part))
        self.fields |= harm_test_fields(provision, part, row)
        if not self.basis.tree.asks_once:
            self.fields[f"ground_{field_key(provision, part)}"] = GroundField(
                provision, self.subject, initial=row.ground if row else None
            )

    @cached_property
    def rows(self) -> list[ProvisionRow]:
        return [
            ProvisionRow(
                provision,
                harm_question(provision),
                PRESUMPTIONS[provision.harm_test],
                self[f"outcome_{provision.pk}"],
                self[f"reasons_{provision.pk}"],
                [self[f"for_{provision.pk}"], self[f"against_{provision.pk}"]],
                self._ground(field_key(provision, None)),
                [self._part_row(provision, part) for part in self.assessment.parts],
            )
            for provision in self.provisions
        ]

    def _part_row(self, provision: Provision, part: Part) -> PartRow:
        key = field_key(provision, part)
        return PartRow(
            part, self[f"outcome_{key}"], self[f"reasons_{key}"], self._ground(key)
        )

    def _ground(self, key: str) -> Any:
        name = f"ground_{key}"
        return self[name] if name in self.fields else None

    def tests_in(self, cleaned: dict[str, Any]) -> list[HarmTestInput]:
        return [
            harm_test_in(cleaned, row, part)
            for row in self.provisions
            for part in (None, *self.assessment.parts)
        ]


# The assessment with what was known before it began.

UNCONFIRMED = _("Read what is known, and confirm it; change what is not right.")
CHANGED = _("What is known has changed since you opened the page: read it again.")
SAVED = _("saved in the case")
TYPED = _("as you wrote just now")
OTHER_ANSWER = _("These words were proposed for another answer: write your own.")


class KnownForm(ProvisionsForm):
    """What is known is confirmed as one; what is weighed is chosen, in one press where
    it is known how it was weighed before."""

    @cached_property
    def similar(self) -> list[SimilarCase]:
        return similar_to(self.subject, by=self.by)

    @cached_property
    def earlier(self) -> EarlierCase | None:
        return earlier_case(self.subject, self.similar)

    @cached_property
    def answers(self) -> dict[str, AssessmentAnswer]:
        return {row.node: row for row in self.assessment.answers}

    @cached_property
    def known(self) -> dict[str, KnownAnswer]:
        """What nobody has answered otherwise in this case."""
        rows = known.known_answers(self.basis, self.earlier)
        return {
            code: row
            for code, row in rows.items()
            if code not in self.answers or self.answers[code].answer == row.answer
        }

    @cached_property
    def changed(self) -> dict[str, str]:
        return known.changed_since(self.basis, self.earlier)

    @cached_property
    def words(self) -> dict[str, ProposedWords]:
        return known.proposed_words(self.subject, self.basis, self.earlier)

    @cached_property
    def sources(self) -> dict[str, Any]:
        """Nothing is folded that a button has just filled in: it is to be looked at."""
        if self.is_bound and self.asks_again():
            return {}
        return {name: self._source(name) for name in self.fields}

    def _source(self, name: str) -> Any:
        """Of an answer, a test or a ground: what it was taken from, or that it is saved
        or typed just now."""
        what, _sep, code = name.partition("_")
        if what not in ("answer", "outcome", "motivation"):
            return ""
        value, row = str(self[name].value() or ""), self.answers.get(code)
        proposal = self.basis.proposed_answers.get(code)
        if row and value in (row.answer, row.motivation and row.motivation.text):
            return source_of(row) or SAVED
        if what == "answer" and proposal and value == proposal.answer:
            return proposal.because
        if self.is_bound and value != str(self[name].initial or ""):
            return TYPED
        return SAVED

    @cached_property
    def weights(self) -> dict[str, str]:
        return known.weights(self.basis, self.earlier)

    @property
    def public_unless_shown(self) -> bool:
        """Are there provisions enough for one press to spare something?"""
        return len(public_unless_shown(self.provisions)) > 1

    def filled(self, what: str) -> dict[str, Any]:
        data, tree = self.data, self.basis.tree
        if self.earlier and what in ("tests", "weights"):
            source = str(self.earlier.review)
            event = "review.text_taken_over"
            record(event, by=self.by, on=self.subject, source=source)
        if what == "presumed":
            return as_presumed(data, self.provisions)
        if what == "tests":
            return as_tested(data, self.provisions, self.earlier)
        if what == "weights":
            known = (self.provisions, tree, self.weights, self.earlier)
            return as_weighed(data, *known)
        if what == "rest":
            return rest_neutral(data, self.provisions, tree)
        return {}

    def add_confirmation(self) -> None:
        is_answered = all(code in self.answers for code in self.known)
        self.fields["confirmed"] = forms.BooleanField(
            label=_("All of this is right"), required=False, initial=is_answered
        )
        self.digest = known.digest(self.known)
        sent = self.data.get("known", self.digest)
        # What was ticked of something else, in a draft too, is not ticked of this.
        self.is_tick_stale = bool(self.data.get("confirmed")) and sent != self.digest
        if self.is_tick_stale:
            self.retype({"confirmed": ""})

    def refuse_words_of_another_answer(self, cleaned: dict[str, Any]) -> None:
        for code, words in self.words.items():
            answer = cleaned.get(f"answer_{code}")
            unchanged = cleaned.get(f"motivation_{code}", "").strip() == words.text
            if answer and answer != words.answer and unchanged:
                self.add_error(f"motivation_{code}", OTHER_ANSWER)

    def refuse_unconfirmed(self, cleaned: dict[str, Any]) -> None:
        """A review that is stopped waits for nothing."""
        if "confirmed" not in self.fields or cleaned.get("answer_N3") != "no":
            return
        if not cleaned.get("confirmed"):
            self.add_error("confirmed", CHANGED if self.is_tick_stale else UNCONFIRMED)


# The lawyer's form: the law's questions in their order, and the harm tests.

Kinds = Condition.Kind
WHICH = _("Choose the conditions, or write how the access is made narrower.")
# Buttons that change the form and send nothing.
FILLS = ("add", "none_of", "fill")


class AssessForm(KnownForm):
    stage = "assessment"
    template = "lockbox/assessment/form.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.asks_again():
            self.show_what_was_added()
            self.data = answered_no(self.data, self.basis.tree)
        self.find_provisions()
        if self.is_bound and "fill" in self.data:
            self.retype(self.filled(self.data["fill"]))
        self._add_questions()
        self._add_conditions()
        if self.known:
            self.add_confirmation()
        self.add_tests()
        # Last on the page, and so last among what is to be mended.
        if declaration := self.fields.pop("no_conflict", None):
            self.fields["no_conflict"] = declaration

    def clock(self) -> Clock | None:
        return clock_of(self.subject.access_request)

    def _add_questions(self) -> None:
        for node in self.basis.tree.nodes:
            if node.kind not in (Kind.ASKED, Kind.GROUNDS, Kind.WEIGHED):
                continue
            row, words = self.answers.get(node.code), self.words.get(node.code)
            if node.kind == Kind.ASKED:
                self.fields[f"answer_{node.code}"] = forms.ChoiceField(
                    label=node.question,
                    choices=node.choices,
                    widget=forms.RadioSelect,
                    required=node.code in ("N0", "N3"),
                    initial=row.answer if row else self._proposed(node),
                )
            text = row.motivation.text if row and row.motivation else ""
            self.fields[f"motivation_{node.code}"] = PlainText(
                label=reasons_for(f"{node.major}: {node.question}"),
                rows=1 if node.is_factor else 2,
                required=False,
                initial=text or (words.text if words and not row else ""),
            )

    def _proposed(self, node: Node) -> str | None:
        """What is known; nothing where it differs from the earlier case."""
        if known := self.known.get(node.code):
            return known.answer
        proposal = self.basis.proposed_answers.get(node.code)
        is_open = node.code in self.changed
        return proposal.answer if proposal and not is_open else None

    def _add_conditions(self) -> None:
        row = self.answers.get("N10")
        was = self.earlier and self.earlier.answers.get("N10")
        self.fields["conditions"] = forms.MultipleChoiceField(
            label=_("Which conditions"),
            choices=[row for row in Kinds.choices if row[0] != Kinds.OTHER],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            initial=row.conditions if row else was.conditions if was else [],
            help_text=_("The proposal begins with them. Others are written there."),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.refuse_unconfirmed(cleaned)
        narrower = cleaned.get("answer_N10") == "condition"
        how = cleaned.get("conditions") or cleaned.get("motivation_N10", "").strip()
        if narrower and not how:
            self.add_error("conditions", WHICH)
        self.refuse_words_of_another_answer(cleaned)
        return cleaned

    @cached_property
    def nodes(self) -> list[NodeRow]:
        """The questions in the order of the law; those other steps answer left out."""
        texts = statute_texts(self.basis.tree.nodes)
        return [
            self._node_row(node, texts)
            for node in self.basis.tree.nodes
            if node.kind != Kind.RECORDED and self._concerns(node)
        ]

    @property
    def known_rows(self) -> list[NodeRow]:
        return [row for row in self.nodes if row.place == Place.KNOWN]

    @property
    def asked_rows(self) -> list[NodeRow]:
        """What is other than in the earlier case before everything else, then what is
        answered each time."""
        rows = [row for row in self.nodes if row.place != Place.KNOWN]
        return sorted(rows, key=lambda row: row.place)

    @property
    def first_rows(self) -> list[NodeRow]:
        return [row for row in self.asked_rows if row.place != Place.LATER]

    @property
    def later_rows(self) -> list[NodeRow]:
        return [row for row in self.asked_rows if row.place == Place.LATER]

    def _concerns(self, node: Node) -> bool:
        """Questions on personal data are left out where there are none."""
        return not node.code.startswith("N9") or self.basis.facts.has_personal_data

    def _node_row(self, node: Node, texts: dict[str, StatuteParagraph]) -> NodeRow:
        proposal = self.basis.proposed_answers.get(node.code)
        paragraphs = [texts[key] for key in node.paragraphs if key in texts]
        label = node.label(proposal.answer) if proposal and proposal.answer else ""
        answer, reasons = (
            self[name] if name in self.fields else None
            for name in (f"answer_{node.code}", f"motivation_{node.code}")
        )
        stand = stand_on(node.code, self.subject.authority)
        known, was = self.known.get(node.code), self.changed.get(node.code, "")
        return NodeRow(
            node,
            proposal,
            label,
            paragraphs,
            answer,
            reasons,
            stand,
            settled=known,
            settled_answer=node.label(known.answer) if known else "",
            was=node.label(was) if was and answer else "",
            words=self.words.get(node.code),
            clauses=self._clauses(node),
        )

    def _clauses(self, node: Node) -> str:
        """What follows from the factors that are chosen, for the text of a side."""
        if node.kind != Kind.WEIGHED:
            return ""
        answers = {
            row.code: ReasonedAnswer(str(self[f"answer_{row.code}"].value() or ""))
            for row in self.basis.tree.nodes
            if row.is_factor
        }
        return of_side(node.code.rpartition(".")[2], answers)

    def asks_again(self) -> bool:
        return any(name in self.data for name in FILLS)

    def _answers_in(self, cleaned: dict[str, Any]) -> dict[str, AnswerInput]:
        answers = answers_in(cleaned, self.basis.tree, self.known)
        narrower = answers["N10"]
        if narrower.answer == "condition":
            kinds = tuple(cleaned.get("conditions", ()))
            answers["N10"] = narrower._replace(conditions=kinds)
        return answers

    def step_fields(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "no_conflict": cleaned.get("no_conflict", False),
            "settled": cleaned.get("settled", ()),
            "answers": self._answers_in(cleaned),
            "tested": self.tests_in(cleaned),
        }


# Recording a consent, and that it is taken back.


class RecordConsentForm(StepForm):
    warning = _(
        "A consent stays as it is written: one that is wrong is withdrawn, and recorded"
        " anew. Record one for each person."
    )

    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label=_("Secrecy it lifts"),
        help_text=_(
            "Only secrecy that protects an individual, by a provision that the review"
            " tests or that the information sets name."
        ),
    )
    whom = PlainText(label=_("Whom the secrecy protects"), rows=2)
    what = PlainText(
        label=_("What the consent covers"),
        rows=2,
        help_text=_("Which information, and to whom it may be disclosed."),
    )
    given_by = forms.ChoiceField(
        label=_("Given by"),
        choices=Consent.GivenBy.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "The guardian disposes of a minor's secrecy, alone or with the minor by age"
            " and maturity; the minor alone where the secrecy holds against the"
            " guardian (OSL 12:3)."
        ),
    )
    given_at = MomentField(label=_("When it was given"), initial=this_minute)
    way = forms.ChoiceField(
        label=_("How"), choices=Consent.Way.choices, widget=forms.RadioSelect
    )
    reservation = PlainText(
        label=_("On condition of this reservation"),
        rows=2,
        required=False,
        help_text=_(
            "Empty: none. Otherwise access is granted only with it (OSL 12:2 second"
            " paragraph)."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.choice("provision")
        tested = self.subject.harm_tests.values("provision")
        proposed = proposed_provisions(self.subject).values("pk")
        field.queryset = Provision.objects.in_force(acting.today()).filter(
            Q(pk__in=tested) | Q(pk__in=proposed),
            lifted_by__contains=[Ground.CONSENT],
        )
        field.label_from_instance = named


class WithdrawConsentForm(StepForm):
    warning = _(
        "From here on nothing is granted on it. A decision already made stands until it"
        " is made anew."
    )

    consent = forms.ModelChoiceField(
        Consent.objects.none(), label=_("Consent"), widget=forms.RadioSelect
    )
    withdrawn_at = MomentField(label=_("When it was withdrawn"), initial=this_minute)
    withdrawal = PlainText(
        label=_("By whom, and how"),
        rows=2,
        help_text=_("Name, and whether in writing, by telephone or otherwise."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.choice("consent")
        field.queryset = self.subject.consents.standing().select_related(
            "provision", "whom"
        )
        field.empty_label = None
        field.label_from_instance = labelled


def labelled(consent: Consent) -> str:
    return f"{consent.provision}: {consent.whom.text}"


# Naming the parts of what is asked for that are tested by themselves.

LONGEST = 200
NAMEABLE = [choice for choice in Part.Kind.choices if choice[0] != Part.Kind.REST]


class NamePartsForm(NamesNobodyForm):
    own = (TICK,)
    warning = _(
        "Secrecy may apply to one part and not to another: each is tested, and what is"
        " not secret is handed out (TF 2:15). The decision names the parts, to the"
        " recipient too."
    )

    kind = forms.ChoiceField(
        label=_("What kind of parts"), choices=NAMEABLE, widget=forms.RadioSelect
    )
    requested_object = forms.ModelChoiceField(
        RequestedObject.objects.none(),
        label=_("In the object"),
        required=False,
        help_text=_("Empty: of all that is asked for."),
    )
    names = PlainText(
        label=_("The parts"),
        rows=3,
        longest=LONGEST,
        required=False,
        help_text=_(
            "One on each line, as the recipient may read it: “messages 1–4”, “the"
            " pupils' grades”. Name nobody, and no address."
        ),
    )
    are_all = forms.BooleanField(
        label=_("Together they are everything that is asked for"),
        required=False,
        help_text=_("Otherwise what else is asked for is a part of its own."),
    )
    ended = forms.ModelMultipleChoiceField(
        Part.objects.none(),
        label=_("Not tested by themselves any more"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without parts everything is tested as a whole again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = self.choice("requested_object")
        named.queryset = self.subject.requested_objects.still_named()
        named.queryset = named.queryset.select_related("cloud_object")
        numbered = RequestedObject.objects.numbered(self.subject.access_request_id)
        self.called = {row.pk: row.called(place) for place, row in numbered}
        named.label_from_instance = lambda row: self.called[row.pk]
        standing = self.subject.parts.standing().exclude(kind=Part.Kind.REST)
        if not standing:
            del self.fields["ended"]
            return
        self.choice("ended").queryset = standing
        self.choice("ended").label_from_instance = lambda part: part.name
        rest = self.subject.parts.standing().filter(kind=Part.Kind.REST)
        self.fields["are_all"].initial = not rest
        self.fields["kind"].required = False

    def clean_names(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["names"].splitlines()]
        for line in lines:
            if is_address(line) or identifiers_in(line):
                text = _(
                    "“%(name)s” holds an address or a personal number, and the decision"
                    " names the part: write what it is."
                )
                raise ValidationError(text, params={"name": line})
        self.refuse_names("names", "\n".join(lines), _("The parts name no person"))
        return [line for line in lines if line]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("requested_object")
        if cleaned.get("kind") == Part.Kind.OBJECT and "names" in cleaned:
            if chosen is None:
                self.add_error("requested_object", _("Choose which object it is."))
            elif not cleaned["names"]:
                cleaned["names"] = [self.called[chosen.pk]]
        if not (cleaned.get("names") or cleaned.get("ended")) and not self.errors:
            self.add_error("names", _("Name at least one part."))
        if cleaned.get("names") and not cleaned.get("kind") and "kind" in cleaned:
            self.add_error("kind", _("Say what kind of parts they are."))
        return cleaned


# Writing both motivations anew, or taking one over: never over what somebody wrote
# themselves, unless they say so.

TEXTS = ("motivation_internal", "motivation_for_recipient")


class RedraftingForm(TakingPartForm):
    """The buttons "draft" and "take_over" change texts; "replace" answers the question
    whether what has been written in them may go."""

    # The button that would replace what the person has written: it is asked first.
    replaces = ""
    # Digests of both texts as the form last wrote them.
    drafted = ""

    @cached_property
    def basis(self) -> Basis:
        raise NotImplementedError

    def suggested(self) -> str:
        raise NotImplementedError

    @property
    def named_now(self) -> frozenset[str] | None:
        """Codes of the provisions that the recipient may read of, as chosen."""
        raise NotImplementedError

    @cached_property
    def similar(self) -> list[SimilarCase]:
        return similar_to(self.subject, by=self.by)

    def asks_again(self) -> bool:
        return any(name in self.data for name in ("draft", "take_over", "replace"))

    def redraft(self) -> None:
        """Once the form has its texts: do what a button asks."""
        if not self.is_bound:
            self.drafted = self._digests()
            return
        self.drafted = str(self.data.get("drafted", ""))
        agreed, _colon, key = str(self.data.get("replace", "")).partition(":")
        if agreed:
            self._replace(agreed, key)
        elif "draft" in self.data:
            self._ask_or_replace("draft", "", TEXTS)
        elif "take_over" in self.data:
            self._ask_or_replace("take_over", self.data["take_over"], TEXTS[:1])

    def _ask_or_replace(self, button: str, key: str, names: tuple[str, ...]) -> None:
        as_drafted = dict(zip(TEXTS, self.drafted.split("-"), strict=False))
        written = [name for name in names if str(self[name].value() or "").strip()]
        if all(as_drafted.get(name) == self._digest(name) for name in written):
            self._replace(button, key)
        else:
            self.replaces = f"{button}:{key}"

    def _replace(self, button: str, key: str) -> None:
        if button == "draft":
            self._draft_anew()
        elif button == "take_over":
            self._take_over(key)
        self.drafted = self._digests()

    def _draft_anew(self) -> None:
        """Write both texts again, from the outcome and the terms now chosen."""
        outcome = self.data.get("outcome") or self.suggested()
        terms = (outcome, self.minutes_now, self.named_now)
        drafts = texts.draft(self.subject, self.basis, *terms)
        self.retype(dict(zip(TEXTS, drafts, strict=True)))

    def _take_over(self, key: str) -> None:
        """Put an earlier internal motivation in the field; the log says whose."""
        for row in self.similar:
            if str(row.review.pk) == key:
                text = row.decision.motivation_internal.text
                self.retype({"motivation_internal": text})
                source = str(row.review)
                record(
                    "review.text_taken_over",
                    by=self.by,
                    on=self.subject,
                    source=source,
                )

    def _digests(self) -> str:
        return "-".join(self._digest(name) for name in TEXTS)

    def _digest(self, name: str) -> str:
        text = str(self[name].value() or "").replace("\r\n", "\n").strip()
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def minutes_now(self) -> int | None:
        """What the field says, as it was typed or as it begins; none of documents."""
        if "granted_minutes" not in self.fields:
            return None
        typed = str(self["granted_minutes"].value() or "")
        return int(typed) if typed.isdecimal() and len(typed) < 7 else None
