"""Where a request or a review went that is here no more, for whoever may see it."""

from typing import Any

from django.db.models import Q

from requests_app.models import AccessRequest, RequestedObject, SecrecyReview
from requests_app.models.key_in_array import key_in_array
from requests_app.permissions.request_visibility import requests_visible_to
from requests_app.permissions.visibility import visible_to

Status = SecrecyReview.Status


def merged_with(user: Any, request: AccessRequest) -> list[AccessRequest]:
    """The doubles that were folded into it."""
    return list(request.merged.filter(_visible(user)).order_by("pk"))


def beside(user: Any, review: SecrecyReview) -> tuple[int, list[AccessRequest]]:
    """How many other authorities review their part, and the doubles of the request.
    What the person may not see does not exist: it is not counted either. One query."""
    request = review.access_request_id
    both = AccessRequest.objects.filter(Q(pk=request) | Q(merged_into=request))
    rows = visible_to(user).filter(key_in_array("access_request", both.values("pk")))
    # Another branch of the authority's own is no other authority.
    others, doubles = set(), {}
    for row in rows.exclude(pk=review.pk).select_related("access_request"):
        if row.access_request_id != request:
            doubles[row.access_request_id] = row.access_request
        elif not row.is_moved and row.authority_id != review.authority_id:
            others.add(row.authority_id)
    return len(others), [doubles[key] for key in sorted(doubles)]


def merged_into(user: Any, request: AccessRequest) -> AccessRequest | None:
    if request.merged_into_id is None:
        return None
    rows = AccessRequest.objects.filter(_visible(user), pk=request.merged_into_id)
    return rows.first()


def review_instead(
    user: Any, review: SecrecyReview, moved_to: str
) -> SecrecyReview | None:
    """The review that took over from one that was merged, or handed over to the
    authority of that name."""
    request = review.access_request
    if review.status == Status.MERGED:
        into, authority = request.merged_into_id, review.authority_id
        of_whom: dict[str, Any] = {"access_request": into, "authority": authority}
    elif review.status == Status.REROUTED:
        of_whom = {"access_request": request.pk, "authority__name": moved_to}
    else:
        return None
    rows = visible_to(user).live().filter(**of_whom)
    return rows.exclude(pk=review.pk).select_related("authority").first()


def hides_objects(
    reviews: list[SecrecyReview], shown: list[RequestedObject], request: AccessRequest
) -> bool:
    """Are there objects, in reviews that the person sees, of which they may not know?
    Those of authorities whose reviews they do not see do not exist for them."""
    if any(review.status in SecrecyReview.MOVED for review in reviews):
        return True
    rows = request.requested_objects.still_named().filter(review__in=reviews)
    return rows.exclude(pk__in=[row.pk for row in shown]).exists()


def _visible(user: Any) -> Any:
    requests = requests_visible_to(user)
    return Q(pk__in=requests.values("pk"))
