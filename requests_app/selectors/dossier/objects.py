"""The objects that a request names, with what lies in them."""

from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from requests_app.models import (
    InformationSet,
    RequestedObject,
    SecurityClassification,
)
from requests_app.permissions.roles import today
from requests_app.words.swedish_order import in_swedish

LEVELS = ("confidentiality", "integrity", "availability", "traceability")


class SetInObject(NamedTuple):
    """An information set in an object, with its classification in force."""

    name: str
    classification: SecurityClassification | None
    protected_identities: bool
    personal_data: str


class NamedObject(NamedTuple):
    row: RequestedObject
    sets: list[SetInObject]


def objects_of(rows: QuerySet[RequestedObject]) -> list[NamedObject]:
    """Requested objects with what lies in them. One query, however many."""
    objects: Any = rows.select_related("cloud_object__system").annotate(
        sets=ArraySubquery(_sets_in_object())
    )
    return [
        NamedObject(row, [_set_in_object(entry) for entry in row.sets])
        for row in objects
    ]


def _sets_in_object() -> QuerySet:
    newest = SecurityClassification.objects.filter(
        information_set=OuterRef("pk"), valid_from__lte=today()
    ).order_by("-valid_from", "-id")
    levels = JSONObject(**{name: name for name in LEVELS})
    entry = JSONObject(
        name="name",
        protected="protected_identities_possible",
        personal="personal_data",
        levels=Subquery(newest.values(json=levels)[:1]),
    )
    return (
        InformationSet.objects.filter(
            object_links__cloud_object=OuterRef("cloud_object")
        )
        .order_by(in_swedish("name"))
        .values(entry=entry)
    )


def _set_in_object(entry: dict[str, Any]) -> SetInObject:
    levels = entry["levels"]
    return SetInObject(
        entry["name"],
        SecurityClassification(**levels) if levels else None,
        entry["protected"],
        entry["personal"],
    )
