"""A drill: begun by a manager, answered by those who are called, and over."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app import clock
from requests_app.models import (
    Authority,
    Drill,
    DrillCall,
)
from requests_app.permissions.drill import (
    can_begin_drill,
    can_come,
    can_end_drill,
    waiting_at,
    whose_turn,
)
from requests_app.workflow.step import note, require, save, step


@step
def begin(
    *, by: Any, authority: Authority, hours: int, begins_anyway: bool = False
) -> Drill:
    """Call those whose turn it is now; the sweep sends the messages. `begins_anyway`:
    somebody has looked at the real requests that wait. Raises ValidationError."""
    require(can_begin_drill(by, authority.pk))
    Authority.objects.select_for_update().get(pk=authority.pk)
    waiting = waiting_at([authority.pk]).count()
    if waiting and not begins_anyway:
        raise ValidationError({"begins_anyway": said_of_waiting(waiting)})
    now = clock.now()
    _end_what_ran_out(authority, by=by)
    if Drill.objects.filter(authority=authority, ended_at=None).exists():
        text = _("A drill is going on for this authority: end it first.")
        raise ValidationError({"authority": text})
    drill = Drill.objects.create(
        authority=authority,
        begun_by=by,
        begun_at=now,
        ends_at=now + timedelta(hours=hours),
        waiting=waiting,
    )
    _call(drill)
    note("drill.begun", on=drill, by=by)
    return drill


def said_of_waiting(waiting: int) -> str:
    return ngettext(
        "%(n)s real request waits to be answered. Look at it first; then tick here to"
        " begin the drill all the same. Nothing of it is touched.",
        "%(n)s real requests wait to be answered. Look at them first; then tick here to"
        " begin the drill all the same. Nothing of them is touched.",
        waiting,
    ) % {"n": waiting}


def _end_what_ran_out(authority: Authority, *, by: Any) -> None:
    past = Drill.objects.filter(authority=authority, ended_at=None)
    for drill in past.filter(ends_at__lte=clock.now()):
        save(drill, ended_by=by, ended_at=clock.now())


def _call(drill: Drill) -> None:
    acts: dict[int, list[str]] = {}
    for act, row in whose_turn(drill.authority).items():
        if row is not None:
            acts.setdefault(row.person_id, []).append(act)
    if not acts:
        text = _("Nobody may review, decide or give answers for this authority.")
        raise ValidationError({"authority": text})
    for person, theirs in acts.items():
        DrillCall.objects.create(drill=drill, person_id=person, acts=theirs)


def _is_over(_may: Any, drill: Drill) -> str:
    return "" if drill.is_running else _("The drill is over.")


@step(may=can_come, hindrance=_is_over)
def come(drill: Drill, *, by: Any) -> None:
    """Whoever was called is in."""
    call = drill.calls.select_for_update().get(person=by.pk)
    save(call, came_at=clock.now())
    save(drill)
    note("drill.came", on=drill, by=by)


@step(may=can_end_drill, hindrance=_is_over)
def end(drill: Drill, *, by: Any) -> None:
    """Who has not come by now has not come."""
    save(drill, ended_by=by, ended_at=clock.now())
    note("drill.ended", on=drill, by=by)
