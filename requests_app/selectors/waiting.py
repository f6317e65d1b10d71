"""What waits, and for whom."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import AccessRequest, Role, SecrecyReview
from requests_app.models.ladder import LADDER
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.request_visibility import deliveries_visible_to, unrouted
from requests_app.permissions.roles import running_authorities_of
from requests_app.permissions.visibility import keys_in_scope, managed_by
from requests_app.selectors.addresses import url
from requests_app.selectors.by_hand import given_by_hand
from requests_app.selectors.clocks import Clock, clock_in

# Answers wait for hours: so many are a standstill, whatever their number.
COUNTED = 1_000


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


def cases_waiting(cases: list[SecrecyReview]) -> Iterator[Wait]:
    for status in SecrecyReview.OPEN:
        rung = LADDER[status]
        waiting = [case for case in cases if case.status == status]
        if waiting:
            first = waiting[0]
            yield Wait(
                rung.steps[0].label,
                rung.whom,
                len(waiting),
                first,
                url("secrecyreview_change", first.pk),
                clock_in(first.access_request, None),
                f"{reverse('admin:managed_cases', args=['status'])}?status={status}",
            )


def to_be_answered(user: Any) -> QuerySet[SecrecyReview]:
    """Cases that the manager may know of, whose answer somebody is to give by hand."""
    waiting = deliveries_visible_to(user).waiting().filter(given_by_hand())
    requests = waiting.order_by().values("access_request")
    return managed_by(user).filter(keys_in_scope(user, "access_request", requests))


def answers_waiting(user: Any) -> Iterator[Wait]:
    rows = to_be_answered(user).select_related("authority", "access_request")
    waiting = list(rows.order_by(deadline_path("access_request"), "pk")[:COUNTED])
    if waiting:
        first = waiting[0]
        yield Wait(
            _("Answer the provider"),
            Role.EXECUTOR.label,
            len(waiting),
            first,
            url("secrecyreview_change", first.pk),
            clock_in(first.access_request, None),
            reverse("admin:managed_cases", args=["to-answer"]),
        )
