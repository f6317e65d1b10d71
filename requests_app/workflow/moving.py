"""A request that was typed on the wrong connection is moved to the right one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from requests_app.models import (
    AccessRequest,
    AssessmentAnswer,
    CloudObject,
    Connection,
    RequestedObject,
    SecrecyReview,
)
from requests_app.models.request_clock import deadline_of
from requests_app.permissions.steps import can_correct_entry, connections_beside
from requests_app.providers.application import Application
from requests_app.workflow import named_list, request_state
from requests_app.workflow.requested_object import drop_if_empty
from requests_app.workflow.step import note, save, step

Status = SecrecyReview.Status


def _is_past_moving(_may: Any, access_request: AccessRequest) -> str:
    if access_request.received_by != AccessRequest.ReceivedBy.MANUAL:
        return _("The provider sent it on this connection: it is answered there.")
    reviews = access_request.reviews.values("pk")
    if AssessmentAnswer.objects.filter(review__in=reviews).exists():
        return _(
            "The assessment has begun: strike the case off, and record the request"
            " anew."
        )
    return ""


@step(
    starts_from=(AccessRequest.Status.IN_REVIEW,),
    may=can_correct_entry,
    hindrance=_is_past_moving,
)
def move_to_connection(
    access_request: AccessRequest, *, by: Any, connection: Connection, reason: str
) -> None:
    """Until it is assessed. Clock and objects follow the right product's register;
    what it was is in the history, with who and why."""
    _refuse_unsuitable(access_request, connection)
    before = access_request.connection
    typed = Application(
        external_id=access_request.external_id,
        requested_at=access_request.requested_at,
    )
    received_at = access_request.received_at
    deadline = deadline_of(connection.product, typed, received_at)
    save(
        access_request,
        connection=connection,
        **access_request.clock.moved_to(deadline),
    )
    _find_objects_anew(access_request, by=by)
    request_state.terms_changed(access_request, by=by)
    details = {"before": str(before), "to": str(connection), "reason": reason}
    note("request.moved", on=access_request, by=by, **details)


def _refuse_unsuitable(access_request: AccessRequest, connection: Connection) -> None:
    others = connections_beside(access_request)
    if not others.filter(pk=connection.pk).exists():
        text = _("Choose another connection of the authority that runs this one.")
        raise ValidationError({"connection": text})
    number = access_request.external_id
    if AccessRequest.objects.numbered(connection, number).exists():
        text = _("A request with this number has been entered on that connection.")
        raise ValidationError({"connection": text})


def _find_objects_anew(access_request: AccessRequest, *, by: Any) -> None:
    """In the map of the right connection. What it does not know stays with the review
    that it has."""
    named = access_request.requested_objects.still_named()
    rows = list(named.select_related("review"))
    keys = [row.external_id.lower() for row in rows]
    known = CloudObject.objects.alias(name=Lower("external_id")).filter(
        system__connection=access_request.connection, name__in=keys
    )
    by_name = {row.external_id.lower(): row for row in known}
    for row in rows:
        left = row.review
        _place(row, by_name.get(row.external_id.lower()), access_request)
        if left is not None and left != row.review:
            left.refresh_from_db()
            left.access_request = access_request
            drop_if_empty(left, by=by)


def _place(
    row: RequestedObject,
    cloud_object: CloudObject | None,
    access_request: AccessRequest,
) -> None:
    review = left = row.review
    if cloud_object is not None:
        concern = (cloud_object.authority_id, cloud_object.branch_id)
        review = request_state.review_for(access_request, *concern)
    save(row, cloud_object=cloud_object, review=review)
    if review is not None:
        review.access_request = access_request
        if left is not None and left.is_named_list and left != review:
            if left.authority_id == review.authority_id:
                people = named_list.people_on_list(left)
            else:
                people = named_list.receivers(review)
            named_list.put_on_list(review, people)
        named_list.name_people(review)
