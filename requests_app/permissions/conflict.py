"""Whose rights hold nowhere: conflicts of interest, and requests that are stopped."""

from typing import Any

from django.db.models import Exists, Func, OuterRef, Q

from requests_app.models import (
    ConflictDeclaration,
    SecrecyReview,
)
from requests_app.permissions.is_among import is_among

STOPPED = Q(security_protection__in=["suspected", "yes"])


def conflict_on(user: Any, access_request: str) -> Func:
    """A conflict of interest is in the matter: it holds for every review of the
    request, and of one merged into it. `access_request` is the path to the request."""
    declared = ConflictDeclaration.objects.conflicts().filter(person=user.pk)
    merged = declared.filter(review__access_request__merged_into__isnull=False)
    return is_among(
        access_request,
        declared.order_by().values("review__access_request"),
        merged.order_by().values("review__access_request__merged_into"),
    )


def in_conflict(user: Any) -> Func:
    return conflict_on(user, "access_request")


def request_stopped() -> Exists:
    """Security protection stops a request, whichever authority found the reason."""
    return Exists(
        SecrecyReview.objects.filter(STOPPED, access_request=OuterRef("access_request"))
    )
