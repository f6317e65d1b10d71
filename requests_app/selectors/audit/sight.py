"""Which case a row belongs to, and how much of it the auditor may see."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Assignment,
    ConflictDeclaration,
    Delivery,
    SecrecyReview,
)
from requests_app.permissions.auditing import reviews_audited
from requests_app.permissions.request_visibility import (
    requests_readable_by,
    requests_visible_to,
)
from requests_app.permissions.visibility import readable_by, visible_to

# What of a case is told to whoever may not read it: people, states and clocks.
OUTER = (
    SecrecyReview,
    Assignment,
    ConflictDeclaration,
    AccessRequest,
    Delivery,
    AccessGrant,
)

Known = Callable[[Any], QuerySet[SecrecyReview]]


class Owner(NamedTuple):
    """The review and the request of a row, as far as it has them."""

    review: int | None
    request: int | None


class Sight(NamedTuple):
    """`number` is empty where not even that may be known. `reads`: the content too."""

    number: str
    review: int | None
    reads: bool
    views: bool

    def shows(self, model: Any) -> bool:
        return self.reads or (self.views and model in OUTER)


NOWHERE = Sight("", None, reads=True, views=True)
UNKNOWN = Sight("", None, reads=False, views=False)


def sights(
    user: Any, owners: Iterable[Owner], known: Known = reviews_audited
) -> dict[Owner, Sight]:
    """Two queries at most. `known`: the reviews that the person may know of."""
    owners = set(owners)
    reviews = _reviews(user, {row.review for row in owners if row.review}, known)
    requests = _requests(
        user, {row.request for row in owners if row.request and not row.review}
    )
    by_owner = {}
    for row in owners:
        if row.review:
            by_owner[row] = reviews.get(row.review, UNKNOWN)
        elif row.request:
            by_owner[row] = requests.get(row.request, UNKNOWN)
        else:
            by_owner[row] = NOWHERE
    return by_owner


def _reviews(user: Any, keys: set[int], known: Known) -> dict[int, Sight]:
    if not keys:
        return {}
    rows = with_sight(user, known(user).filter(pk__in=keys).order_by())
    return {row.pk: review_sight(row) for row in rows.select_related("access_request")}


def _requests(user: Any, keys: set[int]) -> dict[int, Sight]:
    if not keys:
        return {}
    rows = requests_with_sight(user).filter(pk__in=keys).order_by()
    return {row.pk: request_sight(row) for row in rows}


def with_sight(user: Any, reviews: QuerySet[SecrecyReview]) -> QuerySet[Any]:
    """Reviews, with how much of them and of their requests the person may see."""
    return reviews.annotate(
        reads=_among(readable_by(user)),
        views=_among(visible_to(user)),
        reads_request=_among(requests_readable_by(user), "access_request"),
        views_request=_among(requests_visible_to(user), "access_request"),
    )


def requests_with_sight(user: Any) -> QuerySet[Any]:
    rows = requests_visible_to(user)
    return rows.annotate(reads=_among(requests_readable_by(user)))


def review_sight(row: Any) -> Sight:
    number = row.diary_number or row.access_request.external_id
    return Sight(number, row.pk, row.reads, row.views)


def request_sight(row: Any) -> Sight:
    return Sight(row.external_id, None, row.reads, views=True)


def _among(rows: QuerySet, path: str = "pk") -> Exists:
    return Exists(rows.filter(pk=OuterRef(path)))
