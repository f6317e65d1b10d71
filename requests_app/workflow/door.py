"""Access as a door that we open at the provider: what is seen of it, beside what was
decided."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.models import AccessGrant, AccessRequest, Connection, SideDoor
from requests_app.providers.door import Door
from requests_app.words.in_record import in_record
from requests_app.workflow import access, outbox
from requests_app.workflow.side_door import Opening, settle
from requests_app.workflow.step import step

# Between what was sent and what was written down of it.
TOLERANCE = timedelta(minutes=5)
CLOSED_THERE = _("The provider shows that the access is closed.")


@step
def look_at(
    connection: Connection, doors: Iterable[Door], *, by: Any, asked_at: datetime
) -> list[str]:
    """Compare what stands open with the access that runs: what was closed has ended,
    and what nobody here has decided is a side door. Returns a line for each."""
    open_now = {door.place.lower(): door for door in doors}
    lines = []
    openings = []
    for grant in _running(connection, asked_at):
        door = open_now.pop(_place(grant.access_request), None)
        if door is None:
            lines += _ended_there(grant, by)
        elif _is_longer(grant, door):
            openings.append(_opening(door, grant.access_request))
    # Being opened just now, or just closed: the next look tells.
    passing = {place for place in open_now if _is_ours(connection, place, asked_at)}
    openings += [
        _opening(door) for place, door in open_now.items() if place not in passing
    ]
    opened = SideDoor.Kind.OPENED
    return lines + settle(connection, opened, openings, by=by, leave=passing)


@step
def look_at_outsiders(
    connection: Connection, shown: Mapping[SideDoor.Kind, Iterable[Door]], *, by: Any
) -> list[str]:
    """Who of another tenant may enter without asking is a side door, by the kinds of
    those. Returns a line for each new one."""
    return [
        line
        for kind, doors in shown.items()
        for line in settle(connection, kind, map(_opening, doors), by=by)
    ]


def _opening(door: Door, access_request: AccessRequest | None = None) -> Opening:
    return Opening(
        door.place, door.what, door.until, door.raw, access_request=access_request
    )


def _running(connection: Connection, asked_at: datetime) -> list[AccessGrant]:
    """What ran already when the provider was asked."""
    rows = AccessGrant.objects.running().filter(
        access_request__connection=connection, opens_at__lt=asked_at
    )
    return list(rows.select_related("access_request"))


def _place(access_request: AccessRequest) -> str:
    return access_request.external_id.partition("/")[0].lower()


def _ended_there(grant: AccessGrant, by: Any) -> list[str]:
    """Closed by the vendor, or by somebody in its portal. At its own end the clock ends
    it, and what was revoked is ended by the answer."""
    request = AccessRequest.objects.select_for_update().get(pk=grant.access_request_id)
    current = request.grants.running().filter(pk=grant.pk).first()
    runs_out = grant.ends_at - TOLERANCE < clock.now()
    if current is None or runs_out or request.revoked_at is not None:
        return []
    current.access_request = request
    account = in_record(CLOSED_THERE)
    access.end(current, AccessGrant.EndReason.COMPLETED, by=by, account=account)
    return [f"{request}: {account}"]


def _is_longer(grant: AccessGrant, door: Door) -> bool:
    return door.until is None or door.until > grant.ends_at + TOLERANCE


def _is_ours(connection: Connection, place: str, asked_at: datetime) -> bool:
    """Is it being opened just now, or was it closed since the provider was asked?"""
    requests = AccessRequest.objects.filter(
        connection=connection, external_id__istartswith=place
    )
    return any(
        outbox.may_have_taken_effect(row)
        or row.grants.filter(opens_at__gte=asked_at).exists()
        or row.grants.filter(ended_at__gte=asked_at - TOLERANCE).exists()
        for row in requests
        if _place(row) == place
    )
