"""Access as a door that we open at the provider: what is seen of it, beside what was
decided."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.models import AccessGrant, AccessRequest, Connection
from requests_app.providers.protocol import Door
from requests_app.words.in_record import in_record
from requests_app.words.times import moment_in_words
from requests_app.workflow import access, outbox
from requests_app.workflow.intake import set_aside
from requests_app.workflow.step import step

# Between what was sent and what was written down of it.
TOLERANCE = timedelta(minutes=5)
CLOSED_THERE = _("The provider shows that the access is closed.")
UNDECIDED = _("“%(place)s” is open at the provider, and no case here has opened it.")
TOO_LONG = _("“%(place)s” is open at the provider until %(until)s, and here %(ours)s.")
WITHOUT_END = _("“%(place)s” is open at the provider without an end; here %(ours)s.")


@step
def look_at(
    connection: Connection, doors: Iterable[Door], *, by: Any, asked_at: datetime
) -> list[str]:
    """Compare what stands open with the access that runs: what was closed has ended,
    what nobody has decided is put before a person, once. Returns a line for each."""
    open_now = {door.place.lower(): door for door in doors}
    lines = []
    for grant in _running(connection, asked_at):
        door = open_now.pop(_place(grant.access_request), None)
        if door is None:
            lines += _ended_there(grant, by)
        elif trouble := _is_longer(grant, door):
            lines.append(_put_before_a_person(connection, door, trouble, by))
    for place, door in open_now.items():
        if not _is_ours(connection, place, asked_at):
            trouble = in_record(UNDECIDED, place=door.place)
            lines.append(_put_before_a_person(connection, door, trouble, by))
    return lines


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


def _is_longer(grant: AccessGrant, door: Door) -> str:
    ours = moment_in_words(grant.ends_at)
    if door.until is None:
        return in_record(WITHOUT_END, place=door.place, ours=ours)
    if door.until <= grant.ends_at + TOLERANCE:
        return ""
    until = moment_in_words(door.until)
    return in_record(TOO_LONG, place=door.place, until=until, ours=ours)


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


def _put_before_a_person(
    connection: Connection, door: Door, trouble: str, by: Any
) -> str:
    set_aside(connection, by=by, payload=door.raw, trouble=trouble)
    return f"{connection}: {trouble}"
