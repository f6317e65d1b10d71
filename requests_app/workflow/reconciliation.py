"""Holding what a provider's logs tell against what was granted: reckoned anew as long
as something late may change it, and what differs is written beside the last time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from audit_app import clock
from audit_app.many import add_unversioned
from requests_app.law.accesses import accesses_since
from requests_app.law.reconciliation import Access, Accesses, Match
from requests_app.law.reconciliation_rules import Marking
from requests_app.models import (
    AccessEvent,
    AccessRequest,
    Connection,
    EventOutcome,
    ReconciliationRule,
)
from requests_app.workflow.access_use import state_uses
from requests_app.workflow.deviation import put_in_deviations
from requests_app.workflow.step import note, step
from requests_app.workflow.unasked_access import unasked_case

# What is granted or told later than this changes nothing by itself.
BACK = timedelta(days=14)
SAME = ("outcome", "confidence", "reason", "access_request_id", "divergences", "unsaid")


@step
def reconcile(connection: Connection, *, by: Any, since: datetime) -> list[str]:
    """Hold each act that happened or became known since then against what was granted.
    Returns a line for what came out otherwise than before."""
    Connection.objects.select_for_update(of=("self",)).get(pk=connection.pk)
    events = connection.access_events.filter(
        Q(happened_at__gte=since) | Q(reported_at__gte=since)
    )
    rows = list(events.select_related("access_request").order_by("happened_at", "pk"))
    first = min([since, *(row.happened_at for row in rows[:1])])
    numbers = {name for row in rows for name in (*row.under, *row.perhaps_under)}
    granted = accesses_since(connection, first - BACK, numbers)
    accesses = Accesses(granted)
    matches = [accesses.match(_named(event), connection.pk) for event in rows]
    lines = _keep(connection, list(zip(rows, matches, strict=True)), by)
    return lines + state_uses(connection, granted, by=by)


def reckon_reported(event: AccessEvent, access: Access) -> None:
    """Inside a step: an act reported of a request, which is compared with that one's
    access."""
    match = Accesses([access]).match(_named(event), event.connection_id)
    add_unversioned([_row(event, match, access.key, number=1)])


def _named(event: AccessEvent) -> AccessEvent:
    """What is reported of a request is compared with that one."""
    if event.access_request is not None:
        event.perhaps_under = [event.access_request.external_id]
    return event


def _keep(
    connection: Connection, pairs: list[tuple[AccessEvent, Match]], by: Any
) -> list[str]:
    marking = Marking(_rules(connection))
    last = _last_outcomes([event.pk for event, _match in pairs])
    changed, marked, lines = [], [], []
    for event, match in pairs:
        before = last.get(event.pk)
        case = match.access
        # What was reported is looked at where it was told.
        is_in_log = event.log_id is not None
        is_marked = is_in_log and marking.is_marked(event, match, connection.pk)
        if case is None and is_marked:
            case = before.access_request_id if before else None
            case = case or unasked_case(connection, by=by).pk
        row = _row(event, match, case, number=before.number + 1 if before else 1)
        if before is not None and _is_same(before, row):
            continue
        changed.append(row)
        if is_marked:
            marked.append((row, match))
        if before is not None:
            lines.append(f"{connection}: {event.external_id}: {row.outcome}")
            _tell_changed(before, row, by)
    add_unversioned(changed)
    put_in_deviations(marked, by=by)
    return lines + [f"{connection}: {len(changed)} acts"] * bool(changed)


def _row(
    event: AccessEvent, match: Match, case: int | None, *, number: int
) -> EventOutcome:
    return EventOutcome(
        event=event,
        number=number,
        outcome=match.outcome,
        confidence=match.confidence,
        reason=match.reason,
        access_request_id=case,
        divergences=[row.as_row() for row in match.divergences],
        unsaid=list(match.unsaid),
        reckoned_at=clock.now(),
    )


def _is_same(before: EventOutcome, now: EventOutcome) -> bool:
    return all(getattr(before, name) == getattr(now, name) for name in SAME)


def _last_outcomes(events: list[int]) -> dict[int, EventOutcome]:
    rows = EventOutcome.objects.filter(event__in=events).order_by("number")
    return {row.event_id: row for row in rows}


def _rules(connection: Connection) -> Iterable[ReconciliationRule]:
    rows = ReconciliationRule.objects.filter(
        authority=connection.authority_id, is_active=True
    )
    return rows.order_by("pk")


def _tell_changed(before: EventOutcome, now: EventOutcome, by: Any) -> None:
    """On the case, and the one that it was of: what had been said of it no longer
    holds."""
    keys = {before.access_request_id, now.access_request_id} - {None}
    for case in AccessRequest.objects.filter(pk__in=keys).order_by("pk"):
        note("access.reckoned_anew", on=case, by=by, act=now.event_id)
