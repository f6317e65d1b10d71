"""The moment of release: what stops an answer is asked where it is let go."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.acting import acting
from requests_app.background.outbox.lease import (
    LEASE,
    REFUSED,
    Call,
    Result,
    began,
    finish,
    keep_attempt,
    still_ours,
)
from requests_app.models import AccessRequest, Delivery, OutboxAttempt, OutboxMessage
from requests_app.workflow.answer import gate, take_from
from requests_app.workflow.approval import Question
from requests_app.workflow.machine_accounts import OUTBOX, machine_account
from requests_app.workflow.step import note


def begin(message: OutboxMessage) -> str:
    """Note, before the call, that from here on its effect is not known. What stops it
    is asked in this very transaction; returns that in words."""
    by = machine_account(OUTBOX)
    with holding_request(message, by) as access_request:
        current = Delivery.objects.get(outbox_message=message)
        is_open = current.status == Delivery.Status.OPEN
        if not is_open or not access_request.connection.is_answered:
            _settle(message)
            if not is_open and not message.uncertain:
                finish(message, Result.CANCELLED)
            return _("taken back")
        if stop := next(gate(current), None):
            return _hold_back(message, current, stop, by=by)
        message.uncertain = True
        message.lease_until = clock.now() + LEASE
        message.save()
    return ""


def _hold_back(
    message: OutboxMessage, approve: Delivery, stop: Question, *, by: Any
) -> str:
    """What has been granted does not hold any more: the answer is called back at once,
    unless an earlier try may have taken effect, and people read what has changed."""
    trouble = _("Not sent: %(why)s") % {"why": stop.words}
    keep_attempt(message, Call(b"", result=trouble))
    note("delivery.held_back", on=approve, by=by, why=stop.name)
    _settle(message)
    if not message.uncertain:
        take_from(approve.access_request, stop, by=by)
    return trouble


def _settle(message: OutboxMessage) -> None:
    """Nothing is sent. The provider still waits, so what was sent a lease ago has not
    taken effect: the answer may be called back."""
    if message.uncertain and when_sent(message) + LEASE < clock.now():
        message.uncertain = False
    message.lease_until = None
    message.save()


@contextmanager
def holding_request(message: OutboxMessage, by: Any) -> Iterator[AccessRequest]:
    """`still_ours`, with the request's row taken first, as every step does."""
    with acting(by):
        requests = AccessRequest.objects.select_for_update(of=("self",))
        access_request = requests.select_related("connection__product").get(
            pk=request_of(message).pk
        )
        with still_ours(message):
            yield access_request


def when_sent(message: OutboxMessage) -> datetime:
    """When the try began that took effect: the last that was not refused."""
    earlier = unanswered(message).last()
    return earlier.began_at if earlier else began(message)


def unanswered(message: OutboxMessage) -> QuerySet[OutboxAttempt]:
    """Tries that sent our answer and may have been heeded, soon or later."""
    tries = message.tries.filter(sent__isnull=False).exclude(http_status__in=REFUSED)
    accepted_at = Delivery.objects.get(outbox_message=message).accepted_at
    # What was accepted gave no access: that began with the release.
    return tries.filter(began_at__gte=accepted_at) if accepted_at else tries


def request_of(message: OutboxMessage) -> AccessRequest:
    """An answer is to a request."""
    assert message.access_request is not None  # noqa: S101 — a constraint holds it
    return message.access_request
