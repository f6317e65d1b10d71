"""Incident duties as pages show them."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import Breach, Deviation, IncidentDuty, NoticeKind
from requests_app.permissions.incident_duty import duties_visible_to
from requests_app.selectors.clocks import Clock, clock_between


def clock_of_duty(duty: IncidentDuty) -> Clock | None:
    if duty.status != IncidentDuty.Status.OPEN:
        return None
    return clock_between(NoticeKind.DUTY, duty.known_at, duty.due_at)


def duties_of(
    user: Any, deviation: Deviation
) -> list[tuple[IncidentDuty, Clock | None]]:
    return _with_clocks(duties_visible_to(user).filter(deviation=deviation))


def duties_of_breach(
    user: Any, breach: Breach
) -> list[tuple[IncidentDuty, Clock | None]]:
    return _with_clocks(duties_visible_to(user).filter(breach=breach))


def _with_clocks(
    duties: QuerySet[IncidentDuty],
) -> list[tuple[IncidentDuty, Clock | None]]:
    rows = duties.select_related("review", "breach", "settled_by", "reason")
    return [(duty, clock_of_duty(duty)) for duty in rows]
