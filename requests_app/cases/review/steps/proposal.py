"""Proposal, of the steps of secrecy review: reasons, return comment, returning and
terms."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps.file import refuse_unfinished, refuse_unprintable
from requests_app.cases.review.law.facts import (
    Basis,
    ConditionTerm,
    IntendedDecision,
    ReservationTerm,
    assessment_with_texts,
    basis_of,
    given,
    given_parts,
    lawful_ground,
    names_a_person,
)
from requests_app.cases.review.law.rules import (
    Naming,
    Omission,
    dismissal_obstacle,
    is_under_fl,
    named_as_a_rule,
    obstacles,
    reasons_obstacles,
)
from requests_app.cases.review.models.decision import (
    Condition,
    Proposal,
    Reservation,
    ReturnComment,
)
from requests_app.cases.review.papers.decision import Passage, newest_proposal, passages
from requests_app.cases.review.steps import gate, people
from requests_app.core.content import keep, keep_if
from requests_app.core.models import GRANTS, Outcome
from requests_app.core.step import WrongState, note, save, step
from requests_app.core.words.texts import listed
from requests_app.registers.models.standing import StandingReliance

# The reasons of a proposal: all of them to the recipient, or some left out as it has
# been tried.


def refuse_reasons(
    review: SecrecyReview,
    basis: Basis,
    outcome: str,
    reasons: str,
    naming: Naming,
    omission: Omission | None,
) -> None:
    """Raise ValidationError where the reasons, or the recipient's copy, may not read
    so."""
    by_fl = is_by_fl(review, basis, outcome)
    rows = reasons_obstacles(basis.facts.tests, outcome, naming, omission, by_fl=by_fl)
    if no_rule := dismissal_obstacle(basis.facts, outcome, reasons):
        rows.append(no_rule)
    texts: dict[str, list[str]] = {}
    for row in rows:
        texts.setdefault(row.field, []).append(row.text)
    if texts:
        raise ValidationError(texts)


def is_by_fl(review: SecrecyReview, basis: Basis, outcome: str) -> bool:
    authority = review.authority
    is_registered = review.matter == review.Matter.DOCUMENTS
    is_tf = is_registered or not basis.facts.is_of_access
    return is_under_fl(authority.kind, authority.regime, outcome, is_tf=is_tf)


def recipient_texts(reasons: str, omission: Omission | None) -> dict[str, str]:
    """What the recipient reads of the reasons, by the field it is typed in."""
    if omission is None:
        return {"motivation_internal": reasons}
    return {
        "motivation_for_recipient": omission.text,
        "told_instead": omission.instead,
    }


def naming_of(basis: Basis, naming: Naming | None) -> Naming:
    """As somebody said; else what the law's own words let be named."""
    return naming or Naming(named_as_a_rule(basis.facts.tests))


def reasons_fields(
    reasons: str, naming: Naming, omission: Omission | None
) -> dict[str, Any]:
    """What a proposal keeps of them. Where nothing is left out, both texts are one."""
    internal = keep(reasons)
    fields: dict[str, Any] = {
        "motivation_internal": internal,
        "motivation_for_recipient": internal,
        "named_codes": sorted(naming.codes),
        "named_because": keep_if(naming.because),
    }
    if omission is not None:
        fields |= {
            "motivation_for_recipient": keep(omission.text),
            "left_out_for": omission.interest,
            "left_out_because": keep_if(omission.because),
            "left_out_weight": keep_if(omission.weight),
            "told_instead": keep_if(omission.instead),
        }
    return fields


# Ticking off the comments on a proposal that was returned.

WORKING = (SecrecyReview.Status.ASSIGNED, SecrecyReview.Status.IN_ASSESSMENT)


def settle(comments: Iterable[ReturnComment], *, by: Any) -> None:
    """Inside a step of whoever assesses: these have been seen to."""
    for comment in comments:
        save(comment, settled_by=by, settled_at=acting.now())


def _has_none(_relation: Any, review: SecrecyReview) -> str:
    if review.return_comments.unsettled().exists():
        return ""
    return _("No comment is left to tick off.")


@step(starts_from=WORKING, may="assesses", hindrance=_has_none)
def tick_off(
    review: SecrecyReview, *, by: Any, settled: Iterable[ReturnComment] = ()
) -> None:
    """Tick comments off without assessing or proposing anew."""
    settle(settled, by=by)
    save(review)
    note("review.comments_ticked_off", on=review, by=by)


# The terms of a proposal: what is asked of them, and their rows.


def refuse_unnamed(review: SecrecyReview, reservations: list[ReservationTerm]) -> None:
    """A reservation binds persons, each by name and each once: nobody can serve it on
    “the technician who is named”, and a company can't be silent (OSL 10:14)."""
    request = review.access_request
    provider = request.connection.product.provider.name
    companies = {provider.casefold(), request.employer_entity.casefold()}
    names = [row.bound.strip() for row in reservations]
    odd = [
        name
        for name in names
        if not names_a_person(name) or name.casefold() in companies
    ]
    if odd:
        text = _("Write the first name and surname of a person: “%(odd)s” names none.")
        raise ValidationError({"bound": text % {"odd": odd[0]}})
    if len(set(names)) < len(names):
        raise ValidationError({"bound": _("Name each person once.")})


def write_terms(
    proposal: Proposal,
    conditions: list[ConditionTerm],
    reservations: list[ReservationTerm],
) -> None:
    for term in conditions:
        Condition.objects.create(
            review=proposal.review,
            proposal=proposal,
            kind=term.kind,
            nature=Condition.nature_of(term.kind),
            text=keep(term.text),
            due_days=term.due_days,
        )
    for reserved in reservations:
        Reservation.objects.create(
            review=proposal.review,
            proposal=proposal,
            bound=reserved.bound.strip(),
            prohibition=keep(reserved.prohibition),
        )


def term_texts(
    scope: str, conditions: list[ConditionTerm], reservations: list[ReservationTerm]
) -> dict[str, str]:
    """What stands in the terms, by the field it is typed in."""
    return {
        "granted_scope": scope,
        "other_conditions": "\n".join(term.text for term in conditions),
        "prohibition": "\n".join(term.prohibition for term in reservations),
    }


# Proposing a decision: the case officer's own work.

# Statuses of the request in which something can be decided about it.
Status = SecrecyReview.Status
PROPOSAL_WORKING = (Status.ASSIGNED, Status.IN_ASSESSMENT)
# Of an approval that hands out documents, where neither request nor product says.
SHORTEST_USUAL = 60
REVIEWABLE = (*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN)


@step(starts_from=PROPOSAL_WORKING, may="assesses")
def propose(
    review: SecrecyReview,
    *,
    by: Any,
    outcome: str,
    motivation_internal: str,
    naming: Naming | None = None,
    omission: Omission | None = None,
    granted_minutes: int | None = None,
    granted_scope: str = "",
    conditions: Iterable[ConditionTerm] = (),
    reservations: Iterable[ReservationTerm] = (),
    settled: Iterable[ReturnComment] = (),
    no_conflict: bool = False,
) -> Proposal:
    """Propose a decision to somebody else (föredragning). The recipient reads all of
    its reasons, unless an omission says what is left out, and why."""
    people.take_part(review, by=by, stage=people.Stage.ASSESSMENT, declared=no_conflict)
    _refuse_untimely(review, outcome)
    _refuse_foreign_demand(review, outcome)
    basis = basis_of(review)
    conditions, reservations = list(conditions), list(reservations)
    decision = _intended(
        basis, outcome, granted_minutes, granted_scope, conditions, reservations
    )
    _refuse(basis, decision)
    refuse_unnamed(review, reservations)
    naming = naming_of(basis, naming)
    refuse_reasons(review, basis, outcome, motivation_internal, naming, omission)
    terms = term_texts(decision.scope, conditions, reservations)
    texts = recipient_texts(motivation_internal, omission)
    refuse_unprintable(review, **terms, **texts)
    refuse_unfinished(**{"motivation_internal": motivation_internal, **texts})
    parts = given_parts(basis.facts, outcome)
    proposal = Proposal.objects.create(
        review=review,
        outcome=outcome,
        part_ids=[part.key for part in parts],
        revision=review.access_request.revision,
        object_ids=gate.object_ids(review),
        granted_minutes=decision.minutes,
        granted_scope=decision.scope,
        ground=decision.ground,
        **reasons_fields(motivation_internal, naming, omission),
        proposed_by=by,
        proposed_at=acting.now(),
    )
    write_terms(proposal, conditions, reservations)
    if outcome in GRANTS and basis.facts.needs_reliance:
        _rely(proposal, basis)
    settle(settled, by=by)
    save(review, status=Status.PROPOSED)
    note("review.proposed", on=review, by=by, outcome=outcome)
    return proposal


def _refuse_untimely(review: SecrecyReview, outcome: str) -> None:
    is_open = review.access_request.status in REVIEWABLE
    withdrawn = not (is_open or gate.awaits_documents(review))
    if withdrawn and outcome != Outcome.STRUCK_OFF:
        raise WrongState(
            _("The request no longer waits for an answer: propose to strike it off.")
        )
    if review.status == Status.ASSIGNED and outcome in GRANTS:
        raise WrongState(_("Assess the request before you propose to grant it."))


def _refuse_foreign_demand(review: SecrecyReview, outcome: str) -> None:
    """Nothing goes to a foreign authority without a ground (OSL 8:3, GDPR 48)."""
    is_demand = review.matter == SecrecyReview.Matter.FOREIGN_DEMAND
    if outcome in GRANTS and is_demand and not review.treaty_ground.strip():
        text = _(
            "A demand by a foreign authority is granted only where OSL 8:3 allows it (a"
            " special provision in an act or ordinance, or that a Swedish authority"
            " could be given the information and it is clearly consistent with Swedish"
            " interests) and, for personal data to a third country, GDPR article 48:"
            " refuse it otherwise. What is not secret and holds no personal data is"
            " handed out to anyone as official documents: have the request registered"
            " as one for those."
        )
        raise ValidationError({"outcome": text})


def _intended(
    basis: Basis,
    outcome: str,
    minutes: int | None,
    scope: str,
    conditions: list[ConditionTerm],
    reservations: list[ReservationTerm],
) -> IntendedDecision:
    """A grant with the ground that carries it; nothing of a grant in a refusal."""
    counts = (len(conditions), len(reservations))
    if outcome not in GRANTS:
        return IntendedDecision(outcome, "", None, "", *counts)
    reserved = outcome == Outcome.GRANTED_WITH_RESERVATION
    facts = given(basis.facts, outcome)
    ground = lawful_ground(facts, reserved=reserved)
    if not basis.facts.is_of_access:
        # Nobody decides for how long; an approval in the provider's service ends.
        minutes = basis.facts.longest_asked or SHORTEST_USUAL
    if outcome == Outcome.PARTIALLY_GRANTED and not scope.strip():
        scope = listed(part.name for part in given_parts(basis.facts, outcome))
    return IntendedDecision(outcome, ground, minutes, scope, *counts)


def _rely(proposal: Proposal, basis: Basis) -> None:
    for row in basis.reliance.rows:
        StandingReliance.objects.create(
            review=proposal.review, proposal=proposal, standing_assessment=row
        )


def refuse_what_the_law_forbids(review: SecrecyReview, proposal: Proposal) -> None:
    """Raise ValidationError where the proposal may not be decided as things are now."""
    _refuse_foreign_demand(review, proposal.outcome)
    _refuse(basis_of(review), as_proposed(proposal))


def as_proposed(proposal: Proposal) -> IntendedDecision:
    return IntendedDecision(
        outcome=proposal.outcome,
        ground=proposal.ground,
        minutes=proposal.granted_minutes,
        scope=proposal.granted_scope,
        conditions=proposal.conditions.count(),
        reservations=proposal.reservations.count(),
    )


def _refuse(basis: Basis, decision: IntendedDecision) -> None:
    """Say everything that stands in the way, each at the field it hangs on."""
    texts: dict[str, list[str]] = {}
    for obstacle in obstacles(basis.facts, decision):
        texts.setdefault(obstacle.field or NON_FIELD_ERRORS, []).append(obstacle.text)
    if texts:
        raise ValidationError(texts)


@step(starts_from=(Status.PROPOSED,), may="works")
def withdraw_proposal(review: SecrecyReview, *, by: Any, reason: str) -> None:
    """Take one's own proposal back to change it."""
    for proposal in review.proposals.filter(status=Proposal.Status.OPEN):
        save(proposal, status=Proposal.Status.OVERTAKEN)
    save(review, status=Status.IN_ASSESSMENT)
    note("review.proposal_withdrawn", on=review, by=by, reason=reason)


# Returning a proposal to the case officer, with comments at what they concern.


def comment_field(key: str) -> str:
    """The field of the form in which a passage is commented on."""
    return f"at_{key}"


@step(starts_from=(SecrecyReview.Status.PROPOSED,), may="decides")
def return_proposal(
    review: SecrecyReview,
    *,
    by: Any,
    comment: str = "",
    comments: Mapping[str, str] | None = None,
    no_conflict: bool = False,
) -> None:
    """Send the proposal back to the case officer, with a comment on the whole, or
    `comments` by the keys of the passages that they are about; or both."""
    proposal = review.proposals.get(status=Proposal.Status.OPEN)
    people.take_part(review, by=by, stage=people.Stage.DECISION, declared=no_conflict)
    named = _passages_named(review, comments or {})
    if not named and not comment.strip():
        text = _("Write what is to be changed, here or beside what it concerns.")
        raise ValidationError({"comment": text})
    save(
        proposal,
        status=Proposal.Status.RETURNED,
        returned_comment=keep_if(comment),
    )
    _write_comments(proposal, named, by=by)
    save(review, status=gate.back_to_work(review))
    note("review.returned", on=review, by=by)


def _passages_named(
    review: SecrecyReview, comments: Mapping[str, str]
) -> dict[Passage, str]:
    """The comments by what they concern, from their passages' keys. Raises
    ValidationError, at the field, for what reads otherwise by now."""
    proposal, assessment = newest_proposal(review), assessment_with_texts(review)
    rows = {row.key: row for row in passages(review, proposal, assessment)}
    written = {key: text for key, text in comments.items() if text.strip()}
    text = _(
        "This is not in the proposal any more: write at what stands there now, or in"
        " the comment to the case officer."
    )
    gone = {comment_field(key): text for key in written if key not in rows}
    if gone:
        raise ValidationError(gone)
    return {rows[key]: text for key, text in written.items()}


def _write_comments(
    proposal: Proposal, comments: Mapping[Passage, str], *, by: Any
) -> None:
    """Inside returning, once the proposal is returned."""
    for passage, text in comments.items():
        ReturnComment.objects.create(
            review=proposal.review,
            proposal=proposal,
            about=passage.about,
            quote=keep(passage.text),
            text=keep(text),
            written_by=by,
            written_at=acting.now(),
        )
