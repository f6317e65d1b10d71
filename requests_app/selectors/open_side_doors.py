"""Side doors that stand open right now, as those see them whose information may lie
behind them. Reads only: one query."""

from typing import Any, NamedTuple

from django.db.models import Case, Count, OuterRef, Q, Subquery, Value, When, Window

from audit_app import clock
from requests_app.models import SecurityClassification, SideDoor
from requests_app.permissions.acts import SEE_DOORS
from requests_app.permissions.roles import authorities_of, has_role, today
from requests_app.permissions.side_door import SEE_SIDE_DOORS, side_doors_known_to

# So many are named, those without a decision at the top; the others are counted.
SHOWN = 100
# From a classification to the connection on which what it classifies lies.
OBJECT = "information_set__object_links__cloud_object"


class SideDoorNow(NamedTuple):
    """`level`: the highest class of what the person's authorities keep on the
    connection. `is_theirs`: may the person read it whole?"""

    door: SideDoor
    level: int | None
    is_theirs: bool


class SideDoors(NamedTuple):
    covered: list[SideDoorNow]
    undecided: list[SideDoorNow]
    number: int
    number_undecided: int

    @property
    def shown(self) -> list[SideDoorNow]:
        return [*self.undecided, *self.covered]


def side_doors_now(user: Any) -> SideDoors:
    rows: Any = side_doors_known_to(user).open()
    undecided = Q(pk__in=SideDoor.objects.undecided(clock.now()).values("pk"))
    first = Case(When(undecided, then=Value(0)), default=Value(1))
    related = ("connection__product__provider", "connection__authority", "ticket")
    rows = rows.select_related(*related).annotate(
        level=_level(user),
        number=Window(Count("pk")),
        number_undecided=Window(Count("pk", filter=undecided)),
    )
    shown = list(rows.order_by(first, "seen_at", "pk")[:SHOWN])
    doors = [SideDoorNow(door, door.level, _is_theirs(user, door)) for door in shown]
    return SideDoors(
        [row for row in doors if row.door.is_covered],
        [row for row in doors if not row.door.is_covered],
        shown[0].number if shown else 0,
        shown[0].number_undecided if shown else 0,
    )


def _is_theirs(user: Any, door: SideDoor) -> bool:
    return has_role(user, *SEE_SIDE_DOORS, authority=door.connection.authority_id)


def _level(user: Any) -> Subquery:
    """In a query of side doors."""
    theirs = {
        f"{OBJECT}__authority__in": authorities_of(user, *SEE_DOORS),
        f"{OBJECT}__gone_on": None,
        f"{OBJECT}__system__connection": OuterRef("connection"),
    }
    rows = SecurityClassification.objects.in_force(today()).filter(**theirs)
    highest = rows.order_by("-confidentiality").values("confidentiality")
    return Subquery(highest[:1])
