"""Deviations that nobody has concluded, and what has to be told of incidents, as lines
of the queue."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import Deviation, IncidentDuty
from requests_app.permissions.deviation import deviations_to_handle, is_unowned
from requests_app.permissions.incident_duty import duties_to_settle
from requests_app.permissions.roles import roles_of
from requests_app.selectors.addresses import url
from requests_app.selectors.deviation import clock_of_deviation
from requests_app.selectors.incident_duty import clock_of_duty
from requests_app.selectors.queue.item import WorkItem
from requests_app.selectors.queue.kind import Kind, of_each


def deviations_for(user: Any) -> Iterator[Kind]:
    """With everybody who may take them on, until they are concluded."""
    if not roles_of(user):
        return
    rows = deviations_to_handle(user).filter(status=Deviation.Status.OPEN)
    related = ("review__authority", "access_request__connection__product", "owner")
    rows = rows.annotate(is_unowned=is_unowned())
    rows = rows.select_related(*related).order_by("discovered_at")
    yield of_each(rows, lambda row: _item(row, user))


def _item(row: Any, user: Any) -> WorkItem:
    mine = row.owner_id == user.pk
    step, name = (_("Conclude"), "conclude") if mine else (_("Take it on"), "take")
    owner = row.owner
    is_free = owner is None or row.is_unowned
    return WorkItem(
        clock=clock_of_deviation(row),
        name=f"{row}: {row.review}",
        url=url("deviation_change", row.pk),
        place=f"{row.review.authority} · {row.access_request.connection.product}",
        wants=row.kinds_in_words,
        details=_("taken on by %(name)s") % {"name": owner} if owner else "",
        level=None,
        warning="",
        step=str(step) if mine or is_free else "",
        step_url=url("deviation_step", row.pk, name) if mine or is_free else "",
        alarm=_("The provider went outside what was granted."),
        since=row.discovered_at,
        first=is_free,
        number=str(row.review),
    )


def duties_for(user: Any) -> Iterator[Kind]:
    """Once it is known to be an incident, or where a review was stopped; until then
    the deviation itself waits, with the shortest of their clocks."""
    if not roles_of(user):
        return
    rows = duties_to_settle(user).filter(
        IncidentDuty.CERTAIN, status=IncidentDuty.Status.OPEN
    )
    related = ("review__authority", "breach__authority")
    yield of_each(rows.select_related(*related).order_by("due_at"), _duty)


def _duty(row: IncidentDuty) -> WorkItem:
    clock = clock_of_duty(row)
    is_out = clock is not None and clock.is_out
    return WorkItem(
        clock=clock,
        name=str(row),
        url=url("incidentduty_change", row.pk),
        place=str(row.authority),
        wants="",
        details=_("without undue delay") if row.has_no_hours else "",
        level=None,
        warning="",
        step=_("Report"),
        step_url=url("incidentduty_step", row.pk, "report"),
        alarm=_("The time to report has run out.") if is_out else "",
        since=row.known_at,
        number=str(row.incident),
    )
