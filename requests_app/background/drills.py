"""Messages of drills, by the ways of those of real requests: what is tried is whether
they arrive."""

import logging
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.acting import acting
from audit_app.ledger import record
from requests_app.background.mail import AddressRefused
from requests_app.background.message import OF_THE_WAY, Message, hand_over
from requests_app.models import DrillCall
from requests_app.selectors.addresses import url
from requests_app.selectors.reach import ways_to

log = logging.getLogger(__name__)


def send_drills(by: Any) -> list[str]:
    """To each who is called, until some way has taken it or the drill is over."""
    now = clock.now()
    waiting = DrillCall.objects.filter(
        told_at=None, came_at=None, drill__ended_at=None, drill__ends_at__gt=now
    )
    called = sum(_tell(pk, by) for pk in waiting.values_list("pk", flat=True))
    return [f"drills: {called} called"] if called else []


def _tell(pk: int, by: Any) -> bool:
    """False where nothing took it, or another sweep has it."""
    with transaction.atomic(), acting(by):
        rows = DrillCall.objects.select_for_update(skip_locked=True, of=("self",))
        rows = rows.select_related("drill__authority", "person")
        call = rows.filter(pk=pk, told_at=None).first()
        if call is None:
            return False
        ways, troubles = _hand_over(call)
        if not ways and call.trouble == troubles:
            return False
        call.ways, call.trouble = ways, troubles
        call.told_at = clock.now() if ways else None
        call.save()
        for way in ways:
            who, item = str(call.person), _item(call)
            record("notice.sent", by=by, on=call, person=who, item=item, way=way)
        return bool(ways)


def _hand_over(call: DrillCall) -> tuple[list[str], str]:
    """The ways that took it, and what the others said."""
    taken, troubles = [], []
    with translation.override(call.person.language):
        message = _message(call)
        ways = [way for way, is_there in ways_to(call.person).items() if is_there]
        if not ways:
            return [], _("No way leads to them: no address, no device, no number.")
        for way in ways:
            try:
                hand_over(
                    way,
                    message,
                    person=call.person,
                    authority=call.drill.authority_id,
                )
                taken.append(way)
            except (*OF_THE_WAY, AddressRefused, OSError) as error:
                log.error("%s to person %s: %s", way, call.person_id, error)
                troubles.append(str(error))
    return taken, "; ".join(troubles)[:300]


def _message(call: DrillCall) -> Message:
    item = _item(call)
    return Message(
        str(call.drill),
        item,
        item,
        call.drill.ends_at,
        f"drill {call.drill_id} {call.pk}",
    )


def _item(call: DrillCall) -> str:
    return url("drill_change", call.drill_id)
