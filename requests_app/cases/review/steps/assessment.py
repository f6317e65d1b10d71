"""Assessment, of the steps of secrecy review: consent, harm test and part."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from audit_app.history import add_many
from requests_app.cases.access.steps import answer
from requests_app.cases.intake.models.file import Part
from requests_app.cases.intake.models.request import RequestedObject
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import highest_class
from requests_app.cases.intake.steps.file import TAKES_MORE, refuse_unprintable
from requests_app.cases.review.drafting.case import ReasonedAnswer
from requests_app.cases.review.drafting.secrecy import of_side
from requests_app.cases.review.law.facts import (
    NO_GROUND,
    Facts,
    basis_of,
    field_key,
    grounds_for,
)
from requests_app.cases.review.law.known import (
    ProposedAnswer,
    disqualified,
    has_ended,
    is_in_force,
)
from requests_app.cases.review.law.rules import MOST_SERIOUS, needs_reasons
from requests_app.cases.review.law.tree import Kind, Node, tree
from requests_app.cases.review.models.assessment import (
    AssessmentAnswer,
    Consent,
    Ground,
    HarmTest,
)
from requests_app.cases.review.models.decision import ReturnComment
from requests_app.cases.review.steps import people
from requests_app.cases.review.steps.afterwards import halt
from requests_app.cases.review.steps.proposal import settle
from requests_app.core.content import (
    keep,
    keep_if,
    keep_many,
    refuse_future,
    refuse_outside,
    same_or_keep,
    same_or_sealed,
)
from requests_app.core.step import WrongState, note, save, step
from requests_app.core.words.texts import day_in_words, in_record
from requests_app.registers.models.provisions import Provision

# Testing for harm: a part of assessing, no step.

Outcome = HarmTest.Outcome
NOT_IN_FORCE = gettext_lazy("No longer in force since %(day)s.")


class HarmTestInput(NamedTuple):
    """One harm test as the lawyer gave it; an empty outcome is no answer yet.

    `ground` breaks the secrecy by this provision, where it applies; "none": none does.
    `part` is what it was made of; everything, if none.
    """

    provision: Provision
    outcome: str
    motivation: str = ""
    facts_for: str = ""
    facts_against: str = ""
    ground: str = ""
    part: Part | None = None

    @property
    def key(self) -> str:
        """By which the form names its fields."""
        return field_key(self.provision, self.part)

    @property
    def hinders(self) -> bool:
        return self.outcome in (Outcome.APPLIES, Outcome.UNLESS_RESERVED)


def test_harm(
    review: SecrecyReview, tested: list[HarmTestInput], *, by: Any
) -> dict[str, str]:
    """Keep the tests; returns what lacks its reasons, by the form's field."""
    related = ("provision", "motivation", "facts_for", "facts_against")
    rows = {
        (row.provision_id, row.part_id): row
        for row in review.harm_tests.select_related(*related)
    }
    people = disqualified(review, rows.values())
    _strike_what_has_ended(rows.values(), by=by)
    asks_once = tree(review.tree).asks_once
    missing: dict[str, str] = {}
    for test in tested:
        if not test.outcome or not is_in_force(test.provision):
            continue
        if wrong := _wrong(review, test, asks_once=asks_once):
            missing |= wrong
            continue
        row = rows.get((test.provision.pk, test.part.pk if test.part else None))
        if row is None and test.outcome == Outcome.AS_WHOLE:
            continue
        row = row or HarmTest(review=review, provision=test.provision, part=test.part)
        keeps_ground = test.hinders and not asks_once
        _test(
            row,
            test._replace(ground=test.ground if keeps_ground else ""),
            by=by,
            anew=row.answered_by_id in people,
        )
    return missing


def _wrong(
    review: SecrecyReview, test: HarmTestInput, *, asks_once: bool
) -> dict[str, str]:
    """What is wrong or lacking in a test, by the form's field."""
    provision = test.provision
    wrong: dict[str, str] = {}
    if test.outcome == Outcome.AS_WHOLE:
        return wrong
    if needs_reasons(provision.harm_test, test.outcome) and not test.motivation.strip():
        wrong[f"reasons_{test.key}"] = _("Write why the provision applies or does not.")
    if test.hinders and not provision.holds_against_provider:
        wrong[f"outcome_{test.key}"] = _(
            "This secrecy holds only against one person, not against the provider: test"
            " what protects the information against others, and strike this."
        )
    lawful = ("", NO_GROUND, *grounds_for(provision, review))
    if test.hinders and not asks_once and test.ground not in lawful:
        wrong[f"ground_{test.key}"] = _(
            "That ground does not break this secrecy: choose another, or none."
        )
    return wrong


def _strike_what_has_ended(rows: Iterable[HarmTest], *, by: Any) -> None:
    """A version that the law has put an end to carries nothing any more; history keeps
    how it was tested."""
    for row in rows:
        ended, struck = row.provision.valid_to, HarmTest.Outcome.STRUCK
        if ended and has_ended(row.provision) and row.outcome != struck:
            text = in_record(NOT_IN_FORCE, day=day_in_words(ended))
            _test(row, HarmTestInput(row.provision, struck, text), by=by)


def _test(row: HarmTest, test: HarmTestInput, *, by: Any, anew: bool = False) -> None:
    texts = {
        name: same_or_keep(getattr(row, name), getattr(test, name))
        for name in ("motivation", "facts_for", "facts_against")
    }
    same = all(getattr(row, name) == text for name, text in texts.items())
    same = same and (row.outcome, row.ground) == (test.outcome, test.ground)
    if row.pk and same and not anew:
        return
    row.harm_test = test.provision.harm_test
    row.outcome = test.outcome
    row.ground = test.ground
    row.validate_constraints()
    save(row, **texts, answered_by=by, answered_at=acting.now())


# Assessing and proposing: the case officer's own work.

Status = SecrecyReview.Status
Protection = SecrecyReview.SecurityProtection
AS_IN = gettext_lazy("as in %(case)s")
WORKING = (Status.ASSIGNED, Status.IN_ASSESSMENT)


class AnswerInput(NamedTuple):
    """One answer as the lawyer gave it; an empty answer is none yet. `taken_from`: the
    number of the earlier case that it was taken over from, if it was."""

    answer: str
    motivation: str = ""
    taken_from: str = ""
    # Kinds of conditions that are thought of with it.
    conditions: tuple[str, ...] = ()


@step(starts_from=WORKING, may="assesses")
def assess(
    review: SecrecyReview,
    *,
    by: Any,
    answers: Mapping[str, AnswerInput],
    tested: Iterable[HarmTestInput],
    settled: Iterable[ReturnComment] = (),
    no_conflict: bool = False,
) -> None:
    """Save the assessment: the answers by node of the tree, and the harm tests. The
    comments `settled` are ticked off.

    Anything but "no" on protective security stops the review at once, and what was
    typed is not kept (1.3). Raises ValidationError where reasons are missing, naming
    the form's field.
    """
    people.take_part(review, by=by, stage=people.Stage.ASSESSMENT, declared=no_conflict)
    security_protection = answers.get("N3", AnswerInput("")).answer
    if highest_class(review) == MOST_SERIOUS:
        # Class 4 concerns Sweden's security, whatever the lawyer believes (1.3).
        security_protection = Protection.SUSPECTED
    if security_protection in (Protection.SUSPECTED, Protection.YES):
        halt(review, level=security_protection, by=by)
        return
    missing = test_harm(review, list(tested), by=by)
    missing |= _answer_questions(review, answers, by=by)
    if missing:
        raise ValidationError(missing)
    people.mark_acknowledged(review, by)
    settle(settled, by=by)
    save(
        review,
        status=Status.IN_ASSESSMENT,
        security_protection=security_protection or review.security_protection,
    )
    note("review.assessed", on=review, by=by)


def _answer_questions(
    review: SecrecyReview, answers: Mapping[str, AnswerInput], *, by: Any
) -> dict[str, str]:
    """Keep the answers to the questions that are put on what is now answered.

    Returns what lacks its reasons, by the form's field.
    """
    with translation.override("sv"):
        # Whence an answer is proposed is kept with it.
        basis = basis_of(review)
    new_answers = {code: row.answer for code, row in answers.items() if row.answer}
    facts = replace(basis.facts, answers={**basis.facts.answers, **new_answers})
    rows = {row.node: row for row in review.answers.select_related("motivation")}
    changed: list[AssessmentAnswer] = []
    missing: dict[str, str] = {}
    for node in basis.tree.assessment_nodes:
        if not facts.is_asked(node.asked):
            continue
        proposal = basis.proposed_answers.get(node.code)
        answer = _given(node, proposal, answers, facts)
        if not answer.answer:
            continue
        if _needs_reasons(node, proposal, answer) and not answer.motivation.strip():
            missing[f"motivation_{node.code}"] = _("Write why.")
            continue
        row = rows.get(node.code) or AssessmentAnswer(review=review, node=node.code)
        anew = node.code in facts.outdated | facts.by_disqualified
        if _answer(row, node, proposal, answer, by=by, anew=anew):
            changed.append(row)
    _write(changed)
    return missing


def _given(
    node: Node,
    proposal: ProposedAnswer | None,
    answers: Mapping[str, AnswerInput],
    facts: Facts,
) -> AnswerInput:
    """What was answered, or follows from what is known and from other answers."""
    answer = answers.get(node.code, AnswerInput(""))
    if node.kind == Kind.FOUND and proposal is not None:
        return AnswerInput(proposal.answer)
    if node.kind == Kind.GROUNDS:
        return AnswerInput(facts.summed_ground, answer.motivation)
    if node.kind == Kind.WEIGHED:
        return _weighed(node, answers)
    return answer


def _weighed(node: Node, answers: Mapping[str, AnswerInput]) -> AnswerInput:
    """What speaks one way, in the words given; else in those that follow from it."""
    side = node.code.rpartition(".")[2]
    given = answers.get(node.code, AnswerInput("")).motivation
    rows = {
        code: ReasonedAnswer(row.answer, row.motivation)
        for code, row in answers.items()
    }
    return AnswerInput("weighed", given if given.strip() else of_side(side, rows))


def _write(answers: Iterable[AssessmentAnswer]) -> None:
    """The new ones, of which a review has thirty, in one statement."""
    keep_many(row.motivation for row in answers)
    for row in answers:
        if row.pk:
            row.save()
    add_many([row for row in answers if not row.pk])


def _needs_reasons(
    node: Node, proposal: ProposedAnswer | None, answer: AnswerInput
) -> bool:
    """Whoever strikes a proposal, forbids a grant, or answers what the outcome turns on
    says why (FL 32 §)."""
    if node.kind == Kind.FOUND:
        return False
    proposed = proposal.answer if proposal else ""
    struck = bool(proposed) and proposed != answer.answer
    forbids = bool(node.passes) and answer.answer not in node.passes
    return node.demands_reasons(answer.answer) or struck or forbids


def _answer(
    row: AssessmentAnswer,
    node: Node,
    proposal: ProposedAnswer | None,
    answer_input: AnswerInput,
    *,
    by: Any,
    anew: bool,
) -> bool:
    """Set it; False where it says the same already, and need not be answered anew."""
    if answer_input.answer not in [answer["value"] for answer in node.answers]:
        raise ValidationError(
            {f"answer_{node.code}": _("Choose one of the answers given.")}
        )
    text = same_or_sealed(row.motivation, answer_input.motivation)
    proposed = proposal.answer if proposal else ""
    conditions = list(answer_input.conditions)
    values = (answer_input.answer, text, proposed, conditions)
    same = (row.answer, row.motivation, row.proposed, row.conditions) == values
    if row.pk and same and not anew:
        return False
    row.question = node.question_sv
    row.answer = answer_input.answer
    row.proposed = proposed
    row.proposed_because = proposal.because[:300] if proposal and proposed else ""
    if answer_input.taken_from and not proposed:
        row.proposed_because = in_record(AS_IN, case=answer_input.taken_from)
    row.legal_basis = node.legal_basis
    row.motivation = text
    row.conditions = conditions
    row.answered_by = by
    row.answered_at = acting.now()
    return True


# Consents of those whom a secrecy protects: recorded, and taken back (OSL 12:2–3).


def _is_none_left(rights: Any, _review: SecrecyReview) -> str:
    return "" if rights.has_consent else _("There is no consent that stands.")


@step(starts_from=WORKING, may="assesses")
def record(
    review: SecrecyReview,
    *,
    by: Any,
    provision: Provision,
    whom: str,
    what: str,
    given_by: str,
    given_at: datetime,
    way: str,
    reservation: str = "",
) -> Consent:
    """Record what one person has consented to. It stays as it is written."""
    if Ground.CONSENT not in provision.lifted_by:
        text = _("Nobody's consent lifts this secrecy (OSL 12:2).")
        raise ValidationError({"provision": text})
    refuse_future("given_at", given_at)
    consent = Consent.objects.create(
        review=review,
        provision=provision,
        whom=keep(whom),
        what=keep(what),
        given_by=given_by,
        given_at=given_at,
        way=way,
        reservation=keep_if(reservation),
        recorded_by=by,
        recorded_at=acting.now(),
    )
    save(review)
    note("consent.recorded", on=review, by=by, consent=consent.pk)
    return consent


@step(starts_from=TAKES_MORE, may="notes", hindrance=_is_none_left)
def withdraw(
    review: SecrecyReview,
    *,
    by: Any,
    consent: Consent,
    withdrawn_at: datetime,
    withdrawal: str,
) -> None:
    """Record that it is taken back: from here on nothing is granted or given on it."""
    consent = Consent.objects.select_for_update().get(pk=consent.pk, review=review)
    if consent.withdrawn_at is not None:
        raise WrongState(_("It has been withdrawn already."))
    text = _("The time lies before it was given, or in the future.")
    refuse_outside("withdrawn_at", withdrawn_at, consent.given_at, text)
    save(
        consent,
        withdrawn_at=withdrawn_at,
        withdrawal=keep(withdrawal),
        withdrawal_recorded_by=by,
        withdrawal_recorded_at=acting.now(),
    )
    answer.order_answer(review.access_request, by=by)
    note("consent.withdrawn", on=review, by=by, consent=consent.pk)


# Naming the parts of what is asked for that are tested by themselves.


@step(starts_from=WORKING, may="assesses")
def name_parts(
    review: SecrecyReview,
    *,
    by: Any,
    kind: str,
    names: Iterable[str] = (),
    requested_object: RequestedObject | None = None,
    ended: Collection[Part] = (),
    are_all: bool = False,
) -> None:
    """Name the parts that are tested by themselves, and end those that are not any
    more. What else is asked for is a part of its own, unless these `are_all`; without
    parts everything is tested as a whole again.
    """
    now = acting.now()
    names = list(names)
    refuse_unprintable(review, names="\n".join(names))
    standing = list(review.parts.standing().select_for_update())
    for part in standing:
        if part in ended or part.kind == Part.Kind.REST and are_all:
            save(part, ended_at=now)
    standing = [part for part in standing if part.ended_at is None]
    for name in names:
        _refuse_overlap(standing, kind, name, requested_object)
        standing.append(_name(review, kind, name, requested_object, by=by))
    rest = [part for part in standing if part.kind == Part.Kind.REST]
    if rest == standing:
        for part in rest:
            save(part, ended_at=now)
        standing = []
    elif not (rest or are_all):
        rest_name = in_record(Part.Kind.REST.label)
        _name(review, Part.Kind.REST, rest_name, None, by=by)
    save(review, is_divided=bool(standing))
    note("review.parts_named", on=review, by=by)


def _name(
    review: SecrecyReview,
    kind: str,
    name: str,
    requested_object: RequestedObject | None,
    *,
    by: Any,
) -> Part:
    return Part.objects.create(
        review=review,
        kind=kind,
        name=name,
        requested_object=requested_object,
        named_by=by,
        named_at=acting.now(),
    )


def _refuse_overlap(
    standing: list[Part],
    kind: str,
    name: str,
    requested_object: RequestedObject | None,
) -> None:
    """What lies in two parts would be tested twice."""
    key = requested_object.pk if requested_object else None
    for part in standing:
        same_place = part.requested_object_id == key
        same_name = part.name.casefold() == name.casefold()
        whole = Part.Kind.OBJECT in (kind, part.kind) and key is not None
        if same_place and (same_name or whole):
            text = _("“%(name)s” overlaps the part “%(other)s”: name each once.")
            words = {"name": name, "other": part.name}
            raise ValidationError({"names": text % words})
