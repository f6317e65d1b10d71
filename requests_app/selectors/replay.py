"""What a replay came to, as far as somebody may read it."""

from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from requests_app.models import AccessGrant, ReplayBatch, ReplayedCase, ReplayRun
from requests_app.permissions.replay import replayed_cases_readable_by

MOST = 200
# What weighs most comes first.
ORDER = [
    When(result=result, then=Value(place))
    for place, result in enumerate(ReplayedCase.Result.values)
]
STILL_RUNS = Q(access_grant__isnull=False) & ~Q(
    access_grant__status=AccessGrant.Status.ENDED
)


class ReplayedCases(NamedTuple):
    """Cases to list, those with access that runs now first, and how many there are."""

    cases: list[Any]
    number: int
    running: int

    @property
    def more(self) -> int:
        return self.number - len(self.cases)


def replayed_cases(run: ReplayRun, user: Any) -> ReplayedCases:
    rows = replayed_cases_readable_by(user, run)
    counts = rows.aggregate(number=Count("pk"), running=Count("pk", filter=STILL_RUNS))
    listed = (
        rows.select_related("review__authority", "proposal__decision", "access_grant")
        .annotate(
            runs=Case(When(STILL_RUNS, then=Value(0)), default=Value(1)),
            place=Case(*ORDER),
        )
        .order_by("runs", "place", "-proposal")[:MOST]
    )
    return ReplayedCases(list(listed), counts["number"], counts["running"])


def with_state(runs: QuerySet[ReplayRun]) -> QuerySet[ReplayRun]:
    batches = ReplayBatch.objects.filter(run=OuterRef("pk"))
    return runs.annotate(
        has_begun=Exists(batches), is_done=Exists(batches.filter(is_last=True))
    )
