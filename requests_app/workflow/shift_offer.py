"""Swaps that both have agreed to, and asking for volunteers."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.models import RosterGroup, Shift, ShiftOffer
from requests_app.permissions.roster import (
    can_lay_roster,
    can_offer,
    can_take,
    can_withdraw_offer,
    people_for,
)
from requests_app.workflow.roster import hand_on, is_taken
from requests_app.workflow.step import WrongState, note, save, step

Source = Shift.Source
BUSY = gettext_lazy("The person is on duty here already for some of this time.")


def _is_over(_by: Any, shift: Shift) -> str:
    if shift.withdrawn_at is not None:
        return _("The shift has been withdrawn, or somebody else has taken it.")
    return _("The shift is over.") if shift.ends_at <= clock.now() else ""


def _is_closed(_by: Any, offer: ShiftOffer) -> str:
    if offer.taken_at is not None:
        return _("Somebody has taken it already.")
    if offer.withdrawn_at is not None:
        return _("It is no longer offered.")
    return _("The time has passed.") if offer.ends_at <= clock.now() else ""


@step(may=can_offer, hindrance=_is_over)
def offer_shift(
    shift: Shift, *, by: Any, offered_to: Any = None, in_return: Shift | None = None
) -> ShiftOffer:
    """Ask somebody, or everybody on the roster, to take a shift; perhaps for one of
    theirs. It stays where it is until somebody has taken it. Raises ValidationError."""
    if offered_to is not None and offered_to.pk == shift.person_id:
        text = _("It is this person who has the shift.")
        raise ValidationError({"offered_to": text})
    if in_return is not None:
        offered_to = offered_to or in_return.person
        if in_return.person_id != offered_to.pk:
            text = _("Choose a shift of the person who is asked.")
            raise ValidationError({"in_return": text})
    offer = _new(shift.group, by, shift.begins_at, shift.ends_at)
    offer.shift, offer.offered_to, offer.in_return = shift, offered_to, in_return
    offer.validate_constraints()
    save(offer)
    note("shift.offered", on=offer, by=by)
    return offer


@step(may=can_lay_roster)
def ask_for_volunteers(
    group: RosterGroup, *, by: Any, begins_at: datetime, ends_at: datetime
) -> ShiftOffer:
    """Ask everybody who may stand on the roster to take time that nobody has."""
    if ends_at <= begins_at or ends_at <= clock.now():
        raise ValidationError({"ends_at": _("It ends before it begins.")})
    offer = _new(group, by, begins_at, ends_at)
    save(offer)
    note("shift.volunteers_asked", on=offer, by=by)
    return offer


def _is_not_to_take(by: Any, offer: ShiftOffer) -> str:
    """In a swap one's own shift may lie there: it goes first."""
    span = offer.begins_at, offer.ends_at
    is_busy = offer.in_return_id is None and is_taken(offer.group, by, span)
    return _is_closed(by, offer) or (str(BUSY) if is_busy else "")


@step(may=can_take, hindrance=_is_not_to_take)
def take_offer(offer: ShiftOffer, *, by: Any) -> Shift:
    """The second of the two agrees; each then has what the other had. Raises
    WrongState where a shift has gone meanwhile, or they are on duty already."""
    given, returned = _still_theirs(offer)
    now = clock.now()
    save(offer, taken_by=by, taken_at=now)
    for shift in (given, returned):
        if shift is not None:
            save(shift, withdrawn_at=now)
    taken = _handed(offer.group, by, (offer.begins_at, offer.ends_at))
    if given is not None and returned is not None:
        span = (returned.begins_at, returned.ends_at)
        _handed(returned.group, given.person, span)
    note("shift.taken", on=offer, by=by)
    return taken


@step(may=can_withdraw_offer, hindrance=_is_closed)
def withdraw_offer(offer: ShiftOffer, *, by: Any) -> None:
    """It is no longer to be had."""
    save(offer, withdrawn_at=clock.now())
    note("shift.offer_withdrawn", on=offer, by=by)


def _still_theirs(offer: ShiftOffer) -> tuple[Shift | None, Shift | None]:
    """Both shifts under a lock, in order: two who swap at once wait for each other."""
    keys = sorted(key for key in (offer.shift_id, offer.in_return_id) if key)
    rows = Shift.objects.select_for_update(of=("self",)).order_by("pk")
    shifts = {row.pk: row for row in rows.filter(pk__in=keys)}
    if any(row.withdrawn_at is not None for row in shifts.values()):
        raise WrongState(_("A shift of it has gone to somebody else meanwhile."))
    given = shifts.get(offer.shift_id) if offer.shift_id else None
    returned = shifts.get(offer.in_return_id) if offer.in_return_id else None
    return given, returned


def _handed(group: RosterGroup, person: Any, span: tuple[datetime, datetime]) -> Shift:
    if not people_for(group).filter(pk=person.pk).exists():
        raise WrongState(_("This person has no role at an authority of the roster."))
    if is_taken(group, person, span):
        raise WrongState(str(BUSY))
    return hand_on(group, person, span, Source.OFFER)


def _new(
    group: RosterGroup, by: Any, begins_at: datetime, ends_at: datetime
) -> ShiftOffer:
    return ShiftOffer(
        group=group,
        begins_at=begins_at,
        ends_at=ends_at,
        made_by=by,
        made_at=clock.now(),
    )
