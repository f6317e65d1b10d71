"""Routing by a person: to the authority that keeps the object; again; merged."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.models import (
    AccessRequest,
    Authority,
    CloudObject,
    CloudSystem,
    RequestedObject,
    SecrecyBranch,
    SecrecyReview,
)
from requests_app.permissions.request_visibility import is_loose
from requests_app.permissions.steps import can_route
from requests_app.workflow import answer, named_list, request_state
from requests_app.workflow.assignment import end_all
from requests_app.workflow.step import note, save, step

RequestStatus = AccessRequest.Status


def _is_routed(_may: Any, access_request: AccessRequest) -> str:
    if is_loose(access_request):
        return ""
    return _(
        "Everything in the request has been routed already. Open its review to go on."
    )


@step(may=can_route, hindrance=_is_routed)
def route(
    access_request: AccessRequest,
    *,
    by: Any,
    authority: Authority,
    branch: SecrecyBranch | None = None,
    objects: Iterable[RequestedObject] = (),
    system: CloudSystem | None = None,
    kind: str = "",
    designation: str = "",
) -> SecrecyReview:
    """Give unrouted objects (or a request that names none) to an authority.

    With a system, kind and designation, a single object is also entered in the map,
    so that the next request for it routes itself.
    """
    unrouted = access_request.requested_objects.unrouted()
    rows = list(unrouted.filter(pk__in=[row.pk for row in objects]))
    if not rows and unrouted.exists():
        raise ValidationError({"objects": _("Tick at least one object to route.")})
    review = request_state.review_for(
        access_request, authority.pk, branch.pk if branch else None
    )
    cloud_object = _enter_in_map(rows, authority, branch, system, kind, designation)
    for row in rows:
        save(row, review=review, cloud_object=cloud_object)
    review.access_request = access_request
    named_list.name_people(review)
    request_state.objects_changed(review, by=by)
    answer.order_answer(access_request, by=by)
    if access_request.status not in AccessRequest.AWAITING:
        _follow(review, access_request)
    save(access_request)
    note("request.routed", on=access_request, by=by, to=authority.code)
    return review


def _enter_in_map(
    rows: list[RequestedObject],
    authority: Authority,
    branch: SecrecyBranch | None,
    system: CloudSystem | None,
    kind: str,
    designation: str,
) -> CloudObject | None:
    if not (system and kind and designation and len(rows) == 1):
        return None
    cloud_object = CloudObject(
        system=system,
        kind=kind,
        designation=designation,
        external_id=rows[0].external_id,
        authority=authority,
        branch=branch,
    )
    cloud_object.full_clean()
    cloud_object.save()
    return cloud_object


def _follow(review: SecrecyReview, access_request: AccessRequest) -> None:
    """A request that has ended already: its new review is registered and closed."""
    if review.status in SecrecyReview.OPEN:
        save(review, status=SecrecyReview.Status.LAPSED)


@step(starts_from=SecrecyReview.OPEN, may="reroutes")
def reroute(
    review: SecrecyReview,
    *,
    by: Any,
    authority: Authority,
    branch: SecrecyBranch | None = None,
    reason: str,
) -> SecrecyReview:
    """Hand a wrongly routed review over: it stays as a record, a new one begins."""
    if (authority.pk, branch.pk if branch else None) == (
        review.authority_id,
        review.branch_id,
    ):
        raise ValidationError(
            {
                "authority": _(
                    "The review is already with that authority: choose another."
                )
            }
        )
    request_state.overtake_proposals(review)
    save(review, status=SecrecyReview.Status.REROUTED)
    end_all(review, reason=reason)
    right = request_state.review_for(
        review.access_request, authority.pk, branch.pk if branch else None
    )
    for row in review.requested_objects.all():
        save(row, review=right)
    right.access_request = review.access_request
    if review.is_named_list:
        named_list.put_on_list(right, _receivers(right))
    named_list.name_people(right)
    request_state.objects_changed(right, by=by)
    answer.order_answer(review.access_request, by=by)
    note("review.rerouted", on=review, by=by, to=str(authority), reason=reason)
    return right


def _receivers(review: SecrecyReview) -> list[Any]:
    taking = named_list.receivers(review)
    if not taking:
        raise ValidationError(
            {"authority": _("The authority has no registrar who could take it over.")}
        )
    return taking
