"""Reviews on named lists: those whose list another in charge is to confirm, and those
that a decision-maker is to open with a basis. Lines of the work queue."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import ListedReview, Role, SecrecyReview
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.involvement_of import involvement_in, with_involvement
from requests_app.permissions.roles import has_role
from requests_app.permissions.visibility import overseen_by, visible_to
from requests_app.selectors.addresses import url
from requests_app.selectors.clocks import clock_in
from requests_app.selectors.queue.item import WorkItem, and_more
from requests_app.selectors.queue.kind import Kind

WAITS = Q(listed_by__isnull=False, list_confirmed_by=None)
PROPOSED = SecrecyReview.Status.PROPOSED


def listed_for(user: Any) -> Iterator[Kind]:
    """The reviews on named lists: those that the person is named on, and those that
    they oversee."""
    waiting = visible_to(user).filter(WAITS, is_named_list=True)
    yield Kind(waiting.exclude(listed_by=user.pk), partial(_to_confirm, user))
    if has_role(user, Role.DECISION_MAKER):
        yield Kind(overseen_by(user), partial(_to_open, user))


def _to_confirm(
    user: Any, waiting: QuerySet[SecrecyReview], most: int
) -> Iterator[WorkItem]:
    keys = _first(waiting, most)
    for review in _with_involvement(user, keys[:most]):
        if involvement_in(user, review).settles_list:
            yield _item(review, "secrecyreview", "confirm-list")
    if len(keys) > most:
        yield and_more(SecrecyReview, most)


def _first(reviews: QuerySet[SecrecyReview], most: int) -> list[int]:
    """The keys of the reviews that run out first, and one more where there are any."""
    rows = reviews.order_by(deadline_path("access_request"), "pk")
    return list(rows.values_list("pk", flat=True)[: most + 1])


def _with_involvement(user: Any, keys: list[int]) -> Iterable[Any]:
    """What the person is to each of them."""
    reviews = SecrecyReview.objects.filter(pk__in=keys)
    rows = with_involvement(user, reviews, clock.now())
    return rows.select_related("authority", "access_request").order_by(
        deadline_path("access_request"), "pk"
    )


def _to_open(
    user: Any, overseen: QuerySet[SecrecyReview], most: int
) -> Iterator[WorkItem]:
    keys = _first(overseen, most)
    for review in _with_involvement(user, keys[:most]):
        rights = involvement_in(user, review)
        if rights.settles_list:
            yield _item(review, "listedreview", "confirm-list")
        elif rights.has_proposal and rights.has_rule:
            yield _item(review, "listedreview", "open")
    if len(keys) > most:
        yield and_more(ListedReview, most)


def _item(review: Any, page: str, step: str) -> WorkItem:
    request = review.access_request
    is_open = step == "open"
    return WorkItem(
        clock=clock_in(request, None),
        name=str(review),
        url=url(f"{page}_change", review.pk),
        place=str(review.authority),
        wants="",
        details=_("on a named list"),
        level=None,
        warning="",
        step=_("Take access with a basis") if is_open else _("Confirm the named list"),
        step_url=url(f"{page}_step", review.pk, step),
        since=request.received_at,
    )
