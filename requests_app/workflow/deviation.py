"""Deviations: found when an act is reported, taken on and concluded by people."""

from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.law.divergence import Divergence, Granted, Window, divergences, unsaid
from requests_app.models import (
    AccessEvent,
    AccessGrant,
    AccessRequest,
    Condition,
    Deviation,
    IncidentDuty,
    Reservation,
    SecrecyReview,
)
from requests_app.models.decision import OF_CURRENT_DECISION
from requests_app.permissions.deviation import (
    can_conclude_deviation,
    can_take_deviation,
)
from requests_app.workflow.content import keep
from requests_app.workflow.incident_duty import (
    begin_of_deviation,
    settle_without_report,
)
from requests_app.workflow.request_state import live_reviews, review_for
from requests_app.workflow.step import note, save, step
from requests_app.workflow.taking_back import whole_access

Status = Deviation.Status


def find_deviations(event: AccessEvent, *, by: Any, says_all: bool = False) -> None:
    """Inside a step: hold the act against what was granted. `says_all`: told by who has
    promised to say all that is compared, so that what is left out is a deviation."""
    granted = _granted(event.access_request)
    differences = divergences(event, granted)
    differences += unsaid(event, granted) if says_all else ()
    if differences:
        for review in _concerned(event):
            _find(review, differences, event=event, by=by)


def find_late_end(grant: AccessGrant, *, by: Any) -> None:
    """Inside a step: it was revoked, and ran its whole time all the same."""
    request = grant.access_request
    assert request.revoked_at is not None  # noqa: S101 — the caller has asked
    times = (grant.ends_at.isoformat(), request.revoked_at.isoformat())
    for review in live_reviews(request):
        late = Divergence(Deviation.Kind.LATE_END, *times)
        _find(review, [late], event=None, by=by)


def _find(
    review: SecrecyReview,
    differences: list[Divergence],
    *,
    event: AccessEvent | None,
    by: Any,
) -> None:
    deviation = Deviation.objects.create(
        review=review,
        access_request=review.access_request,
        event=event,
        divergences=[row.as_row() for row in differences],
        discovered_at=clock.now(),
    )
    begin_of_deviation(deviation)
    note("deviation.found", on=deviation, by=by)


def _granted(access_request: AccessRequest) -> Granted:
    """What was granted of the whole access, extensions included."""
    names = access_request.requested_objects.still_named()
    of_request = {"review__access_request": access_request}
    bound = Reservation.objects.filter(OF_CURRENT_DECISION, **of_request)
    eea = Condition.objects.filter(
        OF_CURRENT_DECISION, kind=Condition.Kind.INSIDE_EEA, **of_request
    )
    provider = access_request.connection.product.provider
    employer = access_request.employer_entity
    return Granted(
        objects=tuple(names.order_by("pk").values_list("external_id", flat=True)),
        windows=tuple(
            Window(grant.opens_at, grant.closed_at)
            for part in whole_access(access_request)
            for grant in part.grants.with_window()
        ),
        companies=(employer,) if employer else (provider.name,),
        persons=tuple(bound.values_list("bound", flat=True)),
        country=access_request.engineer_country,
        inside_eea=eea.exists(),
    )


def _concerned(event: AccessEvent) -> list[SecrecyReview]:
    """Whose object it was; everybody's, where that is not known."""
    reviews = live_reviews(event.access_request)
    name = event.object_name.strip()
    objects = event.access_request.requested_objects.filter(external_id__iexact=name)
    theirs = set(objects.values_list("review", flat=True)) if name else set()
    own = [review for review in reviews if review.pk in theirs]
    if own or reviews:
        return own or reviews
    return [_last_of(event.access_request)]


def _last_of(access_request: AccessRequest) -> SecrecyReview:
    """Where none has a say any more: one that was handed on or merged. Where nobody has
    routed it, whoever runs the connection finds out whose it was."""
    known = access_request.reviews.order_by("pk").first()
    if known is not None:
        return known
    review = review_for(access_request, access_request.connection.authority_id)
    review.access_request = access_request
    if access_request.status not in AccessRequest.AWAITING:
        save(review, status=SecrecyReview.Status.LAPSED)
    return review


@step(starts_from=(Status.OPEN,), may=can_take_deviation)
def take(deviation: Deviation, *, by: Any) -> None:
    """Take it on, or over from somebody else: its clocks are theirs from then."""
    save(deviation, owner=by, owned_at=clock.now())
    note("deviation.taken", on=deviation, by=by)


@step(starts_from=(Status.OPEN,), may=can_conclude_deviation)
def conclude(deviation: Deviation, *, by: Any, outcome: str, conclusion: str) -> None:
    """Say what it was, and why. It is not opened again: a new act is a new one. Of
    what was no incident nothing has to be told."""
    if outcome != Deviation.Outcome.INCIDENT:
        left = IncidentDuty.objects.filter(deviation=deviation)
        for duty in left.filter(status=IncidentDuty.Status.OPEN):
            settle_without_report(duty, by=by, reason=conclusion)
    save(
        deviation,
        status=Status.CONCLUDED,
        outcome=outcome,
        conclusion=keep(conclusion),
        concluded_by=by,
        concluded_at=clock.now(),
    )
    note("deviation.concluded", on=deviation, by=by, outcome=outcome)


def hindrance_to_closing(review: SecrecyReview) -> str:
    if review.deviations.filter(status=Status.OPEN).exists():
        return _("A deviation is not concluded yet: do that before the case is closed.")
    return ""
