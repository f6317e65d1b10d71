"""Taking access back, with what extends it: parts of steps, no steps.

An access and its extensions are one access to whoever has it. What is revoked of it is
revoked for good: the database opens no more of it.
"""

from datetime import datetime
from typing import Any

from django.db.models import Func, Max, Value

from audit_app import clock
from requests_app.models import AccessGrant, AccessRequest, Content, ProviderProduct
from requests_app.models.delivery import Delivery
from requests_app.models.key_in_array import is_given_by, is_in_matter
from requests_app.workflow import outbox
from requests_app.workflow.ordering import cancel_unless_sent, order
from requests_app.workflow.step import note, save


def whole_access(access_request: AccessRequest) -> list[AccessRequest]:
    """The request, what it extends and what extends it; locked, the oldest first."""
    return _locked(is_in_matter("pk", access_request.pk), access_request)


def with_extensions(access_request: AccessRequest) -> list[AccessRequest]:
    """The request and what extends it; what it extends stands on its own decision."""
    theirs = is_given_by("pk", "lockbox_extensions", Value(access_request.pk))
    return _locked(theirs, access_request)


def _locked(theirs: Func, access_request: AccessRequest) -> list[AccessRequest]:
    rows = AccessRequest.objects.select_for_update(of=("self",))
    requests = rows.select_related("connection__product").filter(theirs)
    # The caller goes on with its own object: it must know of what is written.
    return [
        access_request if row.pk == access_request.pk else row
        for row in requests.order_by("pk")
    ]


def runs(access_request: AccessRequest) -> bool:
    """Is any of the access open, or going to be?"""
    running = AccessGrant.objects.running()
    return running.filter(access_request__in=whole_access(access_request)).exists()


def end_of(access_request: AccessRequest) -> datetime | None:
    """When the access that runs ends, as far as it has been opened: more is added
    from there."""
    running = AccessGrant.objects.running()
    parts = running.filter(access_request__in=whole_access(access_request))
    return parts.aggregate(last=Max("ends_at"))["last"]


def take_back(
    requests: list[AccessRequest], *, by: Any, text: Content | None = None
) -> None:
    """What is open becomes a task, what is not yet open never is, and what waits for an
    answer gets no approval. The provider is told of each."""
    for access_request in requests:
        if access_request.status in AccessRequest.AWAITING:
            _close_waiting(access_request, by=by)
        elif access_request.status == AccessRequest.Status.ACCESS_OPEN:
            _close_running(access_request, by=by, text=text)


def _close_waiting(access_request: AccessRequest, *, by: Any) -> None:
    if access_request.revoked_at is not None:
        return
    save(access_request, revoked_at=clock.now())
    waiting = access_request.deliveries.waiting()
    if waiting.filter(answer=Delivery.Answer.DENY).exists():
        return
    if cancel_unless_sent(access_request):
        save(access_request, status=AccessRequest.Status.IN_REVIEW)
    outbox.tell_provider(access_request, outbox.Event.REVOKED)
    note("access.taken_back", on=access_request, by=by)


def _close_running(
    access_request: AccessRequest, *, by: Any, text: Content | None
) -> None:
    """Take back access that is open; also what was revoked already, where the provider
    had been told to open it."""
    if access_request.deliveries.filter(answer=Delivery.Answer.REVOKE).exists():
        return
    if access_request.revoked_at is None:
        save(access_request, revoked_at=clock.now())
        outbox.tell_provider(access_request, outbox.Event.REVOKED)
    note("access.taken_back", on=access_request, by=by)
    _order(access_request, by=by, text=text)
    for grant in access_request.grants.filter(status=AccessGrant.Status.SCHEDULED):
        end_unopened(grant, by=by)


def _order(access_request: AccessRequest, *, by: Any, text: Content | None) -> None:
    product = access_request.connection.product
    if product.revocation == ProviderProduct.Revocation.NO:
        # Nobody's click: people are alarmed, and tell the provider in the support case.
        note("access.can_not_be_revoked", on=access_request, by=by)
        return
    order(access_request, Delivery.Answer.REVOKE, by=by, text=text)


def end_unopened(grant: AccessGrant, *, by: Any) -> None:
    """Not yet open at the provider: it never is."""
    save(
        grant,
        status=AccessGrant.Status.ENDED,
        ended_at=clock.now(),
        end_reason=AccessGrant.EndReason.REVOKED,
    )
    save(grant.access_request, status=AccessRequest.Status.ACCESS_ENDED)
    note("access.ended", on=grant, by=by, reason=AccessGrant.EndReason.REVOKED)
