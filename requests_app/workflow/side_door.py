"""Side doors: held to what the provider shows, covered by a decision, taken back."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.models import AccessRequest, Connection, SideDoor, SupportTicket
from requests_app.models.side_door import MOST_COVERED
from requests_app.permissions.side_door import can_close_door, can_cover
from requests_app.words.in_record import in_record
from requests_app.workflow import outbox
from requests_app.workflow.content import keep
from requests_app.workflow.step import note, save, step

ADVANCED = gettext_lazy("advanced diagnostics")
OPEN = gettext_lazy("“%(place)s” is open at the provider, and no decision covers it.")


class Opening(NamedTuple):
    """What a provider shows as open. `access_request`: the case whose access it is,
    where it is open for longer than was granted."""

    place: str
    what: str = ""
    until: datetime | None = None
    record: bytes = b""
    ticket: SupportTicket | None = None
    access_request: AccessRequest | None = None


def settle(
    connection: Connection,
    kind: SideDoor.Kind,
    openings: Iterable[Opening],
    *,
    by: Any,
    leave: Collection[str] = (),
) -> list[str]:
    """Inside a step: rows become what is shown; what is shown no longer is closed. What
    stands at the places to `leave` stays: of it nothing is known yet. A line for each
    new one."""
    doors = connection.side_doors.open().filter(kind=kind)
    rows = {row.place.lower(): row for row in doors.select_for_update(of=("self",))}
    lines = []
    for place, opening in {row.place.lower(): row for row in openings}.items():
        row = rows.pop(place, None)
        if row is not None and row.what == opening.what:
            _see_again(row, opening, by)
            continue
        if row is not None:
            _close(row, by)
        lines.append(_see(connection, kind, opening, by))
    for place, row in rows.items():
        if place not in leave:
            _close(row, by)
    return lines


def _see(connection: Connection, kind: SideDoor.Kind, opening: Opening, by: Any) -> str:
    door = SideDoor(
        connection=connection,
        kind=kind,
        seen_at=clock.now(),
        **{
            **opening._asdict(),
            "record": keep(opening.record, "application/json")
            if opening.record
            else None,
        },
    )
    door.save()
    note("side_door.seen", on=door, by=by)
    return f"{connection}: {in_record(OPEN, place=door.place)}"


def _see_again(door: SideDoor, opening: Opening, by: Any) -> None:
    request = opening.access_request or door.access_request
    if door.until != opening.until or door.access_request != request:
        save(door, until=opening.until, access_request=request)
        note("side_door.seen", on=door, by=by)


def _close(door: SideDoor, by: Any) -> None:
    save(door, closed_at=clock.now())
    note("side_door.closed", on=door, by=by)


def settle_consents(connection: Connection, *, by: Any) -> None:
    """Inside a step: each ticket that carries consent is a door."""
    openings = [
        Opening(ticket.number, _consents(ticket), ticket=ticket)
        for ticket in connection.support_tickets.with_consent()
    ]
    settle(connection, SideDoor.Kind.CONSENT, openings, by=by)


def _consents(ticket: SupportTicket) -> str:
    advanced = [in_record(ADVANCED)] if ticket.advanced_diagnostics else []
    return ", ".join([*advanced, ticket.other_consents]).strip(", ")[:300]


@step
def note_closed(door: SideDoor, *, by: Any) -> None:
    """The provider shows, just now, that it is closed."""
    row = SideDoor.objects.select_for_update(of=("self",)).get(pk=door.pk)
    if row.is_open:
        _close(row, by)


def _is_closed(_may: Any, door: SideDoor) -> str:
    if not door.is_open:
        return _("It is closed at the provider.")
    waiting = door.outbox.filter(finished_at=None)
    return _("It is being taken back already.") if waiting.exists() else ""


def by_hand(door: SideDoor) -> str:
    """How people close it where no machine does; empty where one does."""
    if door.closes_by_machine:
        return ""
    if door.is_watched:
        return _(
            "No machine closes it: close it in the provider's portal. Here it is closed"
            " when the provider shows so."
        )
    return _(
        "No machine looks after it: close it in the provider's portal, and say so here."
    )


def _is_closed_by_hand(may: Any, door: SideDoor) -> str:
    return _is_closed(may, door) or by_hand(door)


def _is_watched(may: Any, door: SideDoor) -> str:
    if door.is_watched:
        return _("Here it is closed when the provider shows so.")
    return _is_closed(may, door)


@step(may=can_cover, hindrance=_is_closed, keeps_reason=True)
def cover(
    door: SideDoor,
    *,
    by: Any,
    decision_number: str,
    covered_until: datetime,
    reason: str,
) -> None:
    """This decision covers it until then: whoever says so answers for it."""
    now = clock.now()
    if not now < covered_until <= now + MOST_COVERED:
        text = _("Choose a time to come, within a year: then somebody looks again.")
        raise ValidationError({"covered_until": text})
    save(
        door,
        decision_number=decision_number,
        covered_until=covered_until,
        covered_by=by,
        covered_at=now,
        reason=keep(reason),
    )
    note("side_door.covered", on=door, by=by)


@step(may=can_close_door, hindrance=_is_closed_by_hand)
def withdraw(door: SideDoor, *, by: Any, reason: str) -> None:
    """Have it closed at the provider; it is when that is read back. No decision covers
    it from now on."""
    save(door, withdrawn_at=clock.now(), withdrawn_by=by)
    outbox.close_door(door)
    note("side_door.withdrawn", on=door, by=by)


@step(may=can_close_door, hindrance=_is_watched)
def say_closed(door: SideDoor, *, by: Any, reason: str) -> None:
    """Closed in the portal, where no machine looks any more."""
    save(door, closed_at=clock.now())
    note("side_door.said_closed", on=door, by=by)
