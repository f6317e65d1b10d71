"""Requests without an authority, answers to give, arrivals to deal with."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from requests_app.models import (
    AccessRequest,
    Act,
    Arrival,
    Delivery,
    Role,
    SecrecyReview,
)
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.request_visibility import (
    arrivals_to_handle,
    can_be_unrouted,
    unrouted,
)
from requests_app.permissions.roles import has_role
from requests_app.permissions.steps import answerable_by, routable_by, stoppable_by
from requests_app.selectors.addresses import url
from requests_app.selectors.by_hand import being_sent, given_by_hand
from requests_app.selectors.clocks import clock_in
from requests_app.selectors.queue.first_line import first_line
from requests_app.selectors.queue.item import (
    WorkItem,
    clock_for,
    details_of,
    window,
)
from requests_app.selectors.queue.kind import Kind, of_each

Status = SecrecyReview.Status
ReceivedBy = AccessRequest.ReceivedBy


def unrouted_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, Role.REGISTRAR):
        return
    rows = (
        routable_by(user)
        .filter(unrouted(OuterRef("pk")), can_be_unrouted())
        .order_by(deadline_path())
        .annotate(
            is_stopped=Exists(
                SecrecyReview.objects.filter(
                    access_request=OuterRef("pk"), status=Status.STOPPED
                )
            )
        )
        .select_related("connection__product", "justification")
    )
    yield of_each(rows, _to_route)


def _to_route(request: Any) -> WorkItem:
    is_draft = request.is_draft
    step = "complete" if is_draft else "route"
    return WorkItem(
        clock=clock_in(request, None),
        name=str(request),
        url=url("accessrequest_change", request.pk),
        place=str(request.connection.product),
        wants="" if request.is_stopped else first_line(request),
        details=details_of(request),
        level=None,
        warning="",
        step=_("Complete from the portal") if is_draft else _("Route"),
        step_url=url("accessrequest_step", request.pk, step),
        since=request.received_at,
        about=request,
        act=Act.REGISTER,
    )


def answers_for(user: Any) -> Iterator[Kind]:
    """Answers for the executor: those given by hand, and those a machine can't give."""
    if not has_role(user, Role.EXECUTOR):
        return
    rows = (
        answerable_by(user)
        .filter(Q(status__in=Delivery.WAITING) | _overtaken(), given_by_hand())
        .annotate(is_being_sent=Exists(being_sent()), **window("access_request"))
        .select_related("access_request__connection__product", "outbox_message")
        .order_by("created_at")
    )
    yield of_each(rows, _answer_item)
    grants = stoppable_by(user).select_related("access_request__connection__product")
    yield of_each(grants.order_by("pk"), _to_stop)


def _to_stop(grant: Any) -> WorkItem:
    request = grant.access_request
    return WorkItem(
        clock=clock_in(request, (grant.opens_at, grant.ends_at)),
        name=str(grant),
        url=url("accessgrant_change", grant.pk),
        place=str(request.connection.product),
        wants=_("Ask the provider in the support case to stop, and record when it has"),
        details=request.support_case,
        level=None,
        warning="",
        step=_("The provider is done"),
        step_url=url("accessgrant_step", grant.pk, "end"),
        alarm=_("Access is revoked, and runs: the product can't take it back itself."),
        since=request.revoked_at,
        first=True,
        about=grant,
        act=Act.EXECUTE,
    )


def _overtaken() -> Q:
    """Answers the machine found no use for: the provider had moved on without them."""
    ended = [AccessRequest.Status.ELSEWHERE, AccessRequest.Status.LAPSED]
    return Q(
        status=Delivery.Status.LAPSED,
        outbox_message__result="failed",
        access_request__status__in=ended,
    )


def _answer_item(delivery: Any) -> WorkItem:
    request = delivery.access_request
    product = request.connection.product
    is_open = delivery.status == Delivery.Status.OPEN
    is_over = delivery.status == Delivery.Status.LAPSED
    answer = delivery.get_answer_display()
    return WorkItem(
        clock=clock_for(request, delivery),
        name=str(delivery),
        url=url("delivery_change", delivery.pk),
        place=str(product),
        wants=_("Answer the provider: %(answer)s") % {"answer": answer},
        details=product.portal,
        level=None,
        warning="",
        step=_("Give the answer") if is_open else _("Look into it") if is_over else "",
        step_url=url("delivery_step", delivery.pk, "confirm")
        if is_open
        else url("delivery_change", delivery.pk),
        alarm=_answer_alarm(delivery),
        since=delivery.created_at,
        first=delivery.answer == Delivery.Answer.REVOKE,
        about=delivery,
        act=Act.EXECUTE,
    )


def _answer_alarm(delivery: Any) -> str:
    if delivery.status == Delivery.Status.BLOCKED:
        return _("Held back: the provider changed the request.")
    message = getattr(delivery, "outbox_message", None)
    if message is None:
        return ""
    if delivery.status == Delivery.Status.LAPSED:
        return message.trouble
    if message.result == "failed":
        return _("Could not be sent by machine, give it by hand: %(why)s") % {
            "why": message.trouble
        }
    if not delivery.is_being_sent:
        return ""
    return _("Being sent, with trouble: %(why)s") % {"why": message.trouble}


def arrivals_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, Role.REGISTRAR):
        return
    rows = arrivals_to_handle(user).filter(handled=None)
    rows = rows.select_related("connection__product").order_by("arrived_at")
    yield of_each(rows, _to_deal_with)


def _to_deal_with(arrival: Arrival) -> WorkItem:
    return WorkItem(
        clock=None,
        name=_("Arrival %(number)s") % {"number": arrival.pk},
        url=url("arrival_change", arrival.pk),
        place=str(arrival.connection.product),
        wants=arrival.trouble,
        details="",
        level=None,
        warning="",
        step=_("Deal with it"),
        step_url=url("arrival_change", arrival.pk),
        alarm=_("Could not be taken in."),
        since=arrival.arrived_at,
    )
