"""Keeps the gaps that were found: which are new, which are closed, and since when."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from audit_app import clock
from requests_app.models import CoverageGap

# Gaps that lie nearer to each other are one series, told of once.
APART = timedelta(weeks=1)


class FirstGap(NamedTuple):
    """The first gap of an authority, an act and a cause."""

    authority_id: int
    act: str
    cause: str
    begins_at: datetime
    ends_at: datetime

    @property
    def key(self) -> tuple[int, str, str]:
        return self.authority_id, self.act, self.cause


def keep_gaps(gaps: Iterable[FirstGap]) -> tuple[int, int]:
    """What is open now, by what was open before. Inside acting()."""
    now = clock.now()
    firsts: dict[Any, FirstGap] = {}
    for gap in sorted(gaps, key=lambda gap: gap.begins_at):
        firsts.setdefault(gap.key, gap)
    before = {
        (row.authority_id, row.act, row.cause): row
        for row in CoverageGap.objects.filter(closed_at=None)
    }
    for key, row in before.items():
        if key not in firsts:
            row.closed_at = now
            row.save()
        else:
            _goes_on(row, firsts[key], now)
    new = [gap for key, gap in firsts.items() if key not in before]
    for gap in new:
        CoverageGap.objects.create(
            **gap._asdict(), found_at=now, told_begins_at=gap.begins_at
        )
    return len(new), len(before.keys() - firsts.keys())


def _goes_on(row: CoverageGap, gap: FirstGap, now: datetime) -> None:
    begins_at = gap.begins_at
    if row.begins_at <= now and row.ends_at >= begins_at:
        # It began before we looked, and is the same.
        begins_at = row.begins_at
    if (row.begins_at, row.ends_at) == (begins_at, gap.ends_at):
        return
    if begins_at < row.told_begins_at or begins_at - row.ends_at > APART:
        row.told_begins_at = begins_at
    row.begins_at, row.ends_at = begins_at, gap.ends_at
    row.save()
