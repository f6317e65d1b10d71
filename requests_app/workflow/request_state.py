"""Where a request stands as a whole, given its reviews: parts of steps, no steps.

Called inside a step's transaction, with the request's row locked.
"""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from audit_app import clock
from audit_app.prewritten import Prewritten, Texts
from requests_app.law.lapse import cause_due
from requests_app.models import (
    AccessRequest,
    Connection,
    Consultation,
    Decision,
    Delivery,
    Lapse,
    Proposal,
    RequestedObject,
    SecrecyReview,
)
from requests_app.models.access_request import number_key
from requests_app.models.key_in_array import is_one_of
from requests_app.workflow import outbox
from requests_app.workflow.step import note, save

ReviewStatus = SecrecyReview.Status
RequestStatus = AccessRequest.Status


def existing(connection: Connection, number: str) -> AccessRequest | None:
    """Locked, and nothing else is: no other request of the connection waits."""
    for existing in _numbered(connection.pk, number_key(number)):
        existing.connection = connection
        return existing
    return None


@Prewritten
def _numbered(connection: int, key: str) -> QuerySet[AccessRequest]:
    rows = AccessRequest.objects.select_for_update()
    return rows.keyed(connection, key).order_by("pk")[:1]


def live_reviews(access_request: AccessRequest) -> list[SecrecyReview]:
    """The reviews that have a say in the answer."""
    return list(access_request.reviews.live().order_by("pk"))


def review_for(
    access_request: AccessRequest, authority_id: int, branch_id: int | None = None
) -> SecrecyReview:
    """The authority's one live review of the request, made if there is none."""
    live = access_request.reviews.live()
    review = live.filter(authority=authority_id, branch=branch_id).first()
    if review is not None:
        return review
    names = access_request.requested_objects.values_list("external_id", flat=True)
    like = stopped_like(
        access_request.pk,
        access_request.connection_id,
        access_request.support_case or None,
        Texts(names),
    )
    return SecrecyReview.objects.create(
        access_request=access_request,
        authority_id=authority_id,
        branch_id=branch_id,
        is_like_stopped=like.exists(),
    )


def stopped_like(
    access_request: int,
    connection: int,
    support_case: str | None,
    names: Texts,
) -> QuerySet[SecrecyReview]:
    """Reviews that were stopped for protective security, of other requests on the
    connection with the same support case or one of these objects. A new number clears
    nothing."""
    same = Q(is_one_of("access_request__requested_objects__external_id", names))
    if support_case is not None:
        same |= Q(access_request__support_case=support_case)
    stopped = SecrecyReview.objects.filter(
        same,
        security_protection__in=["suspected", "yes"],
        access_request__connection=connection,
    )
    return stopped.exclude(access_request=access_request)


def current_decision(review: SecrecyReview) -> Decision | None:
    return review.decisions.current().first()


def set_status(access_request: AccessRequest, status: str) -> None:
    """Write the request's status, and order it told to a provider that listens."""
    changed = access_request.status != status
    save(access_request, status=status)
    if changed:
        outbox.tell_provider(access_request, outbox.Event.STATUS)


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
        if not outbox.may_have_taken_effect(access_request):
            outbox.call_back(delivery)
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
    rows = review.requested_objects.still_named()
    return list(rows.order_by("pk").values_list("pk", flat=True))


def object_ids_of_each() -> ArraySubquery:
    """The same, in a query of proposals or decisions."""
    rows = RequestedObject.objects.still_named().filter(review=OuterRef("review"))
    return ArraySubquery(rows.order_by("pk").values("pk"))


def overtake_proposals(review: SecrecyReview) -> None:
    for proposal in review.proposals.filter(status=Proposal.Status.OPEN):
        save(proposal, status=Proposal.Status.OVERTAKEN)


def provider_moved_on(
    access_request: AccessRequest, concluded: str, *, by: Any
) -> None:
    """By the provider's own word nothing waits for us any more."""
    if not concluded or access_request.status not in AccessRequest.AWAITING:
        return
    if outbox.may_have_taken_effect(access_request):
        return  # perhaps our own doing: the outbox finds out before anything ends
    if concluded == "lapsed":
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


def awaits_documents(review: SecrecyReview) -> bool:
    """Must it be decided although the provider no longer waits for an answer?"""
    ended = review.access_request.status in (
        RequestStatus.LAPSED,
        RequestStatus.ELSEWHERE,
    )
    return ended and review.asks_for_documents


def end_reviews(access_request: AccessRequest) -> None:
    """What was still open ends without a decision; answers not given are too late.

    No clock of a provider's extinguishes a request for official documents
    (TF 2:17, 2:19): it stays open for a decision.
    """
    for review in live_reviews(access_request):
        if review.asks_for_documents:
            continue
        if review.status in SecrecyReview.OPEN:
            overtake_proposals(review)
            save(review, status=ReviewStatus.LAPSED)
            _ask_for_cause(review)
    for delivery in access_request.deliveries.waiting():
        outbox.call_back(delivery)
        save(delivery, status=Delivery.Status.LAPSED)


def _ask_for_cause(review: SecrecyReview) -> None:
    """Once for a review, though it may lapse again."""
    if not Lapse.objects.filter(review=review).exists():
        now = clock.now()
        Lapse.objects.create(review=review, lapsed_at=now, due_at=cause_due(now))


def withdraw_open(consultations: QuerySet[Consultation]) -> None:
    """Opinions that are no longer of use are asked for no more."""
    for row in consultations.filter(status=Consultation.Status.OPEN):
        save(row, status=Consultation.Status.WITHDRAWN)
