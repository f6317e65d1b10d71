"""The objects that a request names, and the reviews that they lead to."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from audit_app.many import add_many
from audit_app.prewritten import Prewritten, Texts
from requests_app.models import (
    AccessRequest,
    CloudObject,
    Connection,
    InformationSet,
    RequestedObject,
    SecrecyReview,
)
from requests_app.models.key_in_array import is_one_of
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
    again = [row for row in before.values() if _lost_its_review(row, names)]
    _find_reviews_again(again, access_request)
    for row in before.values():
        gone = access_request.revision if row.external_id not in names else None
        if (row.removed_in_revision is None) != (gone is None):
            save(row, removed_in_revision=gone)
            if row.review is not None:
                touched[row.review.pk] = row.review
    fresh = [name for name in names if name not in before]
    touched |= add_objects(access_request, fresh, concerns(access_request))
    keys = {row.review.pk for row in again if row.review is not None}
    named_list.name_people(*(touched[pk] for pk in keys))
    for review in touched.values():
        drop_if_empty(review, by=by)


def _lost_its_review(row: RequestedObject, names: tuple[str, ...]) -> bool:
    """Is it named again, after its review was dropped and has no say any more?"""
    if row.removed_in_revision is None or row.external_id not in names:
        return False
    return row.review is not None and row.review.status in SecrecyReview.MOVED


def _find_reviews_again(
    rows: list[RequestedObject], access_request: AccessRequest
) -> None:
    """Let these objects go to the reviews of whoever keeps them now, or had them then;
    to be saved."""
    known = _known_to(access_request, [row.external_id for row in rows]) if rows else {}
    for row in rows:
        row.cloud_object = known[row.external_id] or row.cloud_object
        concern = _concern(known[row.external_id] or row.review)
        row.review = request_state.review_for(access_request, *concern)


def add_objects(
    access_request: AccessRequest,
    names: Iterable[str],
    before: dict[Concern, SecrecyReview],
) -> dict[int, SecrecyReview]:
    """New objects of a request, however many in as many statements. Returns the reviews
    from before that got one, by id."""
    known = _known_to(access_request, list(dict.fromkeys(names)))
    reviews = dict(before)
    for cloud_object in filter(None, known.values()):
        concern = _concern(cloud_object)
        if concern not in reviews:
            reviews[concern] = SecrecyReview(
                access_request=access_request,
                authority_id=cloud_object.authority_id,
                branch_id=cloud_object.branch_id,
                is_like_stopped=cloud_object.is_like_stopped,
            )
    new_reviews = [review for review in reviews.values() if review.pk is None]
    add_many(new_reviews)
    rows = [
        RequestedObject(
            access_request=access_request,
            external_id=name,
            cloud_object=cloud_object,
            review=reviews[_concern(cloud_object)] if cloud_object else None,
            added_in_revision=access_request.revision,
        )
        for name, cloud_object in known.items()
    ]
    add_many(rows)
    reached = {row.review.pk: row.review for row in rows if row.review is not None}
    touched = {pk: reached[pk] for pk in reached if reached[pk] not in new_reviews}
    # Where nothing is from before, what was just looked up tells of every list.
    is_new = not before and access_request.revision == 1 and not access_request.extends
    if not is_new or any(row.is_on_list for row in filter(None, known.values())):
        named_list.name_people(*reached.values())
    return touched


def _known_to(
    access_request: AccessRequest, names: list[str]
) -> dict[str, Any]:  # of CloudObject, with what is asked of each
    """What our map has under each name, or None."""
    rows = _mapped_to(
        access_request.pk,
        access_request.connection_id,
        access_request.support_case or None,
        Texts(names),
        _keys(names),
    )
    objects_by_name = {row.external_id.lower(): row for row in rows}
    return {name: objects_by_name.get(name.lower()) for name in names}


@Prewritten
def _mapped_to(
    access_request: int,
    connection: int,
    support_case: str | None,
    names: Texts,
    keys: Texts,
) -> QuerySet[CloudObject]:
    listed = InformationSet.objects.filter(
        object_links__cloud_object=OuterRef("pk"), is_named_list=True
    )
    stopped = request_state.stopped_like(
        access_request, connection, support_case, names
    )
    return _mapped(connection, keys).annotate(
        is_like_stopped=Exists(stopped), is_on_list=Exists(listed)
    )


def _concern(row: Any) -> Concern:
    """Which authority an object of the map concerns, or a review."""
    return (row.authority_id, row.branch_id)


def concerns(access_request: AccessRequest) -> dict[Concern, SecrecyReview]:
    """The live reviews of a request by whom they are for."""
    reviews = request_state.live_reviews(access_request)
    return {_concern(review): review for review in reviews}


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


def _mapped(connection: int, keys: Texts) -> QuerySet[CloudObject]:
    return CloudObject.objects.filter(
        is_one_of(Lower("external_id"), keys), system__connection=connection
    )


def _keys(names: Iterable[str]) -> Texts:
    return Texts(dict.fromkeys(name.lower() for name in names))


def known_names(connection: Connection, names: list[str]) -> set[str]:
    """In small letters, those of the names that the map of the connection has."""
    rows = _mapped(connection.pk, _keys(names)).filter(gone_on=None)
    return {name.lower() for name in rows.values_list("external_id", flat=True)}
