"""Assessing and proposing: the case officer's own work."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app import permissions
from requests_app.models import (
    AccessRequest,
    AssessmentAnswer,
    HarmTest,
    InformationSet,
    Outcome,
    Proposal,
    Provision,
    SecrecyReview,
)
from requests_app.models.assessment import Ground
from requests_app.models.decision import GRANTS
from requests_app.workflow import assignment, standing
from requests_app.workflow import review as review_steps
from requests_app.workflow.content import keep, keep_if, same_or_keep
from requests_app.workflow.step import WrongState, lock, note, require, save, step

MOST_SERIOUS = 4
# OSL 21:3 on addresses under threat, 21:3 a on protected population registration.
PROTECTED_IDENTITIES = ("OSL-21-3-st1", "OSL-21-3a")
# Statuses of the request in which something can be decided about it.
REVIEWABLE = (*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN)
Status = SecrecyReview.Status
Question = AssessmentAnswer.Question
Protection = SecrecyReview.SecurityProtection
HarmOutcome = HarmTest.Outcome


class Tested(NamedTuple):
    """One harm test as the lawyer gave it; an empty outcome is no answer yet."""

    provision: Provision
    outcome: str
    motivation: str = ""


@step
def assess(
    review: SecrecyReview,
    *,
    by: Any,
    genuine: str,
    security_protection: str,
    tested: Iterable[Tested],
    ground: str = "",
    ground_motivation: str = "",
    no_conflict: bool = False,
) -> None:
    """Save the assessment: questions, harm tests, and the ground for disclosure.

    Anything but "no" on security protection stops the review at once, and what was
    typed is not kept (1.3).
    """
    lock(review, Status.ASSIGNED, Status.IN_ASSESSMENT)
    require(permissions.can_work(by, review))
    review_steps.take_part(
        review, by=by, stage=review_steps.Stage.ASSESSMENT, declared=no_conflict
    )
    if permissions.highest_class(review) == MOST_SERIOUS:
        # Class 4 concerns Sweden's security, whatever the lawyer believes (1.3).
        security_protection = Protection.SUSPECTED
    if security_protection in (Protection.SUSPECTED, Protection.YES):
        review_steps.halt(review, level=security_protection, by=by)
        return
    _answer(review, Question.GENUINE, genuine, "", by=by)
    _answer(
        review,
        Question.SECURITY_PROTECTION,
        security_protection,
        "2 kap. 5 § säkerhetsskyddslagen",
        by=by,
    )
    _test_harm(review, list(tested), by=by)
    _answer(review, Question.GROUND, ground, "", by=by, motivation=ground_motivation)
    assignment.mark_acknowledged(review, by)
    save(review, status=Status.IN_ASSESSMENT, security_protection=security_protection)
    note("review.assessed", on=review, by=by)


def _answer(
    review: SecrecyReview,
    question: str,
    answer: str,
    legal_basis: str,
    *,
    by: Any,
    motivation: str = "",
) -> None:
    if not answer:
        return
    row = review.answers.filter(question=question).first()
    row = row or AssessmentAnswer(review=review, question=question)
    text = same_or_keep(row.motivation, motivation)
    if row.pk and (row.answer, row.motivation) == (answer, text):
        return
    save(
        row,
        answer=answer,
        legal_basis=legal_basis,
        motivation=text,
        answered_by=by,
        answered_at=clock.now(),
    )


def _test_harm(review: SecrecyReview, tested: list[Tested], *, by: Any) -> None:
    rows = {row.provision_id: row for row in review.harm_tests.all()}
    for given in tested:
        if not given.outcome:
            continue
        row = rows.get(given.provision.pk) or HarmTest(
            review=review, provision=given.provision
        )
        text = same_or_keep(row.motivation, given.motivation)
        if row.pk and (row.outcome, row.motivation) == (given.outcome, text):
            continue
        row.harm_test = given.provision.harm_test
        row.outcome = given.outcome
        row.validate_constraints()
        save(row, motivation=text, answered_by=by, answered_at=clock.now())


@step
def propose(
    review: SecrecyReview,
    *,
    by: Any,
    outcome: str,
    motivation_internal: str,
    motivation_for_recipient: str,
    granted_minutes: int | None = None,
    granted_scope: str = "",
    conditions: str = "",
    no_conflict: bool = False,
) -> Proposal:
    """Propose a decision to somebody else (föredragning)."""
    lock(review, Status.IN_ASSESSMENT, Status.ASSIGNED)
    require(permissions.can_work(by, review))
    review_steps.take_part(
        review, by=by, stage=review_steps.Stage.ASSESSMENT, declared=no_conflict
    )
    withdrawn = review.access_request.status not in REVIEWABLE
    if withdrawn and outcome != Outcome.STRUCK_OFF:
        raise WrongState(
            _("The request no longer waits for an answer: propose to strike it off.")
        )
    if review.status == Status.ASSIGNED and outcome in GRANTS:
        raise WrongState(_("Assess the request before you propose to grant it."))
    if outcome in GRANTS:
        refuse_what_the_law_forbids(review, outcome, granted_minutes)
    if outcome == Outcome.GRANTED_WITH_RESERVATION and not conditions.strip():
        raise ValidationError({"conditions": _("Write the reservation (OSL 10:14).")})
    proposal = Proposal.objects.create(
        review=review,
        outcome=outcome,
        revision=review.access_request.revision,
        object_ids=standing.object_ids(review),
        granted_minutes=granted_minutes if outcome in GRANTS else None,
        granted_scope=granted_scope if outcome in GRANTS else "",
        conditions=keep_if(conditions),
        motivation_internal=keep(motivation_internal),
        motivation_for_recipient=keep(motivation_for_recipient),
        proposed_by=by,
        proposed_at=clock.now(),
    )
    save(review, status=Status.PROPOSED)
    note("review.proposed", on=review, by=by, outcome=outcome)
    return proposal


def refuse_what_the_law_forbids(
    review: SecrecyReview, outcome: str, minutes: int | None
) -> None:
    """Raise ValidationError where no grant may be made on this assessment.

    Asked when proposing and again when deciding (legal.md 1.2–1.5).
    """
    if review.security_protection != Protection.NO:
        raise ValidationError(
            _(
                "It has not been answered no whether security-classified information"
                " can occur: answer that in the assessment first."
            )
        )
    _refuse_frozen(review)
    if permissions.highest_class(review) == MOST_SERIOUS:
        raise ValidationError(
            _(
                "An object holds information of class 4, which concerns Sweden's"
                " security: the request can not be granted. Stop the review."
            )
        )
    answers = {row.question: row.answer for row in review.answers.all()}
    if answers.get(Question.GENUINE) != "yes":
        raise ValidationError(
            _(
                "The assessment does not say that the request is genuine: only a"
                " genuine request can be granted. Propose to dismiss it, or change"
                " the assessment."
            )
        )
    tests = list(review.harm_tests.select_related("provision"))
    if not tests:
        raise ValidationError(
            _(
                "No secrecy provision has been tested: go back to the assessment and"
                " test at least one."
            )
        )
    untested = proposed_provisions(review).exclude(
        pk__in=[row.provision_id for row in tests]
    )
    if missing := ", ".join(str(row) for row in untested):
        raise ValidationError(
            _(
                "Go back to the assessment and test, or strike with reasons, what"
                " the information sets name: %(provisions)s."
            )
            % {"provisions": missing}
        )
    _refuse_security_secrecy(tests)
    _refuse_without_ground(tests, answers, outcome)
    _refuse_length(review, minutes)


def _refuse_frozen(review: SecrecyReview) -> None:
    for freeze in permissions.freezes_over(review.access_request):
        if freeze.authority_id != review.authority_id and not freeze.covers_all:
            # Which authority, and for what, is not this one's to know.
            raise ValidationError(_("Approvals are stopped by another authority."))
        text = _("Approvals are stopped for %(scope)s: %(reason)s.")
        words = {"scope": freeze.scope, "reason": freeze.reason.rstrip(".")}
        raise ValidationError(text % words)


def _refuse_security_secrecy(tests: list[HarmTest]) -> None:
    """Defence and NATO secrecy, and security vetting: never approved here (1.3)."""
    passed = (HarmOutcome.DOES_NOT_APPLY, HarmOutcome.STRUCK)
    for row in tests:
        if row.provision.blocks_approval and row.outcome not in passed:
            raise ValidationError(
                _(
                    "%(provision)s: security protection must be settled"
                    " first. Stop the review and call the security-protection"
                    " manager, or strike the provision with reasons."
                )
                % {"provision": row.provision}
            )


def proposed_provisions(review: SecrecyReview) -> QuerySet[Provision]:
    """What the information sets of the objects propose: versions in force today.

    Where persons with protected identity may occur, the provisions on them as well.
    """
    sets = held_by(review)
    named = Q(set_links__information_set__in=sets)
    protected = Q(Exists(sets.filter(protected_identities_possible=True)))
    return (
        Provision.objects.in_force(permissions.today())
        .filter(named | (protected & Q(code__in=PROTECTED_IDENTITIES)))
        .distinct()
    )


def held_by(review: SecrecyReview) -> QuerySet[InformationSet]:
    """The information sets in the objects that the review has now."""
    return InformationSet.objects.filter(
        object_links__cloud_object__requested__review=review,
        object_links__cloud_object__requested__removed_in_revision=None,
    )


def _refuse_without_ground(
    tests: list[HarmTest], answers: dict[str, str], outcome: str
) -> None:
    results = {row.outcome for row in tests}
    has_ground = answers.get(Question.GROUND, Ground.NONE) != Ground.NONE
    if HarmOutcome.APPLIES in results and not has_ground:
        raise ValidationError(
            _("Secrecy applies and no ground breaks it: refuse the request.")
        )
    reserved = outcome == Outcome.GRANTED_WITH_RESERVATION
    if HarmOutcome.UNLESS_RESERVED in results and not (reserved or has_ground):
        raise ValidationError(
            {
                "outcome": _(
                    "A provision applies unless reserved: choose granted with"
                    " reservation, and write the reservation (OSL 10:14)."
                )
            }
        )


def _refuse_length(review: SecrecyReview, minutes: int | None) -> None:
    longest = review.access_request.connection.product.access_minutes
    if not minutes:
        raise ValidationError(
            {"granted_minutes": _("Say for how many minutes access is granted.")}
        )
    if longest is not None and minutes > longest:
        raise ValidationError(
            {
                "granted_minutes": _(
                    "The product allows at most %(minutes)s minutes: grant no"
                    " more than that."
                )
                % {"minutes": longest}
            }
        )


@step
def withdraw_proposal(review: SecrecyReview, *, by: Any, reason: str) -> None:
    """Take one's own proposal back to change it."""
    lock(review, Status.PROPOSED)
    require(permissions.can_work(by, review))
    for proposal in review.proposals.filter(status=Proposal.Status.OPEN):
        save(proposal, status=Proposal.Status.OVERTAKEN)
    save(review, status=Status.IN_ASSESSMENT)
    note("review.proposal_withdrawn", on=review, by=by, reason=reason)
