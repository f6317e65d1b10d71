"""Routing by a person: to the authority that keeps the object; again; merged."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from requests_app import permissions
from requests_app.models import (
    AccessRequest,
    Arrival,
    ArrivalHandled,
    Authority,
    CloudObject,
    CloudSystem,
    Connection,
    RequestedObject,
    Role,
    SecrecyBranch,
    SecrecyReview,
)
from requests_app.workflow import answer, intake, named_list, request_state
from requests_app.workflow.assignment import end_all
from requests_app.workflow.step import note, require, save, step

RequestStatus = AccessRequest.Status


def _is_routed(_may: Any, access_request: AccessRequest) -> str:
    if permissions.is_loose(access_request):
        return ""
    return _(
        "Everything in the request has been routed already. Open its review to go on."
    )


@step(may=permissions.can_route, hindrance=_is_routed)
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
    rows = list(
        access_request.requested_objects.filter(
            pk__in=[row.pk for row in objects], review=None
        )
    )
    if not rows and access_request.requested_objects.filter(review=None).exists():
        raise ValidationError({"objects": _("Tick at least one object to route.")})
    review = request_state.review_for(
        access_request, authority.pk, branch.pk if branch else None
    )
    known = _enter_in_map(rows, authority, branch, system, kind, designation)
    for row in rows:
        save(row, review=review, cloud_object=known)
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
    known = CloudObject(
        system=system,
        kind=kind,
        designation=designation,
        external_id=rows[0].external_id,
        authority=authority,
        branch=branch,
    )
    known.full_clean()
    known.save()
    return known


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
    """Who takes over a review on a named list: who registers it, and names others."""
    rows = permissions.roles_in_force(Role.REGISTRAR).filter(
        Q(branch=None) | Q(branch=review.branch_id), authority=review.authority_id
    )
    people = [row.person for row in rows.select_related("person")]
    taking = [
        person
        for person in people
        if not permissions.has_conflict(person, review.access_request_id)
    ]
    if not taking:
        raise ValidationError(
            {"authority": _("The authority has no registrar who could take it over.")}
        )
    return taking


@step(starts_from=AccessRequest.AWAITING, may=permissions.can_merge, begins=False)
def merge(
    access_request: AccessRequest, *, by: Any, into: AccessRequest, reason: str
) -> None:
    """Fold a request that was entered twice into the right one; nothing is lost."""
    first, second = sorted([access_request.pk, into.pk])
    # Both rows, lowest first, whichever way round two people merge.
    list(
        AccessRequest.objects.select_for_update(of=("self",))
        .filter(pk__in=[first, second])
        .order_by("pk")
    )
    merge.begin(access_request, by)
    _refuse_merge(access_request, into)
    require(permissions.can_read_request(by, into))
    doubles = request_state.live_reviews(access_request)
    named = {review.pk: named_list.people_on_list(review) for review in doubles}
    for review in doubles:
        request_state.overtake_proposals(review)
        save(review, status=SecrecyReview.Status.MERGED)
        end_all(review, reason=reason)
    _take_over_objects(access_request, into, by=by)
    kept = intake.concerns(into)
    for review in doubles:
        right = kept.get((review.authority_id, review.branch_id))
        if review.is_named_list and right is not None:
            named_list.put_on_list(right, named[review.pk])
    # A conflict of interest declared in a double's double holds as well.
    for older in access_request.merged.all():
        save(older, merged_into=into)
    answer.cancel_waiting(access_request)
    access_request.merged_into = into
    request_state.set_status(access_request, RequestStatus.MERGED)
    note("request.merged", on=access_request, by=by, into=into.external_id)


def _take_over_objects(
    access_request: AccessRequest, into: AccessRequest, *, by: Any
) -> None:
    """Objects that only the double named are not lost: the other request gets them."""
    named = set(into.requested_objects.values_list("external_id", flat=True))
    rows = access_request.requested_objects.still_named()
    extra = [row.external_id for row in rows if row.external_id not in named]
    into.refresh_from_db()
    touched = intake.add_objects(into, extra, intake.concerns(into))
    for review in touched.values():
        review.access_request = into
        request_state.objects_changed(review, by=by)
    if extra:
        answer.order_answer(into, by=by)


def _refuse_merge(access_request: AccessRequest, into: AccessRequest) -> None:
    if access_request.pk == into.pk or into.status not in AccessRequest.AWAITING:
        raise ValidationError(
            {"into": _("Choose another request, one that still waits for an answer.")}
        )
    if into.connection_id != access_request.connection_id:
        raise ValidationError(
            {
                "into": _(
                    "It came by another connection: choose a request of the same"
                    " connection."
                )
            }
        )
    if any(
        request_state.current_decision(r)
        for r in request_state.live_reviews(access_request)
    ):
        raise ValidationError(
            _("A decision has been made on this request; merge the other one.")
        )


def _is_handled(_may: Any, arrival: Arrival) -> str:
    if not ArrivalHandled.objects.filter(arrival=arrival).exists():
        return ""
    return _("Somebody has already dealt with it. Nothing more needs to be done.")


@step(may=permissions.can_handle, hindrance=_is_handled, begins=False)
def handle_arrival(arrival: Arrival, *, by: Any, note_text: str) -> None:
    """A person has dealt with something that could not be taken in."""
    # An arrival itself can't be locked: its rows never change.
    Connection.objects.select_for_update(no_key=True).get(pk=arrival.connection_id)
    handle_arrival.ask(arrival, by)
    ArrivalHandled.objects.create(arrival=arrival, note=note_text)
    note("arrival.handled", on=arrival, by=by)
