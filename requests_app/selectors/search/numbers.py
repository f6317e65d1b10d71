"""Finding a case by any number that people know it by."""

from typing import Any

from django.db.models import Q

from requests_app import permissions

MOST = 500


def requests_numbered(user: Any, text: str) -> set[int]:
    """Requests this person sees, by the provider's number, the support case, or the
    diary number or own number of a review. Two queries."""
    by_request_number = Q(external_id__icontains=text) | Q(
        support_request__icontains=text
    )
    requests = permissions.requests_visible_to(user).filter(by_request_number)
    by_review_number = Q(diary_number__icontains=text)
    if (number := as_number(text)) is not None:
        by_review_number |= Q(pk=number)
    reviews = permissions.visible_to(user).filter(by_review_number)
    return {
        *requests.order_by("-pk").values_list("pk", flat=True)[:MOST],
        *reviews.order_by("-pk").values_list("access_request", flat=True)[:MOST],
    }


def as_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None
