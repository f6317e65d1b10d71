"""Deviations: found when an act is reported, taken on and concluded by people."""

from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.many import add_unversioned
from requests_app.law.divergence import Divergence, Granted, divergences, unsaid
from requests_app.law.reconciliation import Match
from requests_app.models import (
    AccessEvent,
    AccessGrant,
    AccessRequest,
    Deviation,
    DeviationEvent,
    EventOutcome,
    IncidentDuty,
    SecrecyReview,
)
from requests_app.models.event_outcome import Outcome
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

Status = Deviation.Status
# Of what no grant was compared with: what people read that it is.
KINDS: dict[str, str] = {
    Outcome.WITHOUT_GRANT: Deviation.Kind.NO_GRANT,
    Outcome.OUTSIDE_TIME: Deviation.Kind.TIME,
    Outcome.BYPASS: Deviation.Kind.BYPASS,
    Outcome.UNCLEAR: Deviation.Kind.UNCLEAR,
}


def find_deviations(
    event: AccessEvent, granted: Granted, *, by: Any, says_all: bool = False
) -> None:
    """Inside a step: hold an act that was reported of a request against what was
    granted. `says_all`: told by who has promised to say all that is compared, so that
    what is left out is a deviation."""
    assert event.access_request is not None  # noqa: S101 — it was reported of it
    differences = divergences(event, granted)
    differences += unsaid(event, granted) if says_all else ()
    if differences:
        for review in _concerned(event, event.access_request):
            _add_act(review, differences, event, by)


def _add_act(
    review: SecrecyReview, differences: list[Divergence], event: AccessEvent, by: Any
) -> None:
    """To the deviation of acts that diverged alike, while nobody has concluded it."""
    kinds = [row.kind for row in differences]
    rows = review.deviations.filter(
        status=Status.OPEN, event__isnull=False, outcome_of_acts=""
    )
    alike = [row for row in rows.order_by("pk") if row.kind_names == kinds]
    deviation = alike[0] if alike else _find(review, differences, event=event, by=by)
    _act(deviation, event).save()


def put_in_deviations(marked: list[tuple[EventOutcome, Match]], *, by: Any) -> None:
    """Inside a step: acts of a log that people are to look at. What came out alike in
    one case is one deviation, as long as nobody has concluded it. An act is in one that
    is open at most, and in none twice for the same outcome: its page says what it came
    out as last."""
    looked_at = _looked_at([row.event_id for row, _match in marked])
    open_now: dict[tuple[int, str], Deviation] = {}
    cases: dict[int | None, AccessRequest] = {}
    acts = []
    for row, match in marked:
        case = cases.get(row.access_request_id) or row.access_request
        assert case is not None  # noqa: S101 — what is marked has a case
        cases[case.pk] = case
        for review in _concerned(row.event, case):
            key = (review.pk, row.outcome)
            if (*key, row.event_id) in looked_at:
                continue
            if key not in open_now:
                open_now[key] = _deviation_of(review, row, match, by)
            acts.append(_act(open_now[key], row.event))
    add_unversioned(acts)


def _looked_at(events: list[int]) -> set[tuple[int, str, int]]:
    """In which reviews acts need not be put in a deviation, and for which outcomes: for
    any where one is open."""
    rows = DeviationEvent.objects.filter(event__in=events).select_related("deviation")
    return {
        (row.deviation.review_id, outcome, row.event_id)
        for row in rows
        for outcome in (
            Outcome.values
            if row.deviation.status == Status.OPEN
            else [row.deviation.outcome_of_acts]
        )
    }


def _act(deviation: Deviation, event: AccessEvent) -> DeviationEvent:
    return DeviationEvent(deviation=deviation, event=event, added_at=clock.now())


def _deviation_of(
    review: SecrecyReview, row: EventOutcome, match: Match, by: Any
) -> Deviation:
    rows = review.deviations.filter(status=Status.OPEN, outcome_of_acts=row.outcome)
    known = rows.order_by("pk").first()
    if known is not None:
        return known
    differences = list(match.divergences) or [_without_grant(row)]
    # One that was concluded of the same act has it as its event.
    is_named = review.deviations.filter(event=row.event).exists()
    return _find(
        review,
        differences,
        event=None if is_named else row.event,
        by=by,
        outcome_of_acts=row.outcome,
    )


def _without_grant(row: EventOutcome) -> Divergence:
    event = row.event
    kind = KINDS.get(row.outcome, Deviation.Kind.RULE)
    if kind == Deviation.Kind.BYPASS:
        return Divergence(kind, event.unasked, "")
    return Divergence(kind, event.object_name or event.action, "")


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
    outcome_of_acts: str = "",
) -> Deviation:
    deviation = Deviation.objects.create(
        review=review,
        access_request=review.access_request,
        event=event,
        outcome_of_acts=outcome_of_acts,
        divergences=[row.as_row() for row in differences],
        discovered_at=clock.now(),
    )
    begin_of_deviation(deviation)
    note("deviation.found", on=deviation, by=by)
    return deviation


def _concerned(
    event: AccessEvent, access_request: AccessRequest
) -> list[SecrecyReview]:
    """Whose object it was; everybody's, where that is not known."""
    reviews = live_reviews(access_request)
    name = event.object_name.strip()
    objects = access_request.requested_objects.filter(external_id__iexact=name)
    theirs = set(objects.values_list("review", flat=True)) if name else set()
    own = [review for review in reviews if review.pk in theirs]
    if own or reviews:
        return own or reviews
    return [_last_of(access_request)]


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
