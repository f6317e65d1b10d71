"""Opinions that a person is asked for: lines of the work queue. Reads only."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Consultation, NoticeKind, SecrecyReview
from requests_app.permissions.consultation import consultations_visible_to
from requests_app.permissions.roles import roles_of
from requests_app.selectors.addresses import url
from requests_app.selectors.clocks import clock_between
from requests_app.selectors.queue.item import WorkItem
from requests_app.selectors.queue.kind import Kind, of_each


def opinions_asked_of(user: Any) -> Iterator[Kind]:
    """For whoever has a role at all."""
    if not roles_of(user):
        return
    rows = consultations_visible_to(user).filter(
        person=user.pk,
        status=Consultation.Status.OPEN,
        review__status__in=SecrecyReview.OPEN,
    )
    related = ("question", "review__authority", "asked_by")
    yield of_each(rows.select_related(*related).order_by("due_at"), _line)


def _line(row: Consultation) -> WorkItem:
    return WorkItem(
        clock=clock_between(NoticeKind.OPINION, row.asked_at, row.due_at),
        name=_("Consultation %(number)s") % {"number": row.pk},
        url=url("consultation_change", row.pk),
        place=str(row.review.authority),
        wants=row.question.text.strip().splitlines()[0][:110],
        details=_("question from %(name)s") % {"name": row.asked_by},
        level=None,
        warning="",
        step=_("Give your opinion"),
        step_url=url("consultation_step", row.pk, "answer"),
        alarm=_("The time to answer is out.") if row.due_at <= clock.now() else "",
        since=row.asked_at,
    )
