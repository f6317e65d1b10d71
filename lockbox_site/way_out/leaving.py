"""A municipality leaves: all it has is in a file that is whole, and here nothing of it
goes on."""

from datetime import datetime
from typing import Any

from allauth.idp.oidc.models import Token
from django.db.models import Q

from audit_app import clock
from audit_app.sealing.copying import one_snapshot
from lockbox_site.models import ScimToken
from lockbox_site.way_out.lines import has_changed
from lockbox_site.way_out.selection import select_rows
from requests_app.models import (
    AccessRequest,
    Authority,
    Connection,
    ContractClient,
    Municipality,
    RegisterToken,
    RoleAssignment,
)
from requests_app.permissions.municipalities import managed_by
from requests_app.workflow.machine_accounts import as_owner
from requests_app.workflow.step import WrongState, note, save, step

STATUS = AccessRequest.Status
RUNNING = (*AccessRequest.AWAITING, STATUS.ACCESS_OPEN)


@step
def leave(
    municipality: Municipality,
    *,
    by: Any,
    manager: Any,
    decision: str,
    digest: str,
    written_at: datetime,
) -> None:
    """By the system account, signed in to the database as the owner of the tables.
    `digest`, `written_at`: of the file that was looked at. Raises WrongState."""
    if hindrance := why_not(municipality, manager, written_at):
        raise WrongState(hindrance)
    with as_owner():
        _end_machines(municipality, by)
        _end_roles(municipality, by, decision)
        for person in municipality.people.filter(is_active=True):
            save(person, is_active=False)
            note("user.deactivated", on=person, by=by, reason=decision)
        save(municipality, left_at=clock.now(), left_by_decision=decision)
    note(
        "municipality.left",
        on=municipality,
        by=by,
        manager=manager.username,
        decision=decision,
        digest=digest,
    )


def why_not(municipality: Municipality, manager: Any, written_at: datetime) -> str:
    """Why it can't leave yet, in a sentence; nothing where it can."""
    if municipality.left_at:
        return f"{municipality} has left already."
    if municipality.pk not in managed_by(manager):
        return f"{manager.username} is no IT manager of {municipality}."
    served = Authority.objects.filter(managers_from=municipality)
    if names := ", ".join(map(str, served.exclude(municipality=municipality))):
        return f"It runs connections for others: {names}. They end that first."
    running = _requests(municipality).filter(status__in=RUNNING)
    if count := running.count():
        return (
            f"{count} requests wait for an answer, or have access that runs: answer"
            " and end them first."
        )
    with one_snapshot("owner"):
        select_rows(municipality)
        if has_changed(municipality, written_at):
            return "Something has changed since the file was written: write it anew."
    return ""


def _requests(municipality: Municipality) -> Any:
    runs = Q(connection__authority__municipality=municipality)
    concerned = Q(reviews__authority__municipality=municipality)
    return AccessRequest.objects.filter(runs | concerned).distinct()


def _end_machines(municipality: Municipality, by: Any) -> None:
    own = Q(person__municipality=municipality) | Q(authority__municipality=municipality)
    tokens = [
        *ScimToken.objects.filter(municipality=municipality, ended_at=None),
        *RegisterToken.objects.filter(own, ended_at=None),
    ]
    for token in tokens:
        save(token, ended_at=clock.now())
        note("token.ended", on=token, by=by)
    clients = ContractClient.objects.filter(
        connection__authority__municipality=municipality, ended_at=None
    )
    for client in clients:
        Token.objects.filter(client=client.client_id).delete()
        save(client, ended_at=clock.now())
        note("client.ended", on=client, by=by)
    for connection in Connection.objects.filter(
        authority__municipality=municipality, is_active=True
    ):
        save(connection, is_active=False)


def _end_roles(municipality: Municipality, by: Any, decision: str) -> None:
    """Those at its authorities, and those for which its people are lent."""
    there = Q(authority__municipality=municipality)
    rows = RoleAssignment.objects.standing()
    for row in rows.filter(there | Q(person__municipality=municipality)):
        save(row, ended_by=by, ended_at=clock.now(), stop_reason=decision)
