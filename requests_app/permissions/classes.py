"""How sensitive what a review asks for is, by the classifications in force."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery, Value

from audit_app.prewritten import Prewritten
from requests_app.models import SecrecyReview, SecurityClassification
from requests_app.permissions.roles import today
from requests_app.permissions.visibility import of_reviews

# From a classification to what is asked for.
OBJECTS = "information_set__object_links__cloud_object__requested"


def highest_class_at(review: str, day: date | None = None) -> Subquery:
    """None where nothing that they hold has been classified."""
    classes = _classes(OuterRef(review), day).values("confidentiality")[:1]
    return Subquery(classes, output_field=IntegerField())


def highest_class_among(
    access_request: str, user: Any, reviews: QuerySet[SecrecyReview]
) -> Subquery:
    """Of a request, as far as its objects are in these reviews, which the person
    sees."""
    key = f"{OBJECTS}__access_request"
    rows = SecurityClassification.objects.in_force(today()).filter(
        of_reviews(user, f"{OBJECTS}__review", reviews),
        **{key: OuterRef(access_request), f"{OBJECTS}__removed_in_revision": None},
    )
    highest = rows.order_by("-confidentiality").values("confidentiality")[:1]
    return Subquery(highest, output_field=IntegerField())


def highest_class(review: SecrecyReview) -> int | None:
    """The highest confidentiality in force among what the review's objects hold."""
    row = _highest(review.pk, today())
    return row[0] if row else None


@Prewritten
def _highest(review: int, day: date) -> QuerySet[Any]:
    return _classes(review, day).values_list("confidentiality", flat=True)[:1]


def was_of_class(
    level: int, reviews: Iterable[SecrecyReview], moment: datetime
) -> bool:
    """Was anything that they ask for classified so, by what was recorded then? The
    database holds approvals to the same."""
    known = Func(
        F("pk"),
        Value(moment),
        function="lockbox_class_known",
        output_field=IntegerField(),
    )
    rows = SecrecyReview.objects.filter(pk__in=[review.pk for review in reviews])
    return rows.annotate(known=known).filter(known=level).exists()


def reviews_of_class(level: int) -> QuerySet[Any]:
    """Keys of reviews of which an object holds what has been classified so."""
    rows = _in_force(review__isnull=False).filter(confidentiality=level)
    return rows.values(f"{OBJECTS}__review")


def _classes(review: Any, day: date | None = None) -> QuerySet[SecurityClassification]:
    """The classifications in force of what the objects hold, the highest first."""
    return _in_force(day, review=review).order_by("-confidentiality")


def _in_force(
    day: date | None = None, **objects: Any
) -> QuerySet[SecurityClassification]:
    """The classifications in force of what these objects hold, as far as they are asked
    for still."""
    conditions = {"removed_in_revision": None, **objects}
    return SecurityClassification.objects.in_force(day or today()).filter(
        **{f"{OBJECTS}__{name}": value for name, value in conditions.items()}
    )
