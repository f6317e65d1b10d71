"""Where a request stands as a whole, given its reviews: parts of steps, no steps.

Called inside a step's transaction, with the request's row locked.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import F
from guardian.shortcuts import assign_perm

from audit_app import clock
from requests_app import permissions
from requests_app.lengths import Lengths, lengths
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Decision,
    Delivery,
    InformationSet,
    Outcome,
    Proposal,
    ProviderProduct,
    SecrecyReview,
    Service,
)
from requests_app.workflow import outgoing
from requests_app.workflow.content import keep
from requests_app.workflow.step import note, save

ReviewStatus = SecrecyReview.Status
RequestStatus = AccessRequest.Status


def live_reviews(access_request: AccessRequest) -> list[SecrecyReview]:
    """The reviews that have a say in the answer."""
    return list(
        access_request.reviews.exclude(status__in=SecrecyReview.MOVED).order_by("pk")
    )


def review_for(
    access_request: AccessRequest, authority_id: int, branch_id: int | None = None
) -> SecrecyReview:
    """The authority's one live review of the request, made if there is none."""
    found = (
        access_request.reviews.filter(authority=authority_id, branch=branch_id)
        .exclude(status__in=SecrecyReview.MOVED)
        .first()
    )
    return found or SecrecyReview.objects.create(
        access_request=access_request, authority_id=authority_id, branch_id=branch_id
    )


def name_people(*reviews: SecrecyReview) -> None:
    """A review of an information set on a named list is open to its people only.

    Called when reviews have got objects. They never open again by themselves. One
    query where no list is concerned, and nobody sees it where nobody is named.
    """
    held = "object_links__cloud_object__requested"
    sets = InformationSet.objects.filter(
        **{f"{held}__review__in": reviews, f"{held}__removed_in_revision": None},
        is_named_list=True,
    ).annotate(review_pk=F(f"{held}__review"))
    rows = list(sets.prefetch_related("named_people__person"))
    for review in reviews:
        over = [row for row in rows if row.review_pk == review.pk]
        if over:
            people = {row.person for held in over for row in held.named_people.all()}
            put_on_list(review, people)


def people_on_list(review: SecrecyReview) -> list[Any]:
    """Everybody with a named right on the review."""
    named = review.named_grants.select_related("user")
    return list({grant.user_id: grant.user for grant in named}.values())


def put_on_list(review: SecrecyReview, people: Iterable[Any]) -> None:
    """No role opens the review any more; these people do, and who works on it."""
    for person in people:
        assign_perm(permissions.VIEW, person, review)
    if not review.is_named_list:
        for running in review.assignments.filter(ended_at=None):
            assign_perm(permissions.VIEW, running.person, review)
        save(review, is_named_list=True)


def is_whole(access_request: AccessRequest) -> bool:
    """Has every object named found its review?"""
    return not access_request.requested_objects.filter(
        review=None, removed_in_revision=None
    ).exists()


def current_decision(review: SecrecyReview) -> Decision | None:
    return review.decisions.filter(superseded_by=None).first()


def set_status(access_request: AccessRequest, status: str) -> None:
    """Write the request's status, and order it told to a provider that listens."""
    changed = access_request.status != status
    save(access_request, status=status)
    if changed:
        told = outgoing.TOLD[AccessRequest.Status(status)]
        outgoing.tell_provider(access_request, "request.status_changed", status=told)


def terms_changed(access_request: AccessRequest, *, by: Any) -> None:
    """A new revision: what was proposed must be assessed again, answers wait.

    Every review's version moves on, so that a form opened before is refused.
    """
    for review in live_reviews(access_request):
        if review.status == ReviewStatus.PROPOSED:
            overtake_proposals(review)
            save(review, status=ReviewStatus.IN_ASSESSMENT)
            note("review.sent_back", on=review, by=by, revision=access_request.revision)
        else:
            save(review)
    for delivery in access_request.deliveries.filter(status=Delivery.Status.OPEN):
        if not outgoing.may_have_taken_effect(access_request):
            outgoing.call_back(delivery)
        save(delivery, status=Delivery.Status.BLOCKED)
        note("delivery.blocked", on=delivery, by=by)


def objects_changed(review: SecrecyReview, *, by: Any) -> None:
    """The review got another object, or lost one: what was read is not all any more.

    A proposal is overtaken and a decision not yet answered must be made anew.
    """
    overtake_proposals(review)
    decided = review.status == ReviewStatus.DECIDED
    awaits = review.access_request.status in AccessRequest.AWAITING
    if review.status == ReviewStatus.PROPOSED or (decided and awaits):
        save(review, status=back_to_work(review))
        note("review.sent_back", on=review, by=by)
    else:
        save(review)


def back_to_work(review: SecrecyReview) -> str:
    """The status of a review whose proposal or decision no longer stands."""
    if review.case_officer_id is not None:
        return ReviewStatus.IN_ASSESSMENT
    return ReviewStatus.REGISTERED if review.diary_number else ReviewStatus.NEW


def object_ids(review: SecrecyReview) -> list[int]:
    """The objects that the review has now: what a proposal covers."""
    rows = review.requested_objects.filter(removed_in_revision=None)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def overtake_proposals(review: SecrecyReview) -> None:
    for proposal in review.proposals.filter(status=Proposal.Status.OPEN):
        save(proposal, status=Proposal.Status.OVERTAKEN)


def provider_moved_on(access_request: AccessRequest, settled: str, *, by: Any) -> None:
    """By the provider's own word nothing waits for us any more."""
    if not settled or access_request.status not in AccessRequest.AWAITING:
        return
    if outgoing.may_have_taken_effect(access_request):
        return  # perhaps our own doing: the outbox finds out before anything ends
    if settled == "lapsed":
        let_lapse(access_request, by=by)
    else:
        answered_elsewhere(access_request, by=by)


def answered_elsewhere(access_request: AccessRequest, *, by: Any) -> None:
    """Somebody answered at the provider past us: people must look into it."""
    end_reviews(access_request)
    set_status(access_request, RequestStatus.ELSEWHERE)
    note("request.answered_elsewhere", on=access_request, by=by)


def let_lapse(access_request: AccessRequest, *, by: Any) -> None:
    """No answer in time: no access. Not a decision but a defect that is counted."""
    end_reviews(access_request)
    set_status(access_request, RequestStatus.LAPSED)
    note("request.lapsed", on=access_request, by=by)


def end_reviews(access_request: AccessRequest) -> None:
    """What was still open ends without a decision; answers not given are too late."""
    for review in live_reviews(access_request):
        if review.status in SecrecyReview.OPEN:
            overtake_proposals(review)
            save(review, status=ReviewStatus.LAPSED)
    for delivery in access_request.deliveries.filter(status__in=Delivery.WAITING):
        outgoing.call_back(delivery)
        save(delivery, status=Delivery.Status.LAPSED)


def standing_decisions(access_request: AccessRequest) -> list[Decision]:
    """The decisions that stand: of live reviews that are not open again."""
    return [
        decision
        for review in live_reviews(access_request)
        if review.status in (ReviewStatus.DECIDED, ReviewStatus.CLOSED)
        and (decision := current_decision(review)) is not None
    ]


def answer_due(access_request: AccessRequest) -> str | None:
    """Approve when all have granted, Deny at the first refusal, else nothing yet.

    A part is an Approve only where the product can answer in part.
    """
    reviews = live_reviews(access_request)
    made = standing_decisions(access_request)
    against = {Outcome.REFUSED, Outcome.DISMISSED}
    if not access_request.connection.product.can_answer_partly:
        against.add(Outcome.PARTIALLY_GRANTED)
    if any(decision.outcome in against for decision in made):
        return Delivery.Answer.DENY
    if not reviews or len(made) < len(reviews):
        return None
    if all(decision.grants for decision in made):
        return Delivery.Answer.APPROVE if _nothing_in_the_way(reviews, made) else None
    # Some have granted and some struck off: nobody has refused, but not all agree.
    return Delivery.Answer.DENY if any(d.grants for d in made) else None


def _nothing_in_the_way(reviews: list[SecrecyReview], made: list[Decision]) -> bool:
    access_request = reviews[0].access_request
    return (
        is_whole(access_request)
        and not permissions.freezes_over(access_request).exists()
        and all(decision.revision == access_request.revision for decision in made)
        and all(decision.object_ids == object_ids(decision.review) for decision in made)
        and all(review.security_protection == "no" for review in reviews)
        and not any(awaits_service(decision) for decision in made)
    )


def awaits_service(decision: Decision) -> bool:
    """A reservation binds whom it was served on: nothing is handed out before that."""
    if decision.outcome != Outcome.GRANTED_WITH_RESERVATION:
        return False
    return not Service.objects.filter(decision=decision).exists()


def order_answer(access_request: AccessRequest, *, by: Any) -> Delivery | None:
    """Make the answer that the decisions now say a task, in place of an older one.

    Called whenever the decisions that stand may have changed.
    """
    if access_request.status == RequestStatus.ACCESS_OPEN:
        return _take_back_if_uncovered(access_request, by=by)
    if access_request.status not in AccessRequest.AWAITING:
        return None
    answer = answer_due(access_request)
    waiting = access_request.deliveries.filter(status__in=Delivery.WAITING).first()
    if waiting and _says_the_same(waiting, answer, access_request):
        return waiting
    cancel_waiting(access_request)
    if answer is None:
        set_status(access_request, _without_answer(access_request))
        return None
    delivery = _order(access_request, answer, by=by)
    set_status(access_request, RequestStatus.TO_ANSWER)
    return delivery


def order_if_due(access_request: AccessRequest, *, by: Any) -> None:
    """What a freeze holds back is called back, and ordered again when it is over."""
    waiting = access_request.deliveries.filter(status__in=Delivery.WAITING).first()
    approve = Delivery.Answer.APPROVE
    due = answer_due(access_request)
    if (waiting is None and due == approve) or (
        waiting is not None and waiting.answer == approve and due is None
    ):
        order_answer(access_request, by=by)


def order_answer_of(request_id: int, *, by: Any) -> None:
    """The same for one request among many, under its own lock."""
    rows = AccessRequest.objects.select_for_update(of=("self",))
    order_answer(rows.select_related("connection__product").get(pk=request_id), by=by)


def _says_the_same(
    waiting: Delivery, answer: str | None, access_request: AccessRequest
) -> bool:
    """A Deny stands when another refusal joins it; an Approve is always made anew."""
    return (
        waiting.answer == answer == Delivery.Answer.DENY
        and waiting.status == Delivery.Status.OPEN
        and waiting.revision == access_request.revision
    )


def cancel_waiting(access_request: AccessRequest) -> None:
    """Answers not yet given are withdrawn. A revocation is a decision of its own: it
    stays until it is done."""
    waiting = access_request.deliveries.filter(status__in=Delivery.WAITING)
    for old in waiting.exclude(answer=Delivery.Answer.REVOKE):
        outgoing.call_back(old)
        save(old, status=Delivery.Status.CANCELLED)


def _order(access_request: AccessRequest, answer: str, *, by: Any) -> Delivery:
    made = standing_decisions(access_request)
    minutes = _shortest(made) if answer == Delivery.Answer.APPROVE else None
    delivery = Delivery.objects.create(
        access_request=access_request,
        answer=answer,
        revision=access_request.revision,
        text=keep(_text_for_recipient(made, lengths(access_request, minutes))),
        minutes=minutes,
        created_at=clock.now(),
    )
    outgoing.send_answer(delivery)
    note("delivery.ordered", on=delivery, by=by, answer=answer)
    return delivery


def _take_back_if_uncovered(
    access_request: AccessRequest, *, by: Any
) -> Delivery | None:
    """Access runs: does what stands now still cover it? Else it is taken back."""
    grant = access_request.grants.exclude(status="ended").first()
    if grant is None or _covers(access_request, grant):
        return None
    return order_revocation(access_request, by=by)


def _covers(access_request: AccessRequest, grant: AccessGrant) -> bool:
    reviews = live_reviews(access_request)
    if any(review.status == ReviewStatus.STOPPED for review in reviews):
        return False
    current = [current_decision(review) for review in reviews]
    partly = access_request.connection.product.can_answer_partly
    for decision in current:
        if decision is None or not decision.grants:
            return False
        if decision.outcome == Outcome.PARTIALLY_GRANTED and not partly:
            return False
        allowed = timedelta(minutes=decision.granted_minutes or 0)
        if grant.ends_at > grant.opens_at + allowed:
            return False
    return True


def order_revocation(access_request: AccessRequest, *, by: Any) -> Delivery | None:
    """A task to take access back. Where the product can't, people are alarmed."""
    product = access_request.connection.product
    if product.revocation == ProviderProduct.Revocation.NO:
        note("access.can_not_be_revoked", on=access_request, by=by)
        return None
    if access_request.deliveries.filter(status__in=Delivery.WAITING).exists():
        return None
    return _order(access_request, Delivery.Answer.REVOKE, by=by)


def _without_answer(access_request: AccessRequest) -> str:
    """Struck off by everybody: nothing is answered. Else the review goes on."""
    made = standing_decisions(access_request)
    reviews = live_reviews(access_request)
    whole = bool(reviews) and len(made) == len(reviews)
    if whole and all(decision.outcome == Outcome.STRUCK_OFF for decision in made):
        return RequestStatus.WITHDRAWN
    return RequestStatus.IN_REVIEW


def _text_for_recipient(decisions: list[Decision], length: Lengths) -> str:
    """What the provider may read: reasons and terms, each decision's own, and where
    the length granted differs from what was asked."""
    parts = []
    for decision in decisions:
        parts.append(decision.motivation_for_recipient.text)
        parts += terms_in_words(decision.proposal)
    if length.for_recipient:
        parts.append(length.for_recipient)
    return "\n\n".join(parts)


def terms_in_words(proposal: Proposal) -> list[str]:
    """Conditions and reservations, each as the recipient reads it."""
    conditions = proposal.conditions.select_related("text")
    reservations = proposal.reservations.select_related("prohibition")
    return [
        *(row.text.text for row in conditions),
        *(f"{row.bound}: {row.prohibition.text}" for row in reservations),
    ]


def _shortest(decisions: list[Decision]) -> int | None:
    minutes = [d.granted_minutes for d in decisions if d.granted_minutes is not None]
    return min(minutes, default=None)
