"""Who has looked at which revision of a request."""

from typing import Any

from audit_app import clock
from requests_app.models import AccessRequest, SecrecyReview, SeenRevision
from requests_app.workflow.step import step

Act = SeenRevision.Act


@step(may="is_to_see_change")
def see_change(review: SecrecyReview, *, by: Any) -> None:
    """Say that one has looked at what has changed."""
    mark(review, by=by, act=Act.LOOKED)


def mark(review: SecrecyReview, *, by: Any, act: str) -> None:
    """Inside a step: the person has the newest revision before them."""
    revision = AccessRequest.objects.values_list("revision", flat=True).get(
        pk=review.access_request_id
    )
    terms = {"review": review, "person": by, "revision": revision, "act": act}
    if not SeenRevision.objects.filter(**terms).exists():
        SeenRevision.objects.create(**terms, seen_at=clock.now())
