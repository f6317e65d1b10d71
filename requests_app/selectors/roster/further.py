"""Shifts of patterns that are not laid yet: the sweep lays them twelve weeks ahead."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Max
from django.utils import timezone

from requests_app.models import RosterPattern


class FurtherShift(NamedTuple):
    group_id: int
    person_id: int
    begins_at: datetime
    ends_at: datetime


def further_shifts(until: datetime) -> list[FurtherShift]:
    """Of the patterns in use, what is going to be laid until then, if nobody ends or
    changes anything. One query."""
    rows = RosterPattern.objects.filter(ended_at=None, group__is_active=True)
    last_day = timezone.localdate(until)
    return [
        FurtherShift(pattern.group_id, pattern.person_id, *span)
        for pattern in rows.annotate(last=Max("shifts__begins_at"))
        for span in pattern.spans(last_day)
        if pattern.last is None or span[0] > pattern.last
    ]
