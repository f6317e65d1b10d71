"""Cases that have nobody left to take the next step: the officer has gone, or all who
may decide or answer have, or are in conflict. Lines of whoever finds somebody else."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from requests_app.models import AccessGrant, Delivery, SecrecyReview
from requests_app.models.key_in_array import key_in_array
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.decision import has_no_decider
from requests_app.permissions.holders import has_no_answerer, officer_has_left
from requests_app.permissions.request_visibility import tasks_managed_by
from requests_app.permissions.roles import (
    LIST_KEEPERS,
    MANAGERS,
    authorities_of,
    has_role,
    manages,
)
from requests_app.permissions.visibility import list_kept_by, managed_by
from requests_app.selectors.addresses import url
from requests_app.selectors.by_hand import given_by_hand
from requests_app.selectors.queue.item import (
    WorkItem,
    clock_for,
    upkeep_item,
    window,
)
from requests_app.selectors.queue.kind import Kind, of_each

# Of what waits, so many are looked through: those that came to it first.
FIRST = 200


def unowned_cases_for(user: Any) -> Iterator[Kind]:
    if manages(user):
        yield from _without_officer(managed_by(user), _to_assign)
        yield _without_decider(user)
        answers = Delivery.objects.filter(given_by_hand(), status__in=Delivery.WAITING)
        answers = answers.annotate(**window("access_request"))
        yield _without_executor(user, answers, "delivery_change")
        revoked = AccessGrant.objects.to_be_stopped()
        yield _without_executor(user, revoked, "accessgrant_change")
    if has_role(user, *LIST_KEEPERS):
        yield from _without_officer(list_kept_by(user), _to_name)


def _without_officer(
    reviews: QuerySet[SecrecyReview], line: Callable[[Any], WorkItem]
) -> Iterator[Kind]:
    """Cases whose officer has no role any more, or may not sign in."""
    rows = reviews.filter(officer_has_left(), status__in=SecrecyReview.HELD)
    yield of_each(rows.select_related("authority", "case_officer"), line)


def _to_assign(row: SecrecyReview) -> WorkItem:
    return _officer_has_left(row, _("Assign"), "assign")


def _to_name(row: SecrecyReview) -> WorkItem:
    """No manager knows of it: one must be named first."""
    return _officer_has_left(row, _("Name a person"), "name")


def _officer_has_left(row: SecrecyReview, step: str, name: str) -> WorkItem:
    return upkeep_item(
        row,
        row.authority,
        "",
        step,
        alarm=_("%(name)s has no role any more.") % {"name": row.case_officer},
        url=url("secrecyreview_change", row.pk),
        step_url=url("secrecyreview_step", row.pk, name),
    )


def _without_decider(user: Any) -> Kind:
    proposed = managed_by(user).filter(status=SecrecyReview.Status.PROPOSED)
    first = proposed.order_by(deadline_path("access_request"), "pk")[:FIRST]
    rows = SecrecyReview.objects.filter(
        key_in_array("pk", first.values("pk")), has_no_decider()
    ).annotate(**window("access_request"))
    rows = rows.select_related("authority", "access_request")
    return of_each(rows.order_by(deadline_path("access_request"), "pk"), _to_decide)


def _to_decide(row: Any) -> WorkItem:
    page = url("secrecyreview_change", row.pk)
    return upkeep_item(
        row,
        row.authority,
        "",
        _("Look into it"),
        alarm=_("Nobody is left who may decide what is proposed."),
        url=page,
        step_url=page,
        clock=clock_for(row.access_request, row),
    )


def _without_executor(user: Any, tasks: QuerySet[Any], page: str) -> Kind:
    """For managers of whoever runs the connection, who give the role, and those whose
    case it is."""
    first = tasks.filter(tasks_managed_by(user)).order_by("pk")[:FIRST]
    rows = tasks.filter(key_in_array("pk", first.values("pk")), has_no_answerer())
    rows = rows.select_related("access_request__connection__product")
    managed = authorities_of(user, *MANAGERS)
    return of_each(rows.order_by("pk"), partial(_to_answer, managed, page))


def _to_answer(managed: set[int], page_of: str, row: Any) -> WorkItem:
    request = row.access_request
    gives_role = request.connection.authority_id in managed
    page = url("roleassignment_changelist") if gives_role else url(page_of, row.pk)
    return upkeep_item(
        row,
        request.connection.product,
        "",
        _("Give a role") if gives_role else _("Look into it"),
        alarm=_("Nobody is left who may give the answer, or have the access stopped."),
        url=page,
        step_url=page,
        clock=clock_for(request, row),
    )
