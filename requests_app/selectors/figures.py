"""What is counted for whoever watches: numbers and ages, nothing of a case."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q

from audit_app import clock
from audit_app.models import Checkpoint
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
    yield Figure("deviations_open", Deviation.objects.filter(concluded_at=None).count())
    waiting = SubsequentReview.objects.filter(conclusion="")
    late = Count("pk", filter=Q(due_at__lt=now))
    counts = waiting.aggregate(open=Count("pk"), late=late)
    for name, count in counts.items():
        yield Figure(f"subsequent_reviews_{name}", count)
    yield Figure("lapses_without_cause", Lapse.objects.filter(cause="").count())
    aside = Arrival.objects.filter(result=Arrival.Result.NOT_TAKEN_IN, handled=None)
    yield Figure("arrivals_not_taken_in", aside.count())


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
    yield Figure("ledger_checkpoints", Checkpoint.objects.count())


def _of_requests(now: datetime) -> Iterator[Figure]:
    waiting = AccessRequest.objects.filter(status__in=AccessRequest.AWAITING)
    first = waiting.aggregate(first=Min(deadline_path()))["first"]
    if first is not None:
        yield Figure("shortest_time_left_seconds", (first - now).total_seconds())
    for status, count in _counted(AccessRequest.objects.all(), REQUESTS):
        yield Figure("requests", count, status)
    for status, count in _counted(SecrecyReview.objects.all(), REVIEWS):
        yield Figure("reviews", count, status)
    by_hand = Delivery.objects.filter(given_by_hand(), status=Delivery.Status.OPEN)
    yield Figure("answers_by_hand", by_hand.count())


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
