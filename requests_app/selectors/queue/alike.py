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
    AssessmentAnswer,
    ConflictDeclaration,
    Connection,
    CoverageGap,
    DataSubjectRequest,
    DelegationRule,
    Deviation,
    HarmTest,
    IncidentDuty,
    Lapse,
    Recertification,
    Role,
    RoleAssignment,
    SecrecyReview,
    SideDoor,
    StandingAssessment,
    SubsequentReview,
)
from requests_app.models.lapse import WAITING
from requests_app.permissions.role_holder import places
from requests_app.selectors.queue import appeals
from requests_app.selectors.readiness import connections_lacking

# Of which permissions.decision asks who wrote it first, whoever wrote over it.
HISTORIES = [AssessmentAnswer.history.model, HarmTest.history.model]


def alike(people: Iterable[Any]) -> list[list[Any]]:
    """The people in groups with one queue each, in the language they read; without
    those for whom nothing with a clock can wait. Their roles are remembered."""
    people = list(people)
    now = clock.now()
    rows = RoleAssignment.objects.in_force(now).filter(person__in=people)
    roles: dict[int, list[RoleAssignment]] = {}
    for row in rows.with_connections():
        roles.setdefault(row.person_id, []).append(row)
    named, stirring = named_people(), _stirring()
    groups: dict[Any, list[Any]] = {}
    for person in people:
        person.role_rows = roles.get(person.pk, [])
        alone = person.pk if person.pk in named else None
        works_for = {row.authority_id for row in person.role_rows}
        if alone is None and not works_for & stirring:
            continue
        key = (places(person.role_rows), person.language, alone)
        groups.setdefault(key, []).append(person)
    return list(groups.values())


def _stirring() -> set[int]:
    """Authorities whose roles can give a line with a clock: those that something open
    concerns; those that run a connection that lacks something, with a side door that no
    decision covers, or with a request that is not closed; those that a data subject has
    asked; and those with a time when nobody may act."""
    concerned = SecrecyReview.objects.filter(access_request__in=_open_requests())
    requests = AccessRequest.objects.filter(connection=OuterRef("pk"))
    runs = Connection.objects.filter(
        Exists(requests.exclude(status__in=AccessRequest.ENDED))
    )
    doors = SideDoor.objects.undecided(clock.now()).values("connection")
    opened = Connection.objects.filter(pk__in=doors)
    empty = CoverageGap.objects.filter(closed_at=None)
    rows = concerned.order_by().values_list("authority")
    rows = rows.union(
        *(
            others.order_by().values_list("authority")
            for others in (runs, connections_lacking(), opened, _of_subjects(), empty)
        )
    )
    return {authority for (authority,) in rows} | _confirming()


def _of_subjects() -> QuerySet[DataSubjectRequest]:
    return DataSubjectRequest.objects.filter(status=DataSubjectRequest.Status.OPEN)


def _confirming() -> set[int]:
    """Where power waits to be confirmed anew; what belongs nowhere, for whoever
    administers the system."""
    waiting = Recertification.objects.filter(outcome="")
    places = set(waiting.order_by().values_list("authority", flat=True).distinct())
    if None in places:
        admins = RoleAssignment.objects.filter(role=Role.SYSTEM_ADMINISTRATOR)
        places |= set(admins.values_list("authority", flat=True))
    return places - {None}


def named_people() -> set[int]:
    """Whom something open names. More than the queue asks of, and never fewer."""
    first, *rest = _names()
    return set(first.union(*rest).values_list("named", flat=True))


def _names() -> Iterator[QuerySet[Any]]:
    # These reach other requests of the matter, and matters to come.
    yield _whom(ConflictDeclaration.objects.filter(has_conflict=True), "person")
    yield _whom(DelegationRule.objects.exclude(person=None), "person")
    # Nobody answers their own.
    yield _whom(_of_subjects().exclude(account=None), "account")
    yield from _of_powers()
    # Read once: it would be looked for anew for each column.
    requests = list(_open_requests().values_list("pk", flat=True))
    for model, path in _of_requests().items():
        rows = model._default_manager.filter(**{f"{path}__in": requests})
        for field in model._meta.fields:
            if field.related_model is get_user_model():
                yield _whom(rows, field.name)


def _of_powers() -> Iterator[QuerySet[Any]]:
    """Whoever has power that waits to be confirmed anew, and who made what gives it:
    they do not confirm it."""
    waiting = Recertification.objects.filter(outcome="")
    yield _whom(waiting.exclude(person=None), "person")
    for model in (DelegationRule, StandingAssessment):
        keys = waiting.filter(row_table=model._meta.db_table).values("row_id")
        yield _whom(model._default_manager.filter(pk__in=keys), "made_by")


def _whom(rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    return rows.order_by().values(named=F(field))


def _open_requests() -> QuerySet[AccessRequest]:
    """The requests that can be a line in anybody's queue, for more than their roles."""
    here = {"access_request": OuterRef("pk")}
    reviews = SecrecyReview.objects.filter(appeals.goes_on(), **here)
    deviations = Deviation.objects.filter(status=Deviation.Status.OPEN, **here)
    duties = IncidentDuty.objects.filter(
        status=IncidentDuty.Status.OPEN, review__access_request=OuterRef("pk")
    )
    return AccessRequest.objects.filter(
        Exists(reviews)
        | Exists(deviations)
        | Exists(duties)
        | Exists(_waiting_on_reviews(SubsequentReview, Q(conclusion="")))
        | Exists(_waiting_on_reviews(Lapse, WAITING))
    )


def _waiting_on_reviews(model: type[Model], waits: Q) -> QuerySet[Any]:
    here = {"review__access_request": OuterRef("pk")}
    return model._default_manager.filter(waits, **here)


def _of_requests() -> dict[type[Model], str]:
    """Every table that hangs on a request, and the way there."""
    ways: dict[type[Model], str] = {AccessRequest: "pk"}
    models = [
        model
        for model in apps.get_app_config("requests_app").get_models()
        if not model._meta.proxy and not hasattr(model, "instance_type")
    ]
    models += HISTORIES
    while new := {
        model: way
        for model in models
        if model not in ways and (way := _way_up(model, ways))
    }:
        ways |= new
    return ways


def _way_up(model: type[Model], ways: dict[type[Model], str]) -> str:
    for field in model._meta.fields:
        if (above := ways.get(field.related_model)) is not None:  # type: ignore[arg-type]
            return field.name if above == "pk" else f"{field.name}__{above}"
    return ""
