"""Cases by what somebody was told on the telephone, to be stopped unread."""

import re
from typing import Any

from django.db.models import Q, QuerySet

from requests_app.models import SecrecyReview
from requests_app.permissions.roles import BY_ROLE, authorities_of

# Of our own pages: a review's, and a request's.
REVIEW = re.compile(r"/secrecyreview/(\d{1,9})/")
REQUEST = re.compile(r"/accessrequest/(\d{1,9})/")


def reviews_named(text: str, user: Any) -> QuerySet[SecrecyReview]:
    """Those that have this case number, whose request has it as its number or support
    case, or whose page it is the address of: at authorities where the person stops by
    role, whether they see the case or not."""
    text = text.strip()
    if not text:
        return SecrecyReview.objects.none()
    where = authorities_of(user, *BY_ROLE["stops"])
    rows = SecrecyReview.objects.live().filter(_named(text), authority__in=where)
    return rows.select_related("authority", "access_request").order_by("pk")


def _named(text: str) -> Q:
    if page := REVIEW.search(text):
        return Q(pk=page[1])
    if page := REQUEST.search(text):
        return Q(access_request=page[1])
    return (
        Q(diary_number__iexact=text)
        | Q(access_request__external_id__iexact=text)
        | Q(access_request__support_case__iexact=text)
    )
