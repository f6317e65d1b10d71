"""Duties to tell of an incident: begun when it is known, ended as done or not needed.

The hours are the law's, where the law names any; the authority's own where it says
“promptly”. They are counted from when it became known, whatever it turns out to be.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.catalogue.working_days import months_after
from requests_app.models import (
    Authority,
    Breach,
    Deviation,
    IncidentDuty,
    SecrecyReview,
)
from requests_app.permissions.incident_duty import can_settle_duty
from requests_app.workflow.content import keep
from requests_app.workflow.step import note, save, step
from requests_app.workflow.typed_moment import refuse_outside

Kind = IncidentDuty.Kind
Status = IncidentDuty.Status

WARNING = timedelta(hours=24)
REPORT = timedelta(hours=72)
OF_INCIDENT = (
    Kind.CYBER_WARNING,
    Kind.GDPR_AUTHORITY,
    Kind.GDPR_PERSONS,
    Kind.CYBER_REPORT,
    Kind.CYBER_FINAL,
    Kind.SECURITY,
)


def begin_of_deviation(deviation: Deviation) -> None:
    """Inside a step: their clocks run while somebody finds out what it is."""
    incident = {"review": deviation.review, "deviation": deviation}
    for kind in OF_INCIDENT:
        _begin(kind, deviation.discovered_at, **incident)


def begin_of_breach(breach: Breach) -> None:
    """Inside a step: which of them apply is said of each, when it is known."""
    for kind in OF_INCIDENT:
        _begin(kind, breach.known_at, breach=breach)


def begin_of_stop(review: SecrecyReview) -> None:
    """Inside a step: what concerns Sweden's security may have been revealed."""
    known = IncidentDuty.objects.filter(review=review, deviation=None)
    if not known.exists():
        _begin(Kind.SECURITY, clock.now(), review=review)


def _begin(kind: str, known_at: datetime, **incident: Any) -> None:
    duty = IncidentDuty(kind=kind, known_at=known_at, **incident)
    duty.due_at = _due(duty.authority, kind, known_at)
    duty.save()


def _due(authority: Authority, kind: str, known_at: datetime) -> datetime:
    if kind == Kind.CYBER_WARNING:
        return known_at + WARNING
    if kind == Kind.SECURITY:
        return known_at + timedelta(hours=authority.prompt_hours)
    if kind == Kind.CYBER_FINAL:
        # From the report itself, once there is one.
        return a_month_after(known_at + REPORT)
    return known_at + REPORT


def a_month_after(moment: datetime) -> datetime:
    """The same day of the next month, or its last, as calendars here have it."""
    moment = timezone.localtime(moment)
    day = months_after(moment.date(), 1)
    return moment.replace(year=day.year, month=day.month, day=day.day)


@step(starts_from=(Status.OPEN,), may=can_settle_duty)
def record_report(
    duty: IncidentDuty,
    *,
    by: Any,
    reported_at: datetime,
    reference: str,
    report: str,
    goes_on: bool = False,
) -> None:
    """It has been reported: when, under which reference, and in which words. A final
    report on what still `goes_on` is a status report, and the final one is left to do
    (Cyber Security Act 2:8)."""
    text = _("The time lies before it was known, or in the future.")
    refuse_outside("reported_at", reported_at, duty.known_at, text)
    done = duty
    if goes_on and duty.kind == Kind.CYBER_FINAL:
        done = _status_report(duty)
        # It is not handled before this; a month from then is never too late.
        save(duty, due_at=a_month_after(reported_at))
    save(
        done,
        status=Status.DONE,
        reported_at=max(reported_at, duty.known_at),
        reference=reference,
        report=keep(report),
        settled_by=by,
        settled_at=clock.now(),
    )
    note("duty.done", on=done, by=by, duty=done.kind)
    if duty.kind == Kind.CYBER_REPORT:
        _count_from_report(duty)


def _status_report(final: IncidentDuty) -> IncidentDuty:
    """In place of the final report, at the time when that was due."""
    return IncidentDuty.objects.create(
        review=final.review,
        deviation=final.deviation,
        breach=final.breach,
        kind=Kind.CYBER_STATUS,
        known_at=final.known_at,
        due_at=final.due_at,
    )


def _count_from_report(duty: IncidentDuty) -> None:
    final = IncidentDuty.objects.filter(
        review=duty.review_id,
        deviation=duty.deviation_id,
        breach=duty.breach_id,
        kind=Kind.CYBER_FINAL,
        status=Status.OPEN,
    ).first()
    if final is not None and duty.reported_at is not None:
        save(final, due_at=a_month_after(duty.reported_at))


@step(starts_from=(Status.OPEN,), may=can_settle_duty, keeps_reason=True)
def decline(duty: IncidentDuty, *, by: Any, reason: str) -> None:
    """Nothing has to be told, and why."""
    settle_without_report(duty, by=by, reason=reason)


def settle_without_report(duty: IncidentDuty, *, by: Any, reason: str) -> None:
    """Inside a step."""
    save(
        duty,
        status=Status.NOT_NEEDED,
        reason=keep(reason),
        settled_by=by,
        settled_at=clock.now(),
    )
    note("duty.not_needed", on=duty, by=by, duty=duty.kind)
