"""The secret address of one's own calendar, and a roster's calendar from outside."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import RosterCalendar, RosterGroup, Shift, ShiftOffer
from requests_app.permissions.roster import can_end_calendar, can_lay_roster
from requests_app.providers.http.addresses import Refused, place_of
from requests_app.providers.http.secrets import seal
from requests_app.workflow.roster import hand_on, is_taken
from requests_app.workflow.step import note, save, step

# Who, from, until.
Entry = tuple[Any, datetime, datetime]


@step
def make_calendar(*, by: Any) -> str:
    """The secret of a new address, shown once; the one of before is void."""
    for row in RosterCalendar.objects.filter(person=by, ended_at=None):
        save(row, ended_at=clock.now())
    secret = secrets.token_urlsafe(32)
    digest = RosterCalendar.digest_of(secret)
    row = RosterCalendar(person=by, digest=digest, made_at=clock.now())
    save(row)
    note("roster.calendar_made", on=row, by=by)
    return secret


@step(may=can_end_calendar)
def end_calendar(calendar: RosterCalendar, *, by: Any) -> None:
    """The address tells nothing more."""
    save(calendar, ended_at=clock.now())
    note("roster.calendar_ended", on=calendar, by=by)


@step(may=can_lay_roster)
def set_feed(group: RosterGroup, *, by: Any, address: str) -> None:
    """Shifts come from this calendar from now on. Raises ValidationError."""
    try:
        host = place_of(address).host
    except Refused as error:
        raise ValidationError({"address": str(error)}) from error
    save(group, feed_host=host, feed_sealed=seal(address))
    note("roster.feed_set", on=group, by=by)


def _has_no_feed(_by: Any, group: RosterGroup) -> str:
    return "" if group.feed_host else _("The roster is taken in from no calendar.")


@step(may=can_lay_roster, hindrance=_has_no_feed)
def end_feed(group: RosterGroup, *, by: Any) -> None:
    """Nothing more is taken in; the shifts that came from it stay."""
    save(group, feed_host="", feed_sealed="")
    note("roster.feed_ended", on=group, by=by)


@step
def take_in_calendar(
    group: RosterGroup, *, by: Any, entries: Iterable[Entry], until: datetime
) -> tuple[int, int]:
    """What the calendar says from now on until then: how many shifts were added and
    withdrawn. `by`: the sweep. What was typed or swapped stays."""
    now = clock.now()
    wanted = {(who.pk, begins, ends): who for who, begins, ends in entries}
    rows = Shift.objects.standing().filter(
        group=group, source=Shift.Source.FEED, ends_at__gt=now, begins_at__lt=until
    )
    known = {(row.person_id, row.begins_at, row.ends_at): row for row in rows}
    gone = [row for key, row in known.items() if key not in wanted]
    for row in gone:
        save(row, withdrawn_at=now)
    added = 0
    settled = known.keys() | _handed_on(group)
    for key, who in wanted.items():
        _pk, begins, ends = key
        if key not in settled and not is_taken(group, who, (begins, ends)):
            hand_on(group, who, (begins, ends), Shift.Source.FEED)
            added += 1
    return added, len(gone)


def _handed_on(group: RosterGroup) -> set[tuple[int, datetime, datetime]]:
    """What people have swapped among themselves: no calendar undoes that."""
    rows = ShiftOffer.objects.filter(taken_at__isnull=False)
    keys: set[tuple[int, datetime, datetime]] = set()
    for name in ("shift", "in_return"):
        of = rows.filter(
            **{f"{name}__group": group, f"{name}__ends_at__gt": clock.now()}
        )
        columns = (f"{name}__{key}" for key in ("person", "begins_at", "ends_at"))
        keys.update(of.values_list(*columns))
    return keys
