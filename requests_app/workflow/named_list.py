"""Reviews on a named list: open to the people named, and to no role."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from requests_app import permissions
from requests_app.models import (
    AccessRequest,
    CloudObject,
    InformationSet,
    SecrecyReview,
)
from requests_app.workflow.step import note, save, step

Status = SecrecyReview.Status


def name_people(*reviews: SecrecyReview) -> None:
    """A review of an information set on a named list is open to its people only.

    Called when reviews have got objects. They never open again by themselves. One
    query where no list is concerned, and nobody sees it where nobody is named.
    """
    requested = "object_links__cloud_object__requested"
    sets = InformationSet.objects.filter(
        **{
            f"{requested}__review__in": reviews,
            f"{requested}__removed_in_revision": None,
        },
        is_named_list=True,
    ).annotate(review_pk=F(f"{requested}__review"))
    rows = list(sets.prefetch_related("named_people__person"))
    for review in reviews:
        over = [row for row in rows if row.review_pk == review.pk]
        if over:
            people = {named.person for row in over for named in row.named_people.all()}
            put_on_list(review, people)


def people_on_list(review: SecrecyReview) -> list[Any]:
    """Everybody with a named right on the review."""
    named = review.named_grants.select_related("user")
    return list({grant.user_id: grant.user for grant in named}.values())


def put_on_list(review: SecrecyReview, people: Iterable[Any]) -> None:
    """No role opens the review any more; these people do, and whoever works on it."""
    for person in people:
        assign_perm(permissions.VIEW, person, review)
    if not review.is_named_list:
        for running in review.assignments.running():
            assign_perm(permissions.VIEW, running.person, review)
        save(review, is_named_list=True)


# A list follows its review to the end.
LISTED = (*SecrecyReview.OPEN, Status.DECIDED, Status.LAPSED)


def _is_on_no_list(_may: Any, review: SecrecyReview) -> str:
    return "" if review.is_named_list else _("The review is on no named list.")


@step(starts_from=LISTED, may="names", hindrance=_is_on_no_list)
def name_person(review: SecrecyReview, *, by: Any, person: Any, reason: str) -> None:
    """Let one more person see a review that no role opens, on a basis that is kept."""
    if not person.is_active or not permissions.roles_of(person):
        raise ValidationError({"person": _("This person has no role at present.")})
    if permissions.involvement(person, review).has_conflict:
        raise ValidationError(
            {"person": _("This person has declared a conflict of interest.")}
        )
    assign_perm(permissions.VIEW, person, review)
    save(review)
    note("review.named", on=review, by=by, person=person.pk)


@step(starts_from=LISTED, may="names", hindrance=_is_on_no_list)
def unname_person(review: SecrecyReview, *, by: Any, person: Any, reason: str) -> None:
    """Take the named right away from somebody who need not see the review any more."""
    if person.pk == by.pk:
        raise ValidationError({"person": _("Another person named takes you off it.")})
    remove_perm(permissions.VIEW, person, review)
    save(review)
    note("review.unnamed", on=review, by=by, person=person.pk)


@step(starts_from=LISTED, may="closes_list")
def close_list(review: SecrecyReview, *, by: Any, reason: str) -> None:
    """Put the review on a named list: only people named on it know of it from now."""
    assign_perm(permissions.VIEW, by, review)
    for running in review.assignments.running().select_related("person"):
        assign_perm(permissions.VIEW, running.person, review)
    save(review, is_named_list=True)
    note("review.closed_list", on=review, by=by)


@step
def follow_lists(objects: QuerySet[CloudObject], *, by: Any) -> None:
    """A set was put on a named list, or found in an object: the reviews follow."""
    objects_path = "requested_objects__cloud_object"
    reviews = SecrecyReview.objects.filter(
        **{
            f"{objects_path}__in": objects,
            f"{objects_path}__information_links__information_set__is_named_list": True,
            "requested_objects__removed_in_revision": None,
        }
    ).live()
    requests = AccessRequest.objects.select_for_update(of=("self",)).order_by("pk")
    list(requests.filter(pk__in=reviews.values("access_request")))
    rows = list(
        SecrecyReview.objects.filter(pk__in=reviews.values("pk")).order_by("pk")
    )
    opened = [review for review in rows if not review.is_named_list]
    if rows:
        name_people(*rows)
    for review in opened:
        note("review.closed_list", on=review, by=by)
