"""Whose queues are the same, so that one is read for all of them.

What waits for a person follows from their roles, and from what names them: a right, an
assignment, a decision, a conflict of interest. Whom nothing open names, in any column
of any table, has the queue of everybody else with the same roles.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from audit_app import clock
from requests_app.models import (
    AccessRequest,
    ConflictDeclaration,
    DelegationRule,
    Deviation,
    IncidentDuty,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.selectors.queue import appeals

WRITER = "history_user"


def alike(people: Iterable[Any]) -> list[list[Any]]:
    """The people in groups with one queue each, in the language they read. Their roles
    are remembered."""
    people = list(people)
    rows = RoleAssignment.objects.in_force(clock.now()).filter(person__in=people)
    roles: dict[int, list[RoleAssignment]] = {}
    for row in rows:
        roles.setdefault(row.person_id, []).append(row)
    named = named_people()
    groups: dict[Any, list[Any]] = {}
    for person in people:
        person.role_rows = roles.get(person.pk, [])
        alone = person.pk if person.pk in named else None
        key = (_places(person.role_rows), person.language, alone)
        groups.setdefault(key, []).append(person)
    return list(groups.values())


def _places(rows: Iterable[RoleAssignment]) -> frozenset[Any]:
    return frozenset((row.role, row.authority_id, row.branch_id) for row in rows)


def named_people() -> set[int]:
    """Whom something open names. More than the queue asks of, and never fewer."""
    first, *rest = _names()
    return set(first.union(*rest).values_list("named", flat=True))


def _names() -> Iterator[QuerySet[Any]]:
    # These reach other requests of the matter, and matters to come.
    yield _whom(ConflictDeclaration.objects.filter(has_conflict=True), "person")
    yield _whom(DelegationRule.objects.exclude(person=None), "person")
    requests = _open_requests()
    for model, path in _of_requests().items():
        rows = model._default_manager.filter(**{f"{path}__in": requests})
        for field in model._meta.fields:
            # Not whoever wrote the row of history: what they did names them.
            if field.related_model is get_user_model() and field.name != WRITER:
                yield _whom(rows, field.name)


def _whom(rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    return rows.order_by().values(named=F(field))


def _open_requests() -> QuerySet[AccessRequest]:
    """Those that can be a line in anybody's queue, for more than their roles."""
    here = {"access_request": OuterRef("pk")}
    waits = ~Q(status=SecrecyReview.Status.CLOSED) | Q(Exists(appeals.waiting()))
    reviews = SecrecyReview.objects.filter(waits, **here)
    deviations = Deviation.objects.filter(status=Deviation.Status.OPEN, **here)
    duties = IncidentDuty.objects.filter(
        status=IncidentDuty.Status.OPEN, review__access_request=OuterRef("pk")
    )
    return AccessRequest.objects.filter(
        Exists(reviews) | Exists(deviations) | Exists(duties)
    )


def _of_requests() -> dict[type[Model], str]:
    """Every table that hangs on a request, with its history, and the way there."""
    found: dict[type[Model], str] = {AccessRequest: "pk"}
    every = apps.get_app_config("requests_app").get_models()
    models = [model for model in every if not model._meta.proxy]
    while new := {
        model: way
        for model in models
        if model not in found and (way := _way_up(model, found))
    }:
        found |= new
    return found


def _way_up(model: type[Model], found: dict[type[Model], str]) -> str:
    for field in model._meta.fields:
        if (above := found.get(field.related_model)) is not None:  # type: ignore[arg-type]
            return field.name if above == "pk" else f"{field.name}__{above}"
    return ""
