"""Accesses of which less would have done, with the cases behind them: to ask the
provider for less next time."""

from collections import defaultdict
from typing import Any, NamedTuple

from requests_app.models import AccessGrant, SecrecyReview
from requests_app.models.event_outcome import Use
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.over_all.accesses import Touch, accesses, with_touch
from requests_app.selectors.over_all.period import Period

# So many are named, the newest at the top; the tables count them all.
NAMED = 50


class Spared(NamedTuple):
    grant: AccessGrant
    cases: list[SecrecyReview]


class Less(NamedTuple):
    never_used: list[Spared]
    only_around: list[Spared]


def less_next_time(user: Any, period: Period) -> Less:
    """Three queries."""
    rows = accesses(user, period).select_related(
        "access_request__connection__product__provider"
    )
    newest = rows.order_by("-opens_at", "-pk")
    never = list(newest.filter(use=Use.NEVER_USED)[:NAMED])
    around = list(with_touch(newest).filter(touch=Touch.AROUND)[:NAMED])
    cases = _cases(user, {grant.access_request_id for grant in [*never, *around]})
    return Less(
        *(
            [Spared(grant, cases[grant.access_request_id]) for grant in grants]
            for grants in (never, around)
        )
    )


def _cases(user: Any, requests: set[int]) -> dict[int, list[SecrecyReview]]:
    rows = visible_to(user).live().filter(access_request__in=requests)
    cases: dict[int, list[SecrecyReview]] = defaultdict(list)
    for row in rows.select_related("authority").order_by("pk"):
        cases[row.access_request_id].append(row)
    return cases
