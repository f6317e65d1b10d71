"""What waits, and for whom."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import (
    CharField,
    Count,
    F,
    OuterRef,
    QuerySet,
    Value,
    Window,
)
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import AccessRequest, Role, SecrecyReview
from requests_app.models.ladder import LADDER
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.request_visibility import deliveries_visible_to, unrouted
from requests_app.permissions.roles import running_authorities_of
from requests_app.permissions.visibility import keys_in_scope, managed_by
from requests_app.selectors.addresses import url
from requests_app.selectors.ages import age_counts
from requests_app.selectors.by_hand import given_by_hand
from requests_app.selectors.clocks import Clock, clock_in

# What is to be routed waits for hours: so many are a standstill, however many.
COUNTED = 1_000
# The list of cases to be answered, in addresses.
ANSWER = "to-answer"


class Wait(NamedTuple):
    """A step that cases wait for, and the case whose time runs out first. `first` is
    empty where it is not the manager's to see, `all_of_them` where there is no list."""

    step: Any
    whom: Any
    cases: int
    first: Any
    url: str
    clock: Clock | None
    all_of_them: str = ""


def unrouted_waiting(user: Any) -> Iterator[Wait]:
    """Their clock runs though they are nobody's case. Only how many: what they are
    about is for whoever routes them."""
    runs = running_authorities_of(user, Role.IT_MANAGER)
    waiting = list(
        AccessRequest.objects.filter(
            unrouted(OuterRef("pk")),
            connection__authority__in=runs,
            status__in=AccessRequest.AWAITING,
        ).soonest_first()[:COUNTED]
    )
    if waiting:
        clock = clock_in(waiting[0], None)
        label = Role.REGISTRAR.label
        yield Wait(_("Route"), label, len(waiting), "", "", clock)


def to_be_answered(user: Any) -> QuerySet[SecrecyReview]:
    """Cases that the manager may know of, whose answer somebody is to give by hand."""
    waiting = deliveries_visible_to(user).waiting().filter(given_by_hand())
    requests = waiting.order_by().values("access_request")
    return managed_by(user).filter(keys_in_scope(user, "access_request", requests))


def first_of_each_step(user: Any) -> list[Any]:
    """What runs out first of the open cases in each status, and of those to be answered
    by hand: with what it `waits_for`, the `number` of them and their `age_counts`. One
    query."""
    opened = managed_by(user).filter(status__in=SecrecyReview.OPEN)
    answers = to_be_answered(user)
    first_answer = _firsts(answers, Value(ANSWER))
    return list(_firsts(opened, F("status")).union(first_answer, all=True))


def _firsts(cases: QuerySet[SecrecyReview], step: Any) -> QuerySet[SecrecyReview]:
    counts = {"number": Count("pk"), **age_counts()}
    return (
        cases.select_related("authority", "access_request")
        .annotate(waits_for=Cast(step, CharField()))
        .annotate(
            **{
                name: Window(count, partition_by="waits_for")
                for name, count in counts.items()
            }
        )
        .order_by("waits_for", deadline_path("access_request"), "pk")
        .distinct("waits_for")
    )


def cases_waiting(firsts: Iterable[Any]) -> Iterator[Wait]:
    """What cases wait for, in the order of the steps; `firsts` are those that
    `first_of_each_step` gives."""
    by_step = {case.waits_for: case for case in firsts}
    page = reverse("admin:managed_cases", args=["status"])
    for status in SecrecyReview.OPEN:
        if first := by_step.get(status):
            rung = LADDER[status]
            step = rung.steps[0].label
            yield _wait(step, rung.whom, first, f"{page}?status={status}")
    if first := by_step.get(ANSWER):
        page = reverse("admin:managed_cases", args=[ANSWER])
        yield _wait(_("Answer the provider"), Role.EXECUTOR.label, first, page)


def _wait(step: Any, whom: Any, first: Any, all_of_them: str) -> Wait:
    return Wait(
        step,
        whom,
        first.number,
        first,
        url("secrecyreview_change", first.pk),
        clock_in(first.access_request, None),
        all_of_them,
    )
