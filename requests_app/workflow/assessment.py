"""Assessing and proposing: the case officer's own work."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from audit_app.many import add_many
from requests_app.catalogue.tree import Kind, Node
from requests_app.documents.drafting.case import ReasonedAnswer
from requests_app.documents.drafting.weighing import of_side
from requests_app.law.case import Facts
from requests_app.law.facts import basis_of
from requests_app.law.presets import ProposedAnswer
from requests_app.law.rules import MOST_SERIOUS
from requests_app.models import AssessmentAnswer, ReturnComment, SecrecyReview
from requests_app.permissions.classes import highest_class
from requests_app.words.in_record import in_record
from requests_app.workflow import assignment, conflict
from requests_app.workflow.content import keep_many, same_or_sealed
from requests_app.workflow.harm_test import HarmTestInput, test_harm
from requests_app.workflow.return_comment import settle
from requests_app.workflow.step import note, save, step
from requests_app.workflow.stop import halt

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
    conflict.take_part(
        review, by=by, stage=conflict.Stage.ASSESSMENT, declared=no_conflict
    )
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
    assignment.mark_acknowledged(review, by)
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
    row.answered_at = clock.now()
    return True
