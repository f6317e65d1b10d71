"""A subsequent review as its page shows it, and the clocks of what comes after."""

from typing import Any, NamedTuple

from requests_app.models import (
    AccessGrant,
    Lapse,
    NoticeKind,
    SecrecyReview,
    SubsequentReview,
)
from requests_app.permissions.steps import can_revoke
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.clocks import Clock, clock_between


class SubsequentPage(NamedTuple):
    clock: Clock | None
    # The case, for whoever may see it.
    review: SecrecyReview | None
    # Access that runs and that the person may take back.
    grant: AccessGrant | None


def subsequent_page(user: Any, row: SubsequentReview) -> SubsequentPage:
    return SubsequentPage(
        clock_of_subsequent(row),
        visible_to(user).filter(pk=row.review_id).first(),
        running_grant(user, row.review),
    )


def running_grant(user: Any, review: SecrecyReview) -> AccessGrant | None:
    """Access of the review's request that runs, where the person may revoke it."""
    request = review.access_request
    if request.revoked_at is not None:
        return None
    grant = request.grants.running().first()
    return grant if grant is not None and can_revoke(user, grant) else None


def clock_of_subsequent(row: SubsequentReview) -> Clock | None:
    if row.conclusion:
        return None
    return clock_between(NoticeKind.SUBSEQUENT, row.decision.decided_at, row.due_at)


def clock_of_lapse(lapse: Lapse) -> Clock | None:
    """Of the cause that is to be given, or of the closing that is to be looked at."""
    if not lapse.cause:
        return clock_between(NoticeKind.LAPSE, lapse.lapsed_at, lapse.due_at)
    since = lapse.review.closed_at
    if lapse.closed_by_id is None or lapse.confirmed_by_id is not None or since is None:
        return None
    return clock_between(NoticeKind.SUBSEQUENT, since, lapse.due_at)
