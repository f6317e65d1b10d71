"""Facts, of the rules of law for secrecy review: assessment, case, grounds, harm tests,
parts, questions and terms."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app.queries import Prewritten
from requests_app.cases.intake.models.file import Part as FilePart
from requests_app.cases.intake.models.request import AccessRequest, RequestedObject
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import reach_of
from requests_app.cases.review.law.known import (
    ProposedAnswer,
    Reliance,
    disqualified,
    has_personal_data,
    information_sets,
    is_in_force,
    is_inside,
    is_provider_itself,
    outdated,
    propose_answers,
    read_proposed,
    reliance_for,
)
from requests_app.cases.review.law.tree import AskedWhen, Node, Tree, tree
from requests_app.cases.review.models.assessment import (
    AssessmentAnswer,
    Consent,
    Ground,
    HarmTest,
)
from requests_app.cases.review.rights.decision import freezes_over
from requests_app.core.models import GRANTS, Outcome
from requests_app.core.words.texts import listed
from requests_app.registers.models.information import InformationSet
from requests_app.registers.models.provisions import Provision
from requests_app.registers.models.standing import StandingRecipient, same_name

# What has been assessed in a review, read once for all that is asked of it.


class Assessment(NamedTuple):
    answers: list[AssessmentAnswer]
    harm_tests: list[HarmTest]
    consents: list[Consent]
    # Of what is asked for, where they are tested by themselves.
    parts: Sequence[FilePart] = ()


def assessment_of(review: SecrecyReview) -> Assessment:
    """The assessment as the law asks for it. Three queries, and one for the parts."""
    return Assessment(
        _read_answers(review.pk),
        _read_harm_tests(review.pk),
        _read_consents(review.pk),
        _parts(review),
    )


def assessment_with_texts(review: SecrecyReview) -> Assessment:
    """The assessment as pages show it, with its reasons and people. Three queries."""
    return Assessment(
        _read_answers_with_texts(review.pk),
        _read_harm_tests_with_texts(review.pk),
        _read_consents_with_texts(review.pk),
        _parts(review),
    )


def _parts(review: SecrecyReview) -> list[FilePart]:
    return list(_read_parts(review.pk)) if review.is_divided else []


def _answers(review: int) -> QuerySet[AssessmentAnswer]:
    return AssessmentAnswer.objects.filter(review=review)


def _harm_tests(review: int) -> QuerySet[HarmTest]:
    """Without those of parts that have ended, or are as the whole is."""
    rows = HarmTest.objects.filter(review=review, part__ended_at=None)
    rows = rows.exclude(outcome=HarmTest.Outcome.AS_WHOLE)
    return rows.select_related("provision")


def _consents(review: int) -> QuerySet[Consent]:
    return Consent.objects.filter(review=review).select_related("provision")


@Prewritten
def _read_parts(review: int) -> QuerySet[FilePart]:
    rows = FilePart.objects.standing().filter(review=review)
    return rows.select_related("requested_object__cloud_object")


_read_answers = Prewritten(_answers)
_read_harm_tests = Prewritten(_harm_tests)
_read_consents = Prewritten(_consents)


@Prewritten
def _read_answers_with_texts(review: int) -> QuerySet[AssessmentAnswer]:
    return _answers(review).select_related("motivation", "answered_by")


@Prewritten
def _read_harm_tests_with_texts(review: int) -> QuerySet[HarmTest]:
    return _harm_tests(review).select_related(
        "provision__statute_paragraph",
        "part",
        "motivation",
        "facts_for",
        "facts_against",
        "answered_by",
    )


@Prewritten
def _read_consents_with_texts(review: int) -> QuerySet[Consent]:
    return _consents(review).select_related(
        "whom",
        "what",
        "reservation",
        "withdrawal",
        "recorded_by",
        "withdrawal_recorded_by",
    )


# What the rules are asked about: facts, what is wanted of them, what hinders it.

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


# The ground that carries a grant, tested for each provision that gives secrecy.
#
# A ground breaks only the secrecy that the statute lets it break: what that is stands
# with the provision (OSL 7:3, 10:2, 10:2 a, 10:14, 12:2–3).

# Processing that would breach the data protection regulation: nothing makes it lawful.
UNLAWFUL_PROCESSING = "OSL-21-7"


def grounds_for(provision: Provision, review: SecrecyReview) -> tuple[str, ...]:
    """What can break the secrecy by this provision, as the authority holds the law. A
    foreign authority is given what OSL 8:3 lets it have, and what somebody has
    consented to; chapter 10 is of others."""
    if review.matter == SecrecyReview.Matter.FOREIGN_DEMAND:
        consent = [name for name in provision.lifted_by if name == Ground.CONSENT]
        nothing_does = not (provision.lifted_by or provision.lifted_if_settled)
        return () if nothing_does else (Ground.FOREIGN, *consent)
    yields = review.authority.tender_secrecy_yields
    settled = provision.lifted_if_settled if yields else []
    return (*provision.lifted_by, *settled)


def carried_by(facts: Facts, test: Test, *, reserved: bool) -> str:
    """What carries the disclosure past this provision; empty where nothing does."""
    if facts.breaks(test):
        return facts.ground_of(test)
    chosen = facts.asks_once or test.ground == Ground.RESERVATION
    can_be_reserved = (
        test.outcome == HarmOutcome.UNLESS_RESERVED
        and Ground.RESERVATION in test.lifted_by
        and facts.answers.get("N8") == "yes"
    )
    return Ground.RESERVATION if reserved and chosen and can_be_reserved else ""


def lawful_ground(facts: Facts, *, reserved: bool) -> str:
    """What carries a grant; empty where past some provision nothing does."""
    if not facts.is_secret:
        return Ground.NOT_SECRET
    grounds = {
        carried_by(facts, test, reserved=reserved and _takes(facts, test))
        for test in facts.hindering
    }
    if "" in grounds:
        return ""
    return grounds.pop() if len(grounds) == 1 else Ground.SEVERAL


def _takes(facts: Facts, test: Test) -> bool:
    """With one ground for all, a reservation helps only where it helps with all."""
    return not facts.asks_once or facts.only_reservation_helps


def demands_reservation(facts: Facts) -> bool:
    """Does only a reservation lead past a provision, or does a consent demand it?"""
    by_harm = any(
        test.outcome == HarmOutcome.UNLESS_RESERVED and not facts.breaks(test)
        for test in facts.hindering
    )
    return by_harm or _consent_demands(facts)


def _consent_demands(facts: Facts) -> bool:
    demands = facts.consent_demands or facts.answers.get("N7.12-2.reserved") == "yes"
    return Ground.CONSENT in facts.chosen_grounds and demands


def ground_obstacles(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    reserved = decision.outcome == Outcome.GRANTED_WITH_RESERVATION
    obstacles = [*_misplaced(facts), *_unlawful(facts), *_unrecorded(facts)]
    ground = lawful_ground(facts, reserved=reserved)
    if not ground:
        return obstacles + _groundless(facts, reserved=reserved)
    if reserved != demands_reservation(facts):
        return [*obstacles, _wrong_outcome(reserved)]
    if decision.ground != ground:
        text = _("The ground must be: %(ground)s.") % {"ground": Ground(ground).label}
        return [*obstacles, Obstacle("ground", text, "ground")]
    return obstacles


def _groundless(facts: Facts, *, reserved: bool) -> list[Obstacle]:
    bare = [
        test
        for test in facts.hindering
        if not carried_by(facts, test, reserved=reserved and _takes(facts, test))
    ]
    by_reservation = all(_waits_for_reservation(facts, test) for test in bare)
    if by_reservation and not reserved:
        text = _(
            "A provision applies unless reserved: choose granted with"
            " reservation, and write the reservation (OSL 10:14)."
        )
        return [Obstacle("N8", text, "outcome")]
    return [_no_ground(facts, test) for test in bare]


def _waits_for_reservation(facts: Facts, test: Test) -> bool:
    chosen = facts.asks_once or test.ground == Ground.RESERVATION
    return (
        chosen
        and facts.only_reservation_helps
        and test.outcome == HarmOutcome.UNLESS_RESERVED
        and facts.answers.get("N8") == "yes"
    )


def _no_ground(facts: Facts, test: Test) -> Obstacle:
    ground = facts.ground_of(test)
    words = {"provision": test.name, "ground": ground}
    by_reservation = facts.asks_once or ground == Ground.RESERVATION
    if by_reservation and test.outcome == HarmOutcome.UNLESS_RESERVED:
        text = _(
            "%(provision)s: it is not answered that a reservation takes the risk away."
        )
        return Obstacle("N8", text % words)
    if not ground:
        text = _("%(provision)s: secrecy applies, and no ground has been chosen.")
        return Obstacle("N7", text % words, to_assess=True)
    if ground in (NO_GROUND, Ground.RESERVATION):
        return Obstacle("N7", (_of_part() if facts.parts else _of_all()) % words)
    if ground == Ground.CONSENT and test.protects == Provision.Protects.PUBLIC:
        text = _(
            "%(provision)s protects the public interest, which nobody's consent lifts"
            " (OSL 12:2): no ground breaks it."
        )
        return Obstacle("N7", text % words)
    text = _("%(provision)s: the ground chosen does not break this secrecy.")
    return Obstacle("N7", text % words)


def _of_all() -> str:
    return _(
        "%(provision)s: secrecy applies and no ground breaks it: refuse, or test the"
        " parts by themselves."
    )


def _of_part() -> str:
    return _(
        "%(provision)s: secrecy applies and no ground breaks it: refuse, or grant the"
        " other parts."
    )


def _wrong_outcome(reserved: bool) -> Obstacle:
    if reserved:
        text = _(
            "A reservation is made only where it takes away a risk of harm that"
            " hinders, or where a consent demands it: choose another outcome (OSL"
            " 10:14, 12:2)."
        )
    else:
        text = _(
            "The consent is given on condition of a reservation: choose granted with"
            " reservation, and write it (OSL 12:2 second paragraph)."
        )
    return Obstacle("reservation", text, "outcome")


def _misplaced(facts: Facts) -> list[Obstacle]:
    """Secrecy that holds against one person is no secrecy against the provider."""
    text = _(
        "%s holds only against one person, not against the provider: test what protects"
        " the information against others, and strike this."
    )
    return [
        Obstacle("N6", text % test.name)
        for test in facts.hindering
        if test.works_against != Provision.WorksAgainst.EVERYONE
    ]


def _unlawful(facts: Facts) -> list[Obstacle]:
    text = _(
        "%s applies: the processing would breach the data protection regulation, and"
        " nothing makes it lawful. Refuse the request."
    )
    return [
        Obstacle("N9", text % test.name)
        for test in facts.hindering
        if test.code == UNLAWFUL_PROCESSING
    ]


def _unrecorded(facts: Facts) -> list[Obstacle]:
    """The answer that there is a consent points at its record."""
    text = _("%s: no consent that stands is recorded in the case.")
    return [
        Obstacle("consent", text % test.name)
        for test in facts.hindering
        if not facts.asks_once
        and facts.ground_of(test) == Ground.CONSENT
        and not test.has_consent
    ]


# What is asked for in parts: which harm tests count for which part, and which parts
# may be given (TF 2:15). Pure.


def in_effect(tests: Iterable[Test], parts: Collection[int]) -> tuple[Test, ...]:
    """The tests that count: a part's own, and that of everything as long as some part
    has none of its own."""
    rows = [row for row in tests if row.part is None or row.part in parts]
    rows = [row for row in rows if row.outcome != HarmOutcome.AS_WHOLE]
    return tuple(row for row in rows if not parts or covered(row, rows, parts))


def covered(
    test: Test, tests: Iterable[Test], parts: Collection[int]
) -> frozenset[int]:
    """The parts that the test counts for, of what is tested in parts."""
    if test.part is not None:
        return frozenset({test.part})
    own = {row.part for row in tests if row.code == test.code and row.in_force}
    return frozenset(parts) - own


def covered_by(facts: Circumstances, test: Test) -> frozenset[int]:
    return covered(test, facts.tests, [part.key for part in facts.parts])


def tests_of_part(facts: Circumstances, part: Part) -> list[Test]:
    return [row for row in facts.tests if part.key in covered_by(facts, row)]


def limited_to(facts: Facts, parts: Collection[Part]) -> Facts:
    """The facts as they would be if these parts alone had been asked for."""
    keys = {part.key for part in parts}
    tests = [row for row in facts.tests if covered_by(facts, row) & keys]
    return replace(facts, tests=tuple(tests), parts=tuple(parts))


def open_parts(facts: Circumstances) -> tuple[Part, ...]:
    """The parts that may be given: past every secrecy there a ground leads."""
    return tuple(
        part
        for part in facts.parts
        if all(
            not row.hinders or facts.breaks(row) for row in tests_of_part(facts, part)
        )
    )


def given_parts(facts: Facts, outcome: str) -> tuple[Part, ...]:
    """Those that a decision with this outcome gives; of one in part, those that nothing
    bars."""
    if outcome not in GRANTS:
        return ()
    is_partial = outcome == Outcome.PARTIALLY_GRANTED
    return (is_partial and open_parts(facts)) or facts.parts


def given(facts: Facts, outcome: str) -> Facts:
    """The facts of what a decision with this outcome gives."""
    return limited_to(facts, given_parts(facts, outcome)) if facts.parts else facts


def is_tested_in_each_part(facts: Facts, code: str) -> bool:
    return all(
        any(test.code == code for test in tests_of_part(facts, part))
        for part in facts.parts
    )


def of_what_is_open(facts: Facts, decision: IntendedDecision) -> list[Obstacle]:
    """Whoever asks for official documents is given what is not secret (TF 2:15)."""
    if decision.outcome != Outcome.REFUSED or facts.is_of_access:
        return []
    if not facts.parts:
        if not _is_open(facts.tests):
            return []
        text = _(
            "No provision that has been tested makes the documents secret: they are"
            " handed out (TF 2:15)."
        )
        return [Obstacle("open", text, "outcome")]
    names = [part.name for part in facts.parts if _is_open(tests_of_part(facts, part))]
    if not names:
        return []
    text = _(
        "No provision makes this secret, and it is handed out (TF 2:15): %(parts)s."
        " Choose partially granted."
    )
    return [Obstacle("open", text % {"parts": listed(names)}, "outcome")]


def _is_open(tests: Iterable[Test]) -> bool:
    """Has it been tested, and no secrecy found? Where everything is struck there was
    nothing to test."""
    outcomes = {test.outcome for test in tests} - {HarmOutcome.STRUCK, ""}
    return outcomes == {HarmOutcome.DOES_NOT_APPLY}


def of_parts(facts: Facts) -> list[Obstacle]:
    """Each is one that is asked for yet, and has been tested."""
    gone = _("%s lies in an object that is no longer asked for: name the parts anew.")
    untested = _("%s: no secrecy provision has been tested for this part.")
    return [
        *(
            Obstacle("parts", gone % part.name, to_assess=True)
            for part in facts.parts
            if part.is_gone
        ),
        *(
            Obstacle("parts", untested % part.name, to_assess=True)
            for part in facts.parts
            if not tests_of_part(facts, part)
        ),
    ]


# The harm tests of a review as the rules ask for them, and the parts they are of.


def field_key(provision: Provision, part: FilePart | None) -> str:
    """By which forms name the fields of a test."""
    return f"{provision.pk}-{part.pk}" if part else f"{provision.pk}"


def parts_of(assessment: Assessment) -> tuple[Part, ...]:
    return tuple(
        Part(row.pk, row.name, _is_gone(row.requested_object))
        for row in assessment.parts
    )


def _is_gone(requested: RequestedObject | None) -> bool:
    return requested is not None and requested.removed_in_revision is not None


def tests_of(
    harm_tests: Iterable[HarmTest],
    review: SecrecyReview,
    consents: Iterable[Consent],
    parts: tuple[Part, ...],
    day: date | None = None,
) -> tuple[Test, ...]:
    """Those that count. `day`: on which a version of a provision is to be in force;
    today, if none."""
    names = {row.key: row.name for row in parts}
    tests = _tests(harm_tests, review, consents, names, day)
    return in_effect(tests, names)


def _tests(
    harm_tests: Iterable[HarmTest],
    review: SecrecyReview,
    consents: Iterable[Consent],
    parts: Mapping[int, str],
    day: date | None,
) -> Iterator[Test]:
    standing = {row.provision_id for row in consents if row.withdrawn_at is None}
    for row in harm_tests:
        provision = row.provision
        name = parts.get(row.part_id) if row.part_id else ""
        yield Test(
            provision.code,
            f"{provision} ({name})" if name else str(provision),
            row.harm_test,
            row.outcome,
            provision.blocks_approval,
            is_in_force(provision, day),
            row.ground,
            grounds_for(provision, review),
            provision.works_against,
            provision.protects,
            provision.pk in standing,
            provision.may_be_named,
            row.part_id,
            row.pk,
        )


# What the answers to the law's questions forbid, and what they leave open.

# Open points of law (legal.md 8), as the authority's settings name them.
ABROAD = "silence_reaches_abroad"
DUMPS = "dumps_are_technical"
INTEREST = "N7.10-2a.interest"
# Whoever asks for official documents need not say who they are (TF 2:18), and is
# refused for secrecy alone (TF 2:2), whatever the tree of the review asks.
OF_ACCESS = ("N0", "N2", "N5.patient")


def open_questions(facts: Facts) -> list[Obstacle]:
    questions = [row for row in facts.questions if _counts(facts, row)]
    obstacles = [
        *(row for question in questions for row in _of_question(facts, question)),
        *_transfer_obstacles(facts),
        *_demanded(facts),
        *_weighed(facts),
        *_employed(facts),
        *_unsettled(facts),
    ]
    unsettled = facts.needs_reliance and facts.reliance != "valid"
    if unsettled and all(row.rule != "N2" for row in obstacles):
        # Revoked after it was answered: what counts is how it stands now.
        obstacles.append(Obstacle("N2", _reliance(facts)))
    return obstacles


def _counts(facts: Facts, question: Node) -> bool:
    if question.code in OF_ACCESS and not facts.is_of_access:
        return False
    return facts.is_asked(question.asked)


def _of_question(facts: Facts, question: Node) -> Iterator[Obstacle]:
    words = {"question": question.question}
    answer = facts.answers.get(question.code)
    if not answer:
        text = _("Not answered: %(question)s")
        yield Obstacle(question.code, text % words, to_assess=True)
    elif question.passes and answer not in question.passes:
        yield Obstacle(question.code, _hinders(facts, question))
    elif question.code in facts.outdated:
        text = _("What is known has changed since it was answered: %(question)s")
        yield Obstacle(question.code, text % words, to_assess=True)
    if answer and question.code in facts.by_disqualified:
        text = _(
            "Whoever answered it has a conflict of interest, answer anew: %(question)s"
        )
        yield Obstacle(question.code, text % words, to_assess=True)
    if answer and question.code in facts.unreasoned:
        text = _("The answer lacks its reasons: %(question)s")
        yield Obstacle(question.code, text % words, to_assess=True)
    tested = {test.code for test in facts.tests if test.outcome and test.in_force}
    if untested := set(question.tests.get(answer or "", ())) - tested:
        text = _("%(question)s By your answer they are to be tested: %(codes)s.")
        codes = ", ".join(sorted(untested))
        text %= {**words, "codes": codes}
        yield Obstacle(question.code, text, to_assess=True)


def _demanded(facts: Facts) -> Iterator[Obstacle]:
    """What a foreign authority demands is tried as that, and as nothing else."""
    is_demand = facts.answers.get("N0.foreign") == "yes"
    if is_demand and not facts.is_foreign_demand:
        text = _(
            "A demand by a foreign authority lies behind the request: change what is"
            " asked for, so that it is tried by OSL 8:3."
        )
        yield Obstacle("N0.foreign", text)


def _weighed(facts: Facts) -> Iterator[Obstacle]:
    """What the circumstances can't come to under OSL 10:2 a."""
    if not facts.is_asked(AskedWhen.TECHNICAL) or facts.asks_once:
        return
    factors = {row.code for row in facts.questions if row.is_factor} - {INTEREST}
    weights = {facts.answers.get(code) for code in factors}
    if facts.answers.get(INTEREST) == "against":
        text = _(
            "The recipient has an interest of its own in the information: then it is"
            " unsuitable to disclose it for technical processing only (OSL 10:2 a)."
        )
        yield Obstacle(INTEREST, text)
    elif weights == {"against"}:
        text = _(
            "Every circumstance speaks against a disclosure: then it is unsuitable (OSL"
            " 10:2 a)."
        )
        yield Obstacle("N7.10-2a.suitable", text)


def _employed(facts: Facts) -> Iterator[Obstacle]:
    """A company that the request names is not the provider because somebody answers
    so (EDPB guidelines 05/2021)."""
    is_itself = facts.answers.get("N9.entity") in ("provider", "provider_third")
    if (
        is_itself
        and facts.employer_is_another
        and facts.is_asked(AskedWhen.PERSONAL_DATA)
    ):
        text = _(
            "The request names another company than the provider of the register:"
            " answer whether it belongs to the group or is a subcontractor, or have the"
            " provider's name corrected."
        )
        yield Obstacle("N9.entity", text, to_assess=True)


def _transfer_obstacles(facts: Facts) -> Iterator[Obstacle]:
    """Only staff of the same legal entity can work abroad without a transfer (1.6), and
    only where that entity is not itself established there."""
    answers = {
        code: facts.answers.get(f"N9.{code}")
        for code in ("country", "entity", "transfer")
    }
    abroad = answers["country"] == "third" and answers["entity"] != "provider"
    is_transfer = abroad or answers["entity"] == "provider_third"
    is_relevant = facts.is_asked(AskedWhen.PERSONAL_DATA)
    if is_relevant and is_transfer and answers["transfer"] == "not_needed":
        text = _(
            "Access from a third country by another company than the provider itself,"
            " or by a company established there, is a transfer: it needs a ground (GDPR"
            " chapter V)."
        )
        yield Obstacle("N9.transfer", text)


def _unsettled(facts: Facts) -> Iterator[Obstacle]:
    """Open points of law count for disclosure only where the authority's lawyers have
    taken a stand."""
    if not facts.is_asked(AskedWhen.TECHNICAL) or facts.asks_once:
        return
    silence = facts.answers.get("N7.10-2a.silence")
    if silence == "for" and facts.is_abroad and ABROAD not in facts.settled:
        text = _(
            "The duty of silence can't speak for disclosure to somebody outside Sweden:"
            " the authority has not settled that it reaches there."
        )
        yield Obstacle("N7.10-2a.silence", text)
    technical = facts.answers.get("N7.10-2a.technical")
    is_dump = facts.answers.get("N4") == "dump"
    if is_dump and technical == "yes" and DUMPS not in facts.settled:
        text = _(
            "Reading a memory dump can't count as only technical processing: the"
            " authority has not settled that it does."
        )
        yield Obstacle("N7.10-2a.technical", text)


def _hinders(facts: Facts, question: Node) -> str:
    if question.code == "N2":
        return _reliance(facts)
    return _("The answer forbids a grant: %(question)s") % {
        "question": question.question
    }


RELIANCE = {
    "missing": gettext_lazy("missing"),
    "expired": gettext_lazy("expired"),
    "ended": gettext_lazy("without force, since the contract has ended"),
    "revoked": gettext_lazy("revoked"),
    "valid": gettext_lazy("answered before it was in force: save the assessment again"),
}


def _reliance(facts: Facts) -> str:
    words = {"state": RELIANCE[facts.reliance], "sets": ", ".join(facts.lacking)}
    if not facts.lacking:
        return _("The standing assessment is %(state)s.") % words
    return _("The standing assessment is %(state)s: %(sets)s.") % words


# What decides whether a grant is lawful, read from a review.


@dataclass(frozen=True)
class Basis:
    """A review's ground to stand on: what is known, and the facts as answered."""

    tree: Tree
    proposed_answers: dict[str, ProposedAnswer]
    reliance: Reliance
    proposed: list[Provision]
    # As it was read: with its texts, for whoever drafts from it.
    assessment: Assessment
    facts: Facts


def basis_of(review: SecrecyReview, assessment: Assessment | None = None) -> Basis:
    """Read everything once; nine queries, whatever the review holds, and three less for
    whoever has its assessment at hand; one more for a request that was revised."""
    assessment = assessment or assessment_of(review)
    rows, harm_tests, consents = assessment[:3]
    parts = parts_of(assessment)
    sets = information_sets(review)
    reliance = reliance_for(review, sets)
    version = tree(review.tree)
    reach = reach_of(review)
    proposed = read_proposed(review, reach.unmapped)
    proposed_answers = propose_answers(review, sets, reliance, reach, harm_tests)
    facts = facts_from(
        review,
        version,
        rows=rows,
        tests=tests_of(harm_tests, review, consents, parts),
        parts=parts,
        consents=consents,
        sets=sets,
        reliance=reliance,
        proposed=proposed,
        highest_class=reach.highest_class,
        minutes_beside=reach.minutes_beside,
        frozen=tuple(_freezes(review)),
        outdated=outdated(review, rows, consents, proposed_answers, reliance),
        by_disqualified=_by_disqualified(review, assessment),
    )
    return Basis(version, proposed_answers, reliance, proposed, assessment, facts)


def facts_of(review: SecrecyReview) -> Facts:
    return basis_of(review).facts


def facts_from(
    review: SecrecyReview,
    version: Tree,
    *,
    rows: Iterable[AssessmentAnswer],
    tests: tuple[Test, ...],
    consents: Iterable[Consent],
    sets: list[InformationSet],
    reliance: Reliance,
    proposed: Iterable[Provision],
    highest_class: int | None,
    minutes_beside: int,
    frozen: tuple[str, ...],
    outdated: frozenset[str],
    by_disqualified: frozenset[str] = frozenset(),
    parts: tuple[Part, ...] = (),
) -> Facts:
    """Put together what has been read; reads nothing, but for what the review holds."""
    request = review.access_request
    answers = {row.node: row.answer for row in rows}
    return Facts(
        questions=tuple(version.assessment_nodes),
        answers=answers,
        tests=tests,
        asks_once=version.asks_once,
        security_protection=review.security_protection,
        highest_class=highest_class,
        proposed_codes={row.code: str(row) for row in proposed},
        reliance=reliance.state,
        lacking=tuple(reliance.lacking),
        has_personal_data=has_personal_data(sets),
        frozen=frozen,
        asked_minutes=request.duration_minutes,
        longest_minutes=request.connection.product.access_minutes,
        has_approval=request.connection.product.abilities.has_approval,
        is_foreign_demand=review.matter == SecrecyReview.Matter.FOREIGN_DEMAND,
        employer_is_another=_is_another(request, reliance),
        minutes_beside=minutes_beside,
        consent_demands=_facts_consent_demands(tests, consents),
        is_abroad=is_abroad(request.engineer_country, answers),
        settled=frozenset(
            name for name in (ABROAD, DUMPS) if getattr(review.authority, name)
        ),
        unreasoned=frozenset(
            row.node
            for row in rows
            if row.motivation_id is None and version.needs_reasons(row.node, row.answer)
        ),
        outdated=outdated,
        by_disqualified=by_disqualified,
        parts=parts,
    )


def _is_another(request: AccessRequest, reliance: Reliance) -> bool:
    """Is another company than the provider to do the work, by what its standing
    assessment says of it or, outside the EEA, by its name? Inside it the register often
    has the provider by the name that everybody uses."""
    provider, employer = request.connection.product.provider, request.employer_entity
    if not employer.strip() or is_provider_itself(provider, employer):
        return False
    named = [row for one in reliance.rows for row in one.recipients.all()]
    relations = {
        row.relation
        for row in named
        if same_name(row.legal_entity) == same_name(employer)
    }
    is_listed = bool(relations - {StandingRecipient.Relation.PROVIDER})
    return is_listed or not is_inside(request.engineer_country)


def circumstances_of(
    review: SecrecyReview, assessment: Assessment, *, is_personal: bool
) -> Circumstances:
    """What an assessment rests on, by the questions that it puts. `is_personal`:
    personal data are concerned."""
    parts = parts_of(assessment)
    return Circumstances(
        {row.node: row.answer for row in assessment.answers},
        tests_of(assessment.harm_tests, review, assessment.consents, parts),
        is_personal,
        tree(review.tree).asks_once,
        parts=parts,
    )


def _facts_consent_demands(tests: Iterable[Test], consents: Iterable[Consent]) -> bool:
    """Does a consent that stands, and is chosen as ground, demand a reservation?"""
    chosen = {test.code for test in tests if test.ground == Ground.CONSENT}
    return any(
        row.reservation_id and row.withdrawn_at is None and row.provision.code in chosen
        for row in consents
    )


def is_abroad(country: str, answers: Mapping[str, str]) -> bool:
    """Does the engineer work outside Sweden, as far as is known?"""
    return country.upper() not in ("", "SE") or answers.get("N9.country") == "third"


def _by_disqualified(review: SecrecyReview, assessment: Assessment) -> frozenset[str]:
    answers, harm_tests = assessment.answers, assessment.harm_tests
    people = disqualified(review, [*answers, *harm_tests])
    tests = [row for row in harm_tests if is_in_force(row.provision)]
    return frozenset(
        [
            *(row.node for row in answers if row.answered_by_id in people),
            *(row.provision.code for row in tests if row.answered_by_id in people),
        ]
    )


def _freezes(review: SecrecyReview) -> list[str]:
    """Which authority has stopped approvals, and for what, is only its own to know.
    What is registered as a request for official documents waits for none (TF 2:2): an
    answer in the assessment alone opens no way past one."""
    if review.matter == SecrecyReview.Matter.DOCUMENTS:
        return []
    stops = []
    for freeze in freezes_over(review.access_request):
        if freeze.authority_id == review.authority_id or freeze.covers_all:
            stops.append(f"{freeze.scope}: {freeze.reason.rstrip('.')}")
        else:
            stops.append("")
    return stops


# The terms of a grant as they are proposed, before they are rows.


class ConditionTerm(NamedTuple):
    """A condition as it is proposed. `due_days` are working days."""

    kind: str
    text: str
    due_days: int | None = None


class ReservationTerm(NamedTuple):
    """A reservation as it is proposed: which person is bound, and to what."""

    bound: str
    prohibition: str


# What the names of companies end with. A duty of silence binds persons (OSL 10:14).
COMPANIES = re.compile(
    r"(ab|ag|as|a/s|asa|b\.?v\.?|company|co\.?|corp\.?|corporation|gmbh|hb|inc\.?|kb"
    r"|limited|llc|ltd\.?|n\.?v\.?|oyj?|plc|s\.?a\.?|sarl)",
    re.IGNORECASE,
)


def names_a_person(bound: str) -> bool:
    """Does it begin with a first name and a surname, and not with a company's name? Who
    the person works for may follow after a comma."""
    words = bound.partition(",")[0].split()
    if len(words) < 2 or any(map(COMPANIES.fullmatch, words)):
        return False
    first, last = words[0], words[-1]
    has_digits = any(letter.isdigit() for letter in "".join(words))
    return first[0].isupper() and last[0].isupper() and not has_digits
