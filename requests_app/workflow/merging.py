"""Two requests that are one: the double is folded into the other."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.models import (
    AccessRequest,
    ConflictDeclaration,
    SecrecyReview,
)
from requests_app.permissions.steps import can_merge
from requests_app.workflow import (
    answer,
    conflict,
    named_list,
    ordering,
    request_state,
    requested_object,
)
from requests_app.workflow.assignment import end_all
from requests_app.workflow.step import note, require, save, step

RequestStatus = AccessRequest.Status


@step(starts_from=AccessRequest.AWAITING, may=can_merge, begins=False)
def merge(
    access_request: AccessRequest, *, by: Any, into: AccessRequest, reason: str
) -> None:
    """Fold a request that was entered twice into the right one; nothing is lost."""
    first, second = sorted([access_request.pk, into.pk])
    # Both rows, lowest first, whichever way round two people merge.
    list(
        AccessRequest.objects.select_for_update(of=("self",))
        .filter(pk__in=[first, second])
        .order_by("pk")
    )
    merge.begin(access_request, by)
    into.refresh_from_db()
    _refuse_merge(access_request, into)
    require(can_merge(by, into))
    doubles = request_state.live_reviews(access_request)
    named = {review.pk: named_list.people_on_list(review) for review in doubles}
    for review in doubles:
        request_state.overtake_proposals(review)
        save(review, status=SecrecyReview.Status.MERGED)
        end_all(review, reason=reason)
    _take_over_objects(access_request, into, by=by)
    remaining = requested_object.concerns(into)
    for review in doubles:
        right = remaining.get((review.authority_id, review.branch_id))
        if review.is_named_list and right is not None:
            named_list.put_on_list(right, named[review.pk])
    # A conflict of interest declared in a double's double holds as well.
    for older in access_request.merged.all():
        save(older, merged_into=into)
    ordering.cancel_waiting(access_request)
    access_request.merged_into = into
    request_state.set_status(access_request, RequestStatus.MERGED)
    # Whoever has a conflict of interest in the one works no more on the other.
    declared = ConflictDeclaration.objects.conflicts_in(into.pk).select_related(
        "person"
    )
    for person in {row.person_id: row.person for row in declared}.values():
        conflict.shut_out(person, into)
    note("request.merged", on=access_request, by=by, into=into.external_id)


def _take_over_objects(
    access_request: AccessRequest, into: AccessRequest, *, by: Any
) -> None:
    """Objects that only the double named are not lost: the other request gets them."""
    named = _names(into)
    extra = [name for name in _names(access_request) if name not in named]
    requested_object.name_objects(into, (*named, *extra), by=by)
    if extra:
        answer.order_answer(into, by=by)


def _names(access_request: AccessRequest) -> list[str]:
    rows = access_request.requested_objects.still_named().order_by("pk")
    return list(rows.values_list("external_id", flat=True))


def _refuse_merge(access_request: AccessRequest, into: AccessRequest) -> None:
    if access_request.pk == into.pk or into.status not in AccessRequest.AWAITING:
        raise ValidationError(
            {"into": _("Choose another request, one that still waits for an answer.")}
        )
    if into.connection_id != access_request.connection_id:
        raise ValidationError(
            {
                "into": _(
                    "It came by another connection: choose a request of the same"
                    " connection."
                )
            }
        )
    if any(
        request_state.current_decision(r)
        for r in request_state.live_reviews(access_request)
    ):
        raise ValidationError(
            _("A decision has been made on this request; merge the other one.")
        )
