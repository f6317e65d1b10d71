"""The public register of an authority's cases, as the public may read it: date, number,
sender and subject (OSL 5:2), and where the case stands. Reads only."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import pgettext

from requests_app.models import Authority, Decision, SecrecyReview
from requests_app.models.days import first_instant
from requests_app.permissions.public_register import in_public_register

Status = SecrecyReview.Status
ENDED = (Status.CLOSED, *SecrecyReview.MOVED)
PIECE = 1_000


class Entry(NamedTuple):
    """Without sender, subject and state where they are left out."""

    number: str
    received_at: datetime
    is_left_out: bool
    sender: str = ""
    subject: str = ""
    state: str = ""
    decided_at: datetime | None = None


def public_register(authority: Authority, since: date, until: date) -> QuerySet:
    """What came in on these days, both included, in that order."""
    current = Decision.objects.current().filter(review=OuterRef("pk")).order_by("-pk")
    return (
        in_public_register(authority)
        .filter(
            access_request__received_at__gte=first_instant(since),
            access_request__received_at__lt=first_instant(until + timedelta(days=1)),
        )
        .annotate(decided_at=Subquery(current.values("decided_at")[:1]))
        .select_related("access_request__connection__product__provider")
        .only(
            "diary_number",
            "public_subject",
            "status",
            "is_named_list",
            "access_request__received_at",
            "access_request__connection__product__provider__name",
        )
        .order_by("access_request__received_at", "pk")
    )


def entries(rows: QuerySet) -> Iterator[Entry]:
    for row in rows.iterator(chunk_size=PIECE):
        yield _entry(row)


def _entry(row: Any) -> Entry:
    request = row.access_request
    if row.is_left_out:
        return Entry(row.diary_number, request.received_at, True)
    return Entry(
        row.diary_number,
        request.received_at,
        False,
        request.connection.product.provider.name,
        row.open_subject,
        _state(row),
        row.decided_at,
    )


def _state(row: Any) -> str:
    """No more than everybody may know: not why it ended, nor what was decided."""
    if row.status in ENDED:
        return pgettext("of a case", "closed")
    if row.decided_at:
        return pgettext("of a case", "decided")
    return pgettext("of a case", "open")
