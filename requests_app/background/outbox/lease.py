"""What every message goes through: claimed, tried, tried again later, given up."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.acting import acting
from requests_app.background.after_restore import marked
from requests_app.background.outbox.body import body_of
from requests_app.models import OutboxAttempt, OutboxMessage
from requests_app.models.outbox import OutboxQuerySet
from requests_app.providers.protocol import Reply
from requests_app.workflow.content import keep
from requests_app.workflow.machine_accounts import OUTBOX, machine_account
from requests_app.workflow.step import note

Result = OutboxMessage.Result

# Answers that one provider is given at the same time: one that is slow holds so many of
# the senders.
MOST_TO_A_PROVIDER = 4
# What these say has not been done.
REFUSED = range(400, 500)
# And trying again changes nothing.
REFUSED_FOR_GOOD = (400, 404, 405, 409, 410, 415, 422)
# Longer than the slowest call: read, send and read back, 30 seconds each.
LEASE = timedelta(minutes=2)
# Seconds between tries, growing; the last is repeated while an effect is unknown.
ANSWER_PAUSES = (15, 30, 60, 120, 300, 600, 900, 1800)
# Whatever longer pause a provider asks for: the clock of the request runs meanwhile.
LONGEST_ANSWER_PAUSE = 900
HOOK_PAUSES = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000)


# Senders of one process claim one after the other: each sees whom the others tell.
CLAIMING = threading.Lock()


class Overtaken(Exception):
    """The lease ran out, and another process has claimed the message since."""


class Call(NamedTuple):
    """One call as it is kept: `sent` and `came_back` as they were."""

    sent: bytes
    came_back: bytes = b""
    http_status: int | None = None
    result: str = ""


def claim(
    messages: OutboxQuerySet, due_by: datetime, but: Collection[int] = ()
) -> OutboxMessage | None:
    """Take the next of the messages that was due by then for this process, and commit
    that before any call: what stops access first, and nothing to the clients `but`."""
    now = clock.now()
    with CLAIMING, acting(machine_account(OUTBOX)):
        message = _next_due(messages, now, due_by, but)
        if message is None:
            return None
        if message.lease_until is not None:
            # Perhaps in the middle of a call: then what it sent is known, no more.
            sent = body_of(message) if message.uncertain else b""
            message.trouble = _("The process stopped.")
            keep_attempt(message, Call(sent, result=message.trouble))
        message.attempts += 1
        message.lease_until = now + LEASE
        # Behind the others, should this process be killed in the middle of the call.
        message.next_attempt_at = message.lease_until
        message.save()
    return message


def _next_due(
    messages: OutboxQuerySet, now: datetime, due_by: datetime, but: Collection[int]
) -> OutboxMessage | None:
    unfinished = OutboxMessage.objects.filter(finished_at=None)
    older = unfinished.filter(lane=OuterRef("lane"), pk__lt=OuterRef("pk"))
    # A client is told one thing at a time: one that is slow keeps nobody else waiting,
    # and of its own things not what stops access.
    told_now = unfinished.filter(client=OuterRef("client"), lease_until__gt=now)
    # Nor does a provider that is slow.
    answering = unfinished.filter(topic=OutboxMessage.Topic.ANSWER, lease_until__gt=now)
    of_its_connection = answering.filter(
        access_request__connection=OuterRef("access_request__connection")
    )
    counted = of_its_connection.order_by().values("topic").values(number=Count("pk"))
    revoked = OutboxMessage.Event.REVOKED
    is_revocation = OutboxMessage.objects.revocations().filter(pk=OuterRef("pk"))
    return (
        messages.sent_by_machine()
        .annotate(answering=Coalesce(Subquery(counted), 0))
        .select_for_update(skip_locked=True, of=("self",))
        .filter(
            ~Exists(older),
            ~Exists(told_now.filter(event=revoked)),
            Q(event=revoked) | ~Exists(told_now),
            Q(topic=OutboxMessage.Topic.WEBHOOK) | Q(answering__lt=MOST_TO_A_PROVIDER),
            Q(lease_until=None) | Q(lease_until__lte=now),
            next_attempt_at__lte=due_by,
        )
        .exclude(
            topic=OutboxMessage.Topic.ANSWER, access_request__connection__in=marked()
        )
        .exclude(client__in=but)
        .select_related(
            "access_request__connection__product",
            "delivery__access_request__connection__product",
            "delivery__text",
            "client",
            "sandbox_request__extends",
            "question__text",
            "side_door__connection__product",
            "side_door__ticket",
        )
        .order_by(~Exists(is_revocation), "next_attempt_at", "pk")
        .first()
    )


@contextmanager
def still_ours(message: OutboxMessage) -> Iterator[None]:
    """A transaction that holds the message. Raises Overtaken where it is another's:
    a process that was paused past its lease must not write over what was done since."""
    with acting(machine_account(OUTBOX)):
        row = OutboxMessage.objects.select_for_update().get(pk=message.pk)
        if row.finished_at is not None or row.attempts != message.attempts:
            raise Overtaken
        yield


def try_later(message: OutboxMessage, call: Call, pause: int | None = None) -> str:
    """Again after a growing pause; after the last, people take over – but never while
    it may have taken effect."""
    pauses = HOOK_PAUSES
    if message.topic != OutboxMessage.Topic.WEBHOOK:
        pauses, pause = ANSWER_PAUSES, min(pause or 0, LONGEST_ANSWER_PAUSE)
    if message.attempts > len(pauses) and not message.uncertain:
        return give_up(message, call)
    wait = pauses[min(message.attempts, len(pauses)) - 1]
    with still_ours(message):
        keep_attempt(message, call)
        message.next_attempt_at = clock.now() + timedelta(seconds=max(wait, pause or 0))
        message.lease_until = None
        message.trouble = call.result
        message.save()
    return _("again later: %(why)s") % {"why": call.result}


def delivered(message: OutboxMessage, call: Call) -> str:
    """It has taken effect."""
    with still_ours(message):
        keep_attempt(message, call)
        finish(message, Result.DELIVERED)
    return Result.DELIVERED


def refused(message: OutboxMessage, reply: Reply, call: Call) -> str:
    """The provider answered with an error: again later, where that may help."""
    usual = _("The provider answered HTTP %(status)s.") % {"status": reply.status}
    call = call._replace(result=call.result or usual)
    if reply.status in REFUSED:
        message.uncertain = False
    if reply.status in REFUSED_FOR_GOOD:
        return give_up(message, call)
    return try_later(message, call, pause=reply.retry_after)


def give_up(message: OutboxMessage, call: Call) -> str:
    with still_ours(message):
        keep_attempt(message, call)
        finish(message, Result.FAILED, call.result)
        if message.delivery is not None:
            by = machine_account(OUTBOX)
            note("delivery.failed", on=message.delivery, by=by)
    return _("given up: %(why)s") % {"why": call.result}


def finish(message: OutboxMessage, result: str, trouble: str = "") -> None:
    message.finished_at = clock.now()
    message.result = result
    message.uncertain = False
    message.trouble = trouble
    message.save()


def keep_attempt(message: OutboxMessage, call: Call) -> None:
    OutboxAttempt.objects.create(
        message=message,
        began_at=began(message),
        ended_at=clock.now(),
        sent=keep(call.sent, "application/json") if call.sent else None,
        came_back=keep(call.came_back, "application/json") if call.came_back else None,
        http_status=call.http_status,
        result=call.result,
    )


def began(message: OutboxMessage) -> datetime:
    """When this try began, by the lease that it took."""
    return message.lease_until - LEASE if message.lease_until else clock.now()
