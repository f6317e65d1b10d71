"""Questions that no machine gets through with: for those who
answer at the provider. Lines of the work queue; reads only."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from requests_app.models import Message, OutboxMessage, Role, SecrecyReview
from requests_app.permissions.conflict import conflict_on
from requests_app.permissions.roles import has_role, running_authorities_of
from requests_app.selectors.addresses import url
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each

Topic = OutboxMessage.Topic


def support_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, Role.EXECUTOR):
        return
    runs = running_authorities_of(user, Role.EXECUTOR)
    yield of_each(_questions(runs).exclude(conflict_on(user, "access_request")), _ask)


def _in_trouble() -> QuerySet[OutboxMessage]:
    """Given up, or tried and not yet through."""
    failed = OutboxMessage.Result.FAILED
    waits = Q(finished_at=None) & ~Q(trouble="")
    return OutboxMessage.objects.filter(Q(result=failed) | waits).order_by("created_at")


def _questions(runs: set[int]) -> QuerySet[OutboxMessage]:
    """As long as the question waits for its answer, and somebody works on the case."""
    answered = Message.objects.filter(answers=OuterRef("question"))
    rows = _in_trouble().filter(
        ~Exists(answered),
        topic=Topic.QUESTION,
        access_request__connection__authority__in=runs,
        question__review__status__in=SecrecyReview.OPEN,
    )
    return rows.select_related("access_request__connection__product", "question__text")


def _ask(row: Any) -> WorkItem:
    request = row.access_request
    page = url("accessrequest_change", request.pk)
    text = _("Put the question to the provider, in %(number)s: %(text)s")
    return upkeep_item(
        request,
        request.connection.product,
        text % {"number": request.asked_in, "text": row.question.text.text},
        _("Look into it"),
        alarm=_("Could not be asked by machine: %(why)s") % {"why": row.trouble},
        url=page,
        step_url=page,
        since=row.created_at,
    )
