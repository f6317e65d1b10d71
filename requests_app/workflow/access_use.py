"""What became of each access, as far as is known: stated when it has ended, and stated
anew when something late changes it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from audit_app import clock
from audit_app.many import add_unversioned
from requests_app.law.reconciliation import Access, Match, usage
from requests_app.models import (
    AccessRequest,
    AccessUse,
    Connection,
    EventOutcome,
    LogGap,
)
from requests_app.models.event_outcome import Confidence, Outcome, Reason, Use
from requests_app.providers.log import Missing
from requests_app.workflow.step import note

SAME = ("use", "acts", "outside")


def state_uses(
    connection: Connection, accesses: Iterable[Access], *, by: Any
) -> list[str]:
    """Inside a step. Returns a line for each that is stated otherwise than before."""
    rows = [access for access in accesses if access.granted.windows]
    keys = [access.key for access in rows]
    acts = _acts(keys)
    last = _last(keys)
    known_until, gaps = known_until_of(connection), _gaps(connection)
    new, lines = [], []
    for access in rows:
        use = usage(access, acts[access.key], known_until, gaps, clock.now())
        before = last.get(access.key)
        row = _row(access, use, acts[access.key], known_until, before)
        if use == Use.RUNNING or (before is not None and _is_same(before, row)):
            continue
        new.append(row)
        if before is not None:
            lines.append(f"{connection}: {access.numbers[0]}: {use}")
            _tell(row, by)
    add_unversioned(new)
    return lines


def known_until_of(connection: Connection) -> datetime | None:
    """All that happened before has come to us, but for the gaps; None where nothing
    tells."""
    logs = connection.logs.with_known_until()
    ends = list(logs.values_list("known_until", flat=True))
    return None if None in ends else min(ends, default=None)


def _gaps(connection: Connection) -> list[Missing]:
    rows = LogGap.objects.filter(log__connection=connection)
    return [Missing(row.since, row.until, row.why) for row in rows]


def _acts(keys: list[int]) -> dict[int, list[Match]]:
    acts: dict[int, list[Match]] = defaultdict(list)
    rows = EventOutcome.objects.current().filter(access_request__in=keys)
    for row in rows:
        match = Match(
            Outcome(row.outcome),
            Confidence(row.confidence),
            Reason(row.reason),
            row.access_request_id,
            [],
            (),
        )
        acts[row.access_request_id or 0].append(match)
    return acts


def _last(keys: list[int]) -> dict[int, AccessUse]:
    rows = AccessUse.objects.filter(access_request__in=keys).order_by("number")
    return {row.access_request_id: row for row in rows}


def _row(
    access: Access,
    use: Use,
    acts: list[Match],
    known_until: datetime | None,
    before: AccessUse | None,
) -> AccessUse:
    return AccessUse(
        access_request_id=access.key,
        number=before.number + 1 if before else 1,
        use=use,
        acts=len(acts),
        outside=sum(row.outcome != Outcome.INSIDE for row in acts),
        known_until=known_until,
        stated_at=clock.now(),
    )


def _is_same(before: AccessUse, now: AccessUse) -> bool:
    return all(getattr(before, name) == getattr(now, name) for name in SAME)


def _tell(row: AccessUse, by: Any) -> None:
    """On the case: what had been said of its use no longer holds."""
    case = AccessRequest.objects.get(pk=row.access_request_id)
    note("access.use_restated", on=case, by=by, use=row.use)
