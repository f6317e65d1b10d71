"""An authority moves to another municipality, with all it has: where municipalities
merge, or a board becomes a joint one."""

from typing import Any

from django.db.models import Q

from audit_app import clock
from requests_app.models import (
    Authority,
    CloudObject,
    Connection,
    Municipality,
    RegisterToken,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.permissions.municipalities import managed_by
from requests_app.workflow.machine_accounts import as_owner
from requests_app.workflow.step import WrongState, note, save, step

# Whoever gives roles and makes accounts belongs to the municipality.
STAY = (Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)


@step
def move(
    authority: Authority,
    *,
    by: Any,
    to: Municipality,
    released_by: Any,
    received_by: Any,
    decision: str,
) -> None:
    """By the system account, signed in to the database as the owner of the tables.
    `released_by` manages where the authority is, `received_by` where it comes.

    Cases, registers, history and the ledger's lines go along as they are. Its people
    stay where their accounts are: their roles at it become lent, with the decision as
    basis; those of managers and of administrators end. Raises WrongState.
    """
    before = authority.municipality
    if hindrance := why_not(authority, to, released_by, received_by):
        raise WrongState(hindrance)
    with as_owner():
        _end_keys(authority, by, decision)
        served = _is_served_by(authority, before)
        save(
            authority,
            municipality=to,
            managers_from=before if served else None,
            managers_agreement=decision if served else "",
        )
        _lend(authority, by, before, decision)
    note(
        "authority.moved",
        on=authority,
        by=by,
        authority=authority.pk,
        decision=decision,
        old=before.organisation_number,
        new=to.organisation_number,
        released_by=released_by.username,
        received_by=received_by.username,
    )


def why_not(
    authority: Authority, to: Municipality, released_by: Any, received_by: Any
) -> str:
    """Why it can't move, in a sentence; nothing where it can."""
    before = authority.municipality
    if before == to:
        return f"{authority} is of {to} already."
    if to.left_at or before.left_at:
        return "A municipality that has left neither gives nor takes."
    for person, place in ((released_by, before), (received_by, to)):
        if place.pk not in managed_by(person) or person.municipality_id != place.pk:
            return f"{person.username} is no IT manager of {place}."
    same = Q(code__iexact=authority.code) | Q(name__iexact=authority.name)
    if twin := to.authorities.filter(same).first():
        return (
            f"{to} has {twin} ({twin.code}) already: give one of them another name and"
            " code first."
        )
    if runs := Connection.objects.filter(authority=authority):
        names = ", ".join(map(str, runs))
        return f"It runs connections: {names}. Another authority takes them on first."
    return ""


def _is_served_by(authority: Authority, municipality: Municipality) -> bool:
    """Do its objects or cases lie in connections that are run there?"""
    run = "connection__authority__municipality"
    objects = CloudObject.objects.filter(
        authority=authority, **{f"system__{run}": municipality}
    )
    reviews = SecrecyReview.objects.filter(
        authority=authority, **{f"access_request__{run}": municipality}
    )
    return objects.exists() or reviews.exists()


def _lend(authority: Authority, by: Any, before: Municipality, decision: str) -> None:
    rows = RoleAssignment.objects.standing().filter(authority=authority)
    for row in rows.filter(person__municipality=before):
        if row.role in STAY:
            save(row, ended_by=by, ended_at=clock.now(), stop_reason=decision)
        else:
            save(row, employer=str(before), basis=decision)


def _end_keys(authority: Authority, by: Any, decision: str) -> None:
    """A key of the old municipality's opens its registers no more."""
    for token in RegisterToken.objects.filter(authority=authority, ended_at=None):
        save(token, ended_at=clock.now())
        note("token.ended", on=token, by=by, decision=decision)
