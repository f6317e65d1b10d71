"""What stands open right now, for another system that watches: as the page tells it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from ninja import Schema

from audit_app import clock
from audit_app.ledger import Kind, record
from requests_app.models import Connection, RegisterToken
from requests_app.permissions.acts import sees_doors
from requests_app.permissions.roles import remember_roles, roles_of
from requests_app.selectors.open_side_doors import SideDoorNow
from requests_app.selectors.right_now import Door, RightNow, right_now

OF_A_CASE = "request"


class PlaceOut(Schema):
    """A connection at a provider."""

    provider: str
    product: str
    connection: str


class DoorOut(PlaceOut):
    """`kind`: `request`, for what a case opened; else the kind of side door. `until`:
    none, where it does not close by itself. `decisions`: numbers; none, where no
    decision is known. `acts_outside`: none, where acts are not told of the door.
    `not_known`: why it is not known what is done there; empty where it is."""

    kind: str
    objects: list[str]
    confidentiality: int | None
    since: datetime
    until: datetime | None
    decided: bool
    decisions: list[str]
    last_act_at: datetime | None
    acts_outside: int | None
    known_until: datetime | None
    not_known: str


class UnknownOut(PlaceOut):
    """Where it is not known what is done, and why."""

    why: str


class RightNowOut(Schema):
    """`open` and `without_decision` count all doors; `doors` names a hundred of each
    sort at most."""

    at: datetime
    open: int
    without_decision: int
    doors: list[DoorOut]
    unknown: list[UnknownOut]


def right_now_of(token: RegisterToken) -> RightNowOut:
    """By the roles that its person has for the token's authority, and no others."""
    person: Any = token.person
    remember_roles(person)
    if token.authority_id is not None:
        here = token.authority_id
        person.role_rows = [r for r in roles_of(person) if r.authority_id == here]
    if not sees_doors(person):
        raise PermissionDenied
    record("right_now.read", by=person, kind=Kind.READ, token=str(token))
    now = right_now(person, within=token.authority_id)
    return RightNowOut(
        at=clock.now(),
        open=now.open_doors,
        without_decision=now.undecided,
        doors=list(_doors(now)),
        unknown=[
            UnknownOut(**_place(row.connection), why=row.why) for row in now.unknown
        ],
    )


def _doors(now: RightNow) -> Iterator[DoorOut]:
    yield from map(_side_door, now.side_doors.undecided)
    yield from map(_of_a_case, now.doors)
    yield from map(_side_door, now.side_doors.covered)


def _place(connection: Connection) -> dict[str, str]:
    return {
        "provider": connection.product.provider.name,
        "product": connection.product.name,
        "connection": connection.name,
    }


def _of_a_case(door: Door) -> DoorOut:
    objects = [row.row.cloud_object for row in door.objects]
    return DoorOut(
        **_place(door.connection),
        kind=OF_A_CASE,
        objects=[str(row) for row in objects if row is not None],
        confidentiality=door.level,
        since=door.grant.opens_at,
        until=door.grant.ends_at,
        decided=door.is_decided,
        decisions=[str(review) for review, decision in door.cases if decision],
        last_act_at=door.acts.last,
        acts_outside=door.acts.outside,
        known_until=door.knowledge.read_until,
        not_known=door.knowledge.why,
    )


def _side_door(row: SideDoorNow) -> DoorOut:
    door = row.door
    return DoorOut(
        **_place(door.connection),
        kind=door.kind,
        objects=[door.place] if row.is_theirs else [],
        confidentiality=row.level,
        since=door.seen_at,
        until=door.until,
        decided=door.is_covered,
        decisions=[door.decision_number] if door.is_covered else [],
        last_act_at=None,
        acts_outside=None,
        known_until=None,
        not_known="",
    )
