"""Incident duties as pages show them."""

from typing import Any

from requests_app.models import Deviation, IncidentDuty, NoticeKind
from requests_app.permissions.incident_duty import duties_visible_to
from requests_app.selectors.clocks import Clock, clock_between


def clock_of_duty(duty: IncidentDuty) -> Clock | None:
    if duty.status != IncidentDuty.Status.OPEN:
        return None
    return clock_between(NoticeKind.DUTY, duty.known_at, duty.due_at)


def duties_of(
    user: Any, deviation: Deviation
) -> list[tuple[IncidentDuty, Clock | None]]:
    rows = duties_visible_to(user).filter(deviation=deviation)
    rows = rows.select_related("review", "settled_by", "reason")
    return [(duty, clock_of_duty(duty)) for duty in rows]
