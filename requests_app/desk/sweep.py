"""What time does by itself: requests lapse, access opens and ends. Level-triggered.

Each request is its own short transaction; rows another sweep holds are left to it. A
missed round delays and never drops, and no round ever grants anything.
"""

import logging
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from allauth.idp.oidc.models import Token
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from audit_app import acting
from audit_app.changes import noticing
from audit_app.ledger import tell_counted, tell_folded
from requests_app.cases.access.models import AccessGrant, IdempotencyKey, OutboxMessage
from requests_app.cases.access.outbox import SEND, deliver
from requests_app.cases.access.restore import ask_clients, notice_going_back
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.sweep import read_mailbox
from requests_app.cases.review.steps.afterwards import sweep_request
from requests_app.cases.review.steps.decision import draw_up_documents
from requests_app.core import sweep as core_sweep
from requests_app.core.drafts import forget_forms_left, forget_old_drafts
from requests_app.core.step import INTAKE, SWEEP, Busy, machine_account
from requests_app.duty.ladders import Queues, read_queues
from requests_app.duty.powers import recertify
from requests_app.duty.sweep.channels import send_notices, tell_channels
from requests_app.duty.sweep.ladders import (
    find_gaps,
    lay_patterns_further,
    send_drills,
    send_ladder_notices,
    take_in_rosters,
)
from requests_app.oversight.steps.incidents import report_alterations
from requests_app.oversight.sweep import (
    check_what_is_due,
    compare_acts,
    poll_all,
    read_logs,
    reconcile,
    seal_ledger,
    work_off_replays,
)
from requests_app.records.sweep import carry_out_retention
from requests_app.registers.sweep import read_feeds

log = logging.getLogger(__name__)

Topic = OutboxMessage.Topic
# Seconds: what somebody else holds is left to the next round, and no statement of the
# sweep keeps it from its clocks for longer.
PATIENCE = {"lock": 2, "statement": 60, "idle": 120}


def sweep() -> list[str]:
    """Go round once: ask, let time do its work, send. Returns what changed, in lines.

    No part stops another, and nothing that fails is lost: the next round finds it.
    The ledger is sealed first: what is in no checkpoint can still be made undone by
    somebody. Answers go before webhooks and notices, and what people can wait for last.
    """
    core_sweep.touch()
    by = machine_account(SWEEP)
    parts: list[Callable[[], list[str]]] = [
        # Before what is new is sealed after it.
        partial(notice_going_back, by),
        seal_ledger,
        partial(ask_clients, by),
        partial(read_mailbox, machine_account(INTAKE)),
        poll_all,
        partial(read_logs, machine_account(INTAKE)),
    ]
    if core_sweep.clocks_agree():
        parts += [partial(_handle, pk, by) for pk in due()]
    # After access has ended by the clock, and before anybody is told.
    parts += [partial(compare_acts, by)]
    parts += [partial(_deliver, topic) for topic in SEND]
    parts += [partial(check_what_is_due, by)]
    # Before what is told: a gap is told of when it is found, a reminder in its round.
    parts += [partial(lay_patterns_further, by), partial(find_gaps, by)]
    parts += [partial(recertify, by), partial(send_drills, by)]
    queues = cache(read_queues)
    for tell in (send_ladder_notices, send_notices, tell_channels):
        parts += [partial(_tell, tell, by, queues)]
    # Last of the rosters: calendars of others may take their time to answer.
    parts += [partial(take_in_rosters, by), partial(read_feeds, by)]
    parts += [forget_old_keys, forget_old_drafts, draw_up_documents]
    parts += [forget_ended_sessions, tell_counted, tell_folded]
    parts += [forget_forms_left, work_off_replays, partial(carry_out_retention, by)]
    parts += [partial(reconcile, by)]
    lines: list[str] = []
    failures = 0
    with noticing() as notices:
        for part in parts:
            try:
                lines += part()
                core_sweep.touch()
            except Exception as error:
                # One request that can't be handled must not stop the others' clocks.
                log.exception("sweep: %s: %s", _called(part), error)
                failures += 1
    if notices:
        report_alterations(notices.values(), by=by)
    core_sweep.finish(failures)
    return lines


def _called(part: Any) -> str:
    """What a part of the round is called in the log: what it does, and to which."""
    while isinstance(part, partial):
        inner = next((one for one in part.args if callable(one)), part.func)
        numbers = [one for one in part.args if isinstance(one, int | str)]
        part = " ".join([inner.__name__.strip("_"), *map(str, numbers)])
    return part if isinstance(part, str) else part.__name__


def _tell(
    tell: Callable[[Any, Queues], list[str]], by: Any, queues: Callable[[], Queues]
) -> list[str]:
    return tell(by, queues())


def _deliver(topic: Topic) -> list[str]:
    lines = []
    for line in deliver(topic):
        lines.append(line)
        core_sweep.touch()
    return lines


def _handle(pk: int, by: Any) -> list[str]:
    try:
        with transaction.atomic():
            access_request = (
                AccessRequest.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(pk=pk)
                .first()
            )
            if access_request is None:
                return []
            changed = sweep_request(access_request, by=by)
    except Busy:
        # Somebody holds what belongs to it: the next round comes in a minute.
        return []
    return [f"{access_request}: {status}" for status in changed]


def due() -> list[int]:
    """Requests whose clock has run out, the oldest first."""
    now = acting.now()
    late = AccessRequest.objects.overdue(now).soonest_first()
    # Decided and not answered, or to be answered: a freeze may have begun or ended, or
    # an answer that was being sent when the review was stopped has had no effect.
    reviews = SecrecyReview.objects.filter(
        access_request=OuterRef("pk"), status__in=["decided", "stopped"]
    )
    decided = AccessRequest.objects.filter(
        Exists(reviews), status__in=AccessRequest.AWAITING
    ).exclude(pk__in=late)
    opening = Q(status=AccessGrant.Status.SCHEDULED, opens_at__lte=now)
    ending = ~Q(status=AccessGrant.Status.ENDED) & Q(ends_at__lte=now)
    grants = AccessGrant.objects.filter(opening | ending).order_by("ends_at")
    return [
        *late.values_list("pk", flat=True),
        *decided.order_by("pk").values_list("pk", flat=True),
        *grants.values_list("access_request_id", flat=True),
    ]


def forget_ended_sessions() -> list[str]:
    """Sign-ins that have run out, of people and of providers' machines."""
    Session.objects.filter(expire_date__lt=acting.now()).delete()
    Token.objects.expired().delete()
    return []


def forget_old_keys() -> list[str]:
    """Answers of the API are kept a while for a call that comes again."""
    old = acting.now() - IdempotencyKey.retention.length
    IdempotencyKey.objects.filter(made_at__lt=old).delete()
    return []
