"""What is counted for whoever watches: numbers and ages, nothing of a case."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Min, QuerySet

from audit_app import clock
from audit_app.models import Checkpoint
from audit_app.one_query import numbers_of
from audit_app.sealing.tree import unsealed
from requests_app.models import (
    AccessRequest,
    Arrival,
    Connection,
    CoverageGap,
    Delivery,
    Deviation,
    Heartbeat,
    Lapse,
    OutboxMessage,
    SecrecyReview,
    SubsequentReview,
)
from requests_app.models.lapse import TO_LOOK_AT
from requests_app.models.request_clock import deadline_path
from requests_app.selectors.by_hand import given_by_hand
from requests_app.selectors.readiness import lacking

# What is not over yet: the rest grows for ever, and nobody waits for it.
REQUESTS = (
    *AccessRequest.AWAITING,
    AccessRequest.Status.ANSWERED,
    AccessRequest.Status.ACCESS_OPEN,
)
REVIEWS = (*SecrecyReview.OPEN, SecrecyReview.Status.DECIDED)


class Figure(NamedTuple):
    """`value` is a count, seconds, or 0 and 1; `label` is empty where there is one."""

    name: str
    value: float
    label: str = ""


def figures() -> Iterator[Figure]:
    """A fixed number of queries, however much there is."""
    now = clock.now()
    yield from _of_the_pulse(now)
    yield from _of_requests(now)
    yield from _of_the_outbox(now)
    yield from _of_the_rosters(now)
    rows = _counted_together(now)
    for name, number in zip(rows, numbers_of([*rows.values()]), strict=True):
        yield Figure(name, number)


def _counted_together(now: datetime) -> dict[str, QuerySet[Any]]:
    to_look_at = SubsequentReview.objects.filter(conclusion="")
    return {
        "ledger_checkpoints": Checkpoint.objects.all(),
        "answers_by_hand": Delivery.objects.filter(
            given_by_hand(), status=Delivery.Status.OPEN
        ),
        "deviations_open": Deviation.objects.filter(concluded_at=None),
        "subsequent_reviews_open": to_look_at,
        "subsequent_reviews_late": to_look_at.filter(due_at__lt=now),
        "lapses_without_cause": Lapse.objects.filter(cause=""),
        "closings_to_look_at": Lapse.objects.filter(TO_LOOK_AT),
        "arrivals_not_taken_in": Arrival.objects.filter(
            result=Arrival.Result.NOT_TAKEN_IN, handled=None
        ),
    }


def _of_the_pulse(now: datetime) -> Iterator[Figure]:
    rows = {row.name: row for row in Heartbeat.objects.all()}
    for name in (Heartbeat.SWEEP, Heartbeat.ROUND):
        if row := rows.get(name):
            yield Figure(f"{name}_age_seconds", (now - row.at).total_seconds())
    if row := rows.get(Heartbeat.ROUND):
        yield Figure("round_failures", row.failures)
    feeds = (row for name, row in rows.items() if name.startswith(Heartbeat.ROSTER))
    yield Figure("rosters_unread", sum(1 for row in feeds if row.failures))
    if row := rows.get(Heartbeat.CLOCK):
        yield Figure("clocks_agree", not row.trouble)
    yield from _of_the_ledger(rows, now)
    lacks = dict(
        lacking(now).order_by().values_list("connection").annotate(Count("pk"))
    )
    for pk in Connection.objects.polled().order_by("pk").values_list("pk", flat=True):
        if row := rows.get(f"{Heartbeat.POLL}{pk}"):
            age = (now - row.at).total_seconds()
            yield Figure("connection_failures", row.failures, str(pk))
            yield Figure("connection_silent_seconds", age, str(pk))
        yield Figure("connection_lacks", lacks.get(pk, 0), str(pk))
        is_held = f"{Heartbeat.RESTORED}{pk}" in rows
        yield Figure("connection_held_after_restore", is_held, str(pk))


def _of_the_ledger(rows: dict[str, Heartbeat], now: datetime) -> Iterator[Figure]:
    if row := rows.get(Heartbeat.LEDGER):
        yield Figure("ledger_seal_age_seconds", (now - row.at).total_seconds())
        yield Figure("ledger_in_trouble", bool(row.trouble))
    if (row := rows.get(Heartbeat.OUTSIDE)) and not row.trouble:
        age = (now - row.at).total_seconds()
        yield Figure("ledger_seen_outside_age_seconds", age)
    yield Figure("ledger_unsealed", unsealed())


def _of_requests(now: datetime) -> Iterator[Figure]:
    waiting = AccessRequest.objects.filter(status__in=AccessRequest.AWAITING)
    first = waiting.aggregate(first=Min(deadline_path()))["first"]
    if first is not None:
        yield Figure("shortest_time_left_seconds", (first - now).total_seconds())
    for status, count in _counted(AccessRequest.objects.all(), REQUESTS):
        yield Figure("requests", count, status)
    for status, count in _counted(SecrecyReview.objects.all(), REVIEWS):
        yield Figure("reviews", count, status)


def _counted(rows: Any, statuses: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    rows = rows.filter(status__in=statuses).order_by().values_list("status")
    counts = dict(rows.annotate(Count("pk")))
    return ((status, counts.get(status, 0)) for status in statuses)


def _of_the_rosters(now: datetime) -> Iterator[Figure]:
    rows = CoverageGap.objects.filter(closed_at=None, ends_at__gt=now).order_by()
    firsts = {
        act: (count, first)
        for act, count, first in rows.values_list("act").annotate(
            Count("pk"), Min("begins_at")
        )
    }
    for act in CoverageGap.Act.values:
        yield Figure("roster_gaps", firsts.get(act, (0, now))[0], act)
    if firsts:
        first = min(first for _count, first in firsts.values())
        yield Figure("roster_next_gap_seconds", max(0, (first - now).total_seconds()))


def _of_the_outbox(now: datetime) -> Iterator[Figure]:
    rows = OutboxMessage.objects.filter(
        finished_at=None, sandbox_request=None
    ).order_by()
    waiting = {
        topic: (count, (now - oldest).total_seconds())
        for topic, count, oldest in rows.values_list("topic").annotate(
            Count("pk"), Min("created_at")
        )
    }
    for topic in OutboxMessage.Topic.values:
        count, age = waiting.get(topic, (0, 0.0))
        yield Figure("outbox_waiting", count, topic)
        yield Figure("outbox_oldest_seconds", age, topic)
