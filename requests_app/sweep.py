"""What time does by itself: requests lapse, access opens and ends. Level-triggered.

Each request is its own short transaction; rows another sweep holds are left to it. A
missed round delays and never drops, and no round ever grants anything.
"""

import logging
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit_app import clock
from requests_app.catalogue.load import SWEEP, service_account
from requests_app.models import AccessGrant, AccessRequest, Heartbeat
from requests_app.workflow.delivery import sweep_request

log = logging.getLogger(__name__)


def sweep() -> list[str]:
    """Go round once. Returns a line for each request that changed."""
    by = service_account(SWEEP)
    lines: list[str] = []
    failures = 0
    for pk in due():
        try:
            lines += _handle(pk, by)
        except Exception:
            # One request that can't be handled must not stop the others' clocks.
            log.exception("sweep: request %s", pk)
            failures += 1
    beat(failures)
    return lines


def _handle(pk: int, by: Any) -> list[str]:
    with transaction.atomic():
        access_request = (
            AccessRequest.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=pk)
            .first()
        )
        if access_request is None:
            return []
        changed = sweep_request(access_request, by=by)
    return [f"{access_request}: {status}" for status in changed]


def due() -> list[int]:
    """Requests whose clock has run out, the oldest first."""
    now = clock.now()
    late = AccessRequest.objects.filter(
        status__in=AccessRequest.AWAITING, answer_deadline__lte=now
    ).order_by("answer_deadline")
    opening = Q(status=AccessGrant.Status.SCHEDULED, opens_at__lte=now)
    ending = ~Q(status=AccessGrant.Status.ENDED) & Q(ends_at__lte=now)
    grants = AccessGrant.objects.filter(opening | ending).order_by("ends_at")
    return [
        *late.values_list("pk", flat=True),
        *grants.values_list("access_request_id", flat=True),
    ]


def beat(failures: int = 0) -> None:
    Heartbeat.objects.update_or_create(
        name="sweep", defaults={"at": clock.now(), "failures": failures}
    )
