"""Lapses: who sees them, who gives their cause, and who looks at a closing."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app.cached_query import cached_query
from requests_app.models import Lapse, ReviewUserPermission, Role
from requests_app.models.lapse import TO_LOOK_AT, WAITING
from requests_app.permissions.deviation import held_where_reviewed
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import WORK
from requests_app.permissions.subsequent_review import SECOND_PERSONS
from requests_app.permissions.visibility import visible_to

# Whoever answers for it that somebody is there, and whoever keeps the register.
EXPLAINERS = (Role.IT_MANAGER, Role.REGISTRAR)


@cached_query(role_holder)
def lapses_visible_to(user: Any) -> QuerySet[Lapse]:
    """Of the cases that one may know of."""
    return Lapse.objects.filter(review__in=visible_to(user).values("pk"))


@cached_query(role_holder)
def lapses_to_explain(user: Any) -> QuerySet[Lapse]:
    """Those that the person's role gives a cause, and of cases that they work."""
    works = ReviewUserPermission.objects.filter(
        user=user.pk,
        content_object=OuterRef("review"),
        permission__codename=WORK,
    )
    charged = held_where_reviewed(user, *EXPLAINERS) | Q(Exists(works))
    return lapses_visible_to(user).filter(charged)


def lapses_to_look_at(user: Any) -> QuerySet[Lapse]:
    """Cases that another has closed without a decision, of authorities where the person
    decides, works cases or keeps the register."""
    rows = lapses_visible_to(user).filter(TO_LOOK_AT).exclude(closed_by=user.pk)
    return rows.filter(held_where_reviewed(user, *SECOND_PERSONS, Role.REGISTRAR))


def lapses_waiting_for(user: Any) -> QuerySet[Lapse]:
    """Both, in one query."""
    to_explain = lapses_to_explain(user).filter(cause="")
    mine = Q(pk__in=to_explain.values("pk"))
    mine |= Q(pk__in=lapses_to_look_at(user).values("pk"))
    return Lapse.objects.filter(WAITING).filter(mine)


def can_look_at_closing(user: Any, lapse: Lapse) -> bool:
    return lapses_to_look_at(user).filter(pk=lapse.pk).exists()


def can_explain_lapse(user: Any, lapse: Lapse) -> bool:
    return lapses_to_explain(user).filter(pk=lapse.pk).exists()
