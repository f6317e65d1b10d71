"""What is still open when a case is about to be closed, and how it ends."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.documents import appeal, revocation
from requests_app.models import (
    AccessRequest,
    Authority,
    Condition,
    ConditionFollowUp,
    Consultation,
    Decision,
    IncidentDuty,
    Outcome,
    ReportedDecision,
    SecrecyReview,
)
from requests_app.models.decision import OF_CURRENT_DECISION
from requests_app.models.service_of_decision import is_served
from requests_app.words.in_record import in_record
from requests_app.workflow import assignment, request_state
from requests_app.workflow.step import note, save

Status = SecrecyReview.Status


class OpenMatter(NamedTuple):
    """Something left undone, and whether the case is closed only with a reason."""

    text: str
    needs_reason: bool = True


def left_open(review: SecrecyReview) -> list[OpenMatter]:
    """In the order in which they would be done."""
    decision = request_state.current_decision(review)
    matters = list(_conditions(review))
    if decision is not None:
        matters += _service(decision)
    matters += [*_revocations(review), *_duties(review), *_consultations(review)]
    if decision is not None:
        matters += _report(decision)
    return matters


def why_not_over(review: SecrecyReview) -> str:
    """Why nobody closes the case yet, however it ends; empty where it is over."""
    access_request = review.access_request
    if not review.diary_number:
        return _("Register the review before it is closed.")
    if access_request.status in AccessRequest.OVER:
        return ""
    return _(
        "The request is not over: it is “%(status)s”. Close the case when the answer is"
        " given and access has ended."
    ) % {"status": access_request.get_status_display()}


def end_case(review: SecrecyReview, *, by: Any) -> None:
    """Inside a step: the review is closed, and the request with its last one."""
    access_request = review.access_request
    save(review, status=Status.CLOSED, closed_at=clock.now())
    assignment.end_all(review, reason=in_record(gettext_lazy("the case is closed")))
    note("review.closed", on=review, by=by)
    left = request_state.live_reviews(access_request)
    if all(other.status == Status.CLOSED for other in left):
        request_state.set_status(access_request, AccessRequest.Status.CLOSED)
        note("request.closed", on=access_request, by=by)


def is_to_be_sent(decision: Decision) -> bool:
    """Is its recipient told of it by a document? An internal act under the
    contract is told with the answer; what is struck off has nobody to be told."""
    if decision.outcome == Outcome.STRUCK_OFF:
        return False
    if appeal.appeal(decision) is not None:
        return True
    return decision.regime != Authority.Regime.INTERNAL


def _service(decision: Decision) -> Iterator[OpenMatter]:
    if is_to_be_sent(decision) and not is_served(decision):
        text = _("The decision is not sent to the party, or no service is recorded.")
        yield OpenMatter(text)
        return
    text = _("The decision can be appealed until %(day)s.")
    yield from _until(appeal.last_day(decision), text)


def _until(last_day: date | None, text: str) -> Iterator[OpenMatter]:
    if last_day is not None and last_day >= timezone.localdate(clock.now()):
        yield OpenMatter(text % {"day": date_format(last_day, "j F Y")})


def _revocations(review: SecrecyReview) -> Iterator[OpenMatter]:
    rows = review.revocations.exclude(regime=Authority.Regime.INTERNAL)
    for row in rows.select_related("review__authority"):
        if row.served_at is None:
            yield OpenMatter(_("The revocation has not been served."))
        text = _("The revocation can be appealed until %(day)s.")
        yield from _until(revocation.last_day(row), text)


def _duties(review: SecrecyReview) -> Iterator[OpenMatter]:
    """The duties left open, also of a deviation that has been concluded as an
    incident."""
    rows = IncidentDuty.objects.filter(review=review, status=IncidentDuty.Status.OPEN)
    for row in rows:
        text = _("Not settled yet: %(duty)s.")
        yield OpenMatter(text % {"duty": row.get_kind_display()})


def _conditions(review: SecrecyReview) -> Iterator[OpenMatter]:
    """The conditions of access that was given which nobody has followed up."""
    if not review.access_request.grants.exists():
        return
    reports = ConditionFollowUp.objects.filter(condition=OuterRef("pk"))
    rows = Condition.objects.filter(
        OF_CURRENT_DECISION, ~Exists(reports), review=review
    )
    kinds = list(rows.values_list("kind", flat=True))
    accounts = kinds.count(Condition.Kind.ACCOUNT)
    if accounts:
        yield OpenMatter(_("The written account of the provider is outstanding."))
    if others := len(kinds) - accounts:
        text = _("Conditions not followed up: %(n)s.")
        yield OpenMatter(text % {"n": others})


def _consultations(review: SecrecyReview) -> Iterator[OpenMatter]:
    rows = review.consultations.filter(status=Consultation.Status.OPEN)
    for row in rows.select_related("person"):
        text = _("%(name)s has been asked for an opinion and has not answered.")
        yield OpenMatter(text % {"name": row.person})


def _report(decision: Decision) -> Iterator[OpenMatter]:
    """The next report takes it up, closed or not: it is told, and stops nothing."""
    is_due = decision.delegation_rule.report_to_board
    if is_due and not ReportedDecision.objects.filter(decision=decision).exists():
        text = _("It is not reported to the board yet: the next report takes it up.")
        yield OpenMatter(text, needs_reason=False)
