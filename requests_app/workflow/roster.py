"""Laying a roster: shifts one by one and by patterns, and taking them off it again.

Being on duty gives no right, so nobody confirms it.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import RosterGroup, RosterPattern, Shift
from requests_app.permissions.roles import today
from requests_app.permissions.roster import (
    can_end_pattern,
    can_lay_roster,
    can_withdraw_shift,
    people_for,
)
from requests_app.words.times import moment_in_words
from requests_app.workflow.step import note, save, step

Spans = Iterable[tuple[datetime, datetime]]
# So far ahead the shifts of a pattern are laid; the sweep lays those that come after.
AHEAD = timedelta(weeks=12)
LONGEST = timedelta(days=14)


def _is_over(_by: Any, row: Any) -> str:
    if getattr(row, "ended_at", None) is not None:
        return _("The pattern has ended.")
    if getattr(row, "withdrawn_at", None) is not None:
        return _("The shift has been withdrawn.")
    return ""


def _has_begun_or_gone(by: Any, shift: Shift) -> str:
    is_past = shift.ends_at <= clock.now()
    return _("The shift is over.") if is_past else _is_over(by, shift)


@step(may=can_lay_roster)
def lay_shift(
    group: RosterGroup, *, by: Any, person: Any, begins_at: datetime, ends_at: datetime
) -> Shift:
    """Put somebody on duty once. Raises ValidationError."""
    _refuse_others(group, person)
    if ends_at <= begins_at:
        raise ValidationError({"ends_at": _("The shift ends before it begins.")})
    if ends_at - begins_at > LONGEST:
        raise ValidationError({"ends_at": _("A shift lasts at most fourteen days.")})
    if taken := _taken(group, person, [(begins_at, ends_at)]):
        raise ValidationError({"begins_at": _overlap(taken[0])})
    shift = _new(group, person, (begins_at, ends_at), Shift.Source.TYPED)
    save(shift)
    note("shift.laid", on=shift, by=by)
    return shift


@step(may=can_lay_roster)
def lay_pattern(
    group: RosterGroup,
    *,
    by: Any,
    person: Any,
    weekdays: list[int],
    days: str,
    begins: time,
    ends: time,
    every_weeks: int,
    valid_from: date,
    valid_to: date | None,
) -> RosterPattern:
    """Put somebody on duty again and again. Raises ValidationError."""
    _refuse_others(group, person)
    pattern = RosterPattern(
        group=group,
        person=person,
        weekdays=weekdays,
        days=days,
        begins=begins,
        ends=ends,
        every_weeks=every_weeks,
        valid_from=valid_from,
        valid_to=valid_to,
        made_by=by,
        made_at=clock.now(),
    )
    pattern.clean()
    spans = _to_come(pattern)
    if not spans:
        raise ValidationError({"weekdays": _("No shift comes of it in these weeks.")})
    if taken := _taken(group, person, spans):
        raise ValidationError({"valid_from": _overlap(taken[0])})
    save(pattern)
    _lay(pattern, spans)
    note("roster.pattern_laid", on=pattern, by=by, shifts=len(spans))
    return pattern


def lay_further(pattern: RosterPattern) -> int:
    """The shifts that have come within reach; what somebody has laid or withdrawn since
    stays so. Inside acting()."""
    last = pattern.shifts.order_by("-begins_at").first()
    spans = [span for span in _to_come(pattern) if not last or span[0] > last.begins_at]
    taken = set(_taken(pattern.group, pattern.person, spans))
    new = [span for span in spans if span not in taken]
    _lay(pattern, new)
    return len(new)


@step(may=can_end_pattern, hindrance=_is_over)
def end_pattern(pattern: RosterPattern, *, by: Any) -> None:
    """No more shifts come of it; those that have not begun are withdrawn."""
    now = clock.now()
    save(pattern, ended_at=now)
    for shift in pattern.shifts.standing().filter(begins_at__gt=now):
        save(shift, withdrawn_at=now)
    note("roster.pattern_ended", on=pattern, by=by)


@step(may=can_withdraw_shift, hindrance=_has_begun_or_gone)
def withdraw_shift(shift: Shift, *, by: Any) -> None:
    """The person is not on duty then."""
    save(shift, withdrawn_at=clock.now())
    note("shift.withdrawn", on=shift, by=by)


def hand_on(
    group: RosterGroup,
    person: Any,
    span: tuple[datetime, datetime],
    source: str,
) -> Shift:
    """A shift that comes from an offer or a calendar. Inside a step or acting()."""
    shift = _new(group, person, span, source)
    save(shift)
    return shift


def is_taken(group: RosterGroup, person: Any, span: tuple[datetime, datetime]) -> bool:
    return bool(_taken(group, person, [span]))


def _refuse_others(group: RosterGroup, person: Any) -> None:
    if not people_for(group).filter(pk=person.pk).exists():
        text = _("This person has no role at an authority of the roster.")
        raise ValidationError({"person": text})


def _to_come(pattern: RosterPattern) -> list[tuple[datetime, datetime]]:
    now = clock.now()
    return [span for span in pattern.spans(today() + AHEAD) if span[1] > now]


def _taken(
    group: RosterGroup, person: Any, spans: list[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """Those of them during which the person is on duty there already."""
    if not spans:
        return []
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    rows = Shift.objects.standing().filter(
        group=group, person=person, begins_at__lt=last, ends_at__gt=first
    )
    known = list(rows.values_list("begins_at", "ends_at"))
    return [
        span
        for span in spans
        if any(span[0] < ends and begins < span[1] for begins, ends in known)
    ]


def _overlap(span: tuple[datetime, datetime]) -> str:
    text = _("The person is on duty here already then: %(time)s.")
    return text % {"time": moment_in_words(timezone.localtime(span[0]))}


def _lay(pattern: RosterPattern, spans: Spans) -> None:
    for span in spans:
        shift = _new(pattern.group, pattern.person, span, Shift.Source.PATTERN)
        shift.pattern = pattern
        save(shift)


def _new(
    group: RosterGroup, person: Any, span: tuple[datetime, datetime], source: str
) -> Shift:
    begins_at, ends_at = span
    return Shift(
        group=group,
        person=person,
        begins_at=begins_at,
        ends_at=ends_at,
        source=source,
        made_at=clock.now(),
    )
