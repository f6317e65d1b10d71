"""Reviews on a named list: open to the people named, and to no role."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from guardian.shortcuts import assign_perm

from requests_app import permissions
from requests_app.models import (
    InformationSet,
    SecrecyReview,
)
from requests_app.workflow.step import save


def name_people(*reviews: SecrecyReview) -> None:
    """A review of an information set on a named list is open to its people only.

    Called when reviews have got objects. They never open again by themselves. One
    query where no list is concerned, and nobody sees it where nobody is named.
    """
    held = "object_links__cloud_object__requested"
    sets = InformationSet.objects.filter(
        **{f"{held}__review__in": reviews, f"{held}__removed_in_revision": None},
        is_named_list=True,
    ).annotate(review_pk=F(f"{held}__review"))
    rows = list(sets.prefetch_related("named_people__person"))
    for review in reviews:
        over = [row for row in rows if row.review_pk == review.pk]
        if over:
            people = {row.person for held in over for row in held.named_people.all()}
            put_on_list(review, people)


def people_on_list(review: SecrecyReview) -> list[Any]:
    """Everybody with a named right on the review."""
    named = review.named_grants.select_related("user")
    return list({grant.user_id: grant.user for grant in named}.values())


def put_on_list(review: SecrecyReview, people: Iterable[Any]) -> None:
    """No role opens the review any more; these people do, and who works on it."""
    for person in people:
        assign_perm(permissions.VIEW, person, review)
    if not review.is_named_list:
        for running in review.assignments.running():
            assign_perm(permissions.VIEW, running.person, review)
        save(review, is_named_list=True)
