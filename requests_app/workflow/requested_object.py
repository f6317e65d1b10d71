"""The objects that a request names, and the reviews that they lead to."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, QuerySet
from django.db.models.functions import Lower

from requests_app.models import (
    AccessRequest,
    CloudObject,
    Connection,
    RequestedObject,
    SecrecyReview,
)
from requests_app.workflow import named_list, request_state
from requests_app.workflow.step import note, save

# Whom an object concerns: the authority that keeps it, and its branch.
Concern = tuple[int, int | None]


def name_objects(
    access_request: AccessRequest, names: tuple[str, ...], *, by: Any
) -> None:
    """Note the objects named now; those we know go to their custodian's review."""
    before = {row.external_id: row for row in access_request.requested_objects.all()}
    touched: dict[int, SecrecyReview] = {}
    for row in before.values():
        gone = access_request.revision if row.external_id not in names else None
        if (row.removed_in_revision is None) != (gone is None):
            save(row, removed_in_revision=gone)
            if row.review is not None:
                touched[row.review.pk] = row.review
    fresh = [name for name in names if name not in before]
    touched |= add_objects(access_request, fresh, concerns(access_request))
    for review in touched.values():
        drop_if_empty(review, by=by)


def add_objects(
    access_request: AccessRequest,
    names: Iterable[str],
    before: dict[Concern, SecrecyReview],
) -> dict[int, SecrecyReview]:
    """New objects of a request. Returns the reviews from before that got one, by id."""
    names = list(dict.fromkeys(names))
    stopped = request_state.stopped_like(access_request, names)
    cloud_objects = {
        row.external_id.lower(): row
        for row in _known(access_request.connection, names).annotate(
            is_like_stopped=Exists(stopped)
        )
    }
    new_reviews: dict[Concern, SecrecyReview] = {}
    touched: dict[int, SecrecyReview] = {}
    for name in names:
        cloud_object = cloud_objects.get(name.lower())
        review = None
        if cloud_object is not None:
            concern = (cloud_object.authority_id, cloud_object.branch_id)
            review = before.get(concern) or new_reviews.get(concern)
            if review is None:
                review = new_reviews[concern] = SecrecyReview.objects.create(
                    access_request=access_request,
                    authority_id=cloud_object.authority_id,
                    branch_id=cloud_object.branch_id,
                    is_like_stopped=cloud_object.is_like_stopped,
                )
            elif concern in before:
                touched[review.pk] = review
        RequestedObject.objects.create(
            access_request=access_request,
            external_id=name,
            cloud_object=cloud_object,
            review=review,
            added_in_revision=access_request.revision,
        )
    reached = [*new_reviews.values(), *touched.values()]
    if reached:
        named_list.name_people(*reached)
    return touched


def concerns(access_request: AccessRequest) -> dict[Concern, SecrecyReview]:
    """The live reviews of a request by whom they are for."""
    return {
        (review.authority_id, review.branch_id): review
        for review in request_state.live_reviews(access_request)
    }


def drop_if_empty(review: SecrecyReview, *, by: Any) -> None:
    """After a change of its objects. Without any it is no longer concerned."""
    if review.status in SecrecyReview.MOVED:
        return
    if request_state.object_ids(review):
        if review.status != SecrecyReview.Status.NEW:
            request_state.objects_changed(review, by=by)
    elif review.status in (*SecrecyReview.OPEN, SecrecyReview.Status.DECIDED):
        request_state.overtake_proposals(review)
        save(review, status=SecrecyReview.Status.DROPPED)
        note("review.dropped", on=review, by=by)


def _known(connection: Connection, names: list[str]) -> QuerySet[CloudObject]:
    keys = [name.lower() for name in names]
    return CloudObject.objects.alias(name=Lower("external_id")).filter(
        system__connection=connection, name__in=keys
    )


def known_names(connection: Connection, names: list[str]) -> set[str]:
    """In small letters, those of the names that the map of the connection has."""
    rows = _known(connection, [name.lower() for name in names]).filter(gone_on=None)
    return {name.lower() for name in rows.values_list("external_id", flat=True)}
