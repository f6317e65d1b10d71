"""What the sweep does for kept records: case disposal and retention."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import CharField, DateTimeField, Func

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.ledger import record
from requests_app.core.models import Heartbeat
from requests_app.core.retention import PERIODS
from requests_app.duty.models.notices import PhoneNumber, PushDevice, RefusedAddress
from requests_app.records.law import reckon
from requests_app.records.models import Disposal
from requests_app.records.selectors import (
    OF_LINES,
    OF_ROWS,
    days_of_all,
    rows_standing,
    standing,
)

# Lists to dispose of, carried out in pieces by the login that alone may.

PIECE = 25  # cases of one transaction
CARRY_OUT = "select item_id, obstacle from lockbox_cases_dispose(%s, %s, %s)"
# Runs a statement in the database role of disposals: one transaction.
Ask = Callable[[str, list[Any]], list[tuple[int, str]]]


def carry_out(disposal: Disposal, ask: Ask) -> dict[int, str]:
    """All of its cases that can go, as often as others wait for one that has gone now.
    Returns why the rest stays, by the key of its item. Killed, it goes on where it
    was."""
    while True:
        answers = list(_round(disposal, ask))
        stays = {item: why for item, why in answers if why}
        if "referred" not in stays.values() or len(stays) == len(answers):
            return stays


def _round(disposal: Disposal, ask: Ask) -> Iterator[tuple[int, str]]:
    last = 0
    while piece := ask(CARRY_OUT, [disposal.pk, last, PIECE]):
        yield from piece
        last = piece[-1][0]


# The rules of retention, carried out once a day: what has run out goes, but what an
# open case holds. Which that is the database says (guards/retention.sql).

EVERY = timedelta(days=1)
MOST = 2_000  # lines that one transaction looks at
ROUND = 20  # seconds after which the rest is left to the next round
NEWEST = "select lockbox_lines_newest_due()"
LINES = "select lockbox_lines_run(%s, %s, %s)"
NOTICES = "select lockbox_notices_run(%s)"


def carry_out_retention(by: Any) -> list[str]:
    """A round a day, in as many rounds of the sweep as it takes; then it is on record
    what went, what is held and what stands."""
    beat, _made = Heartbeat.objects.get_or_create(
        name=Heartbeat.RETENTION, defaults={"at": acting.now() - EVERY}
    )
    if acting.now() - beat.at < EVERY:
        return []
    until, gone = time.monotonic() + ROUND, 0
    for some in _let_go_in_pieces(beat, by):
        gone += some
        if time.monotonic() > until:
            return [f"retention: {gone} gone, more to go"]
    with transaction.atomic(), acting_as(by):
        reckon()
        beat.at, beat.position = acting.now(), 0
        beat.save()
        periods = {name: standing(name) for name in PERIODS if name in OF_LINES}
        periods |= {name: rows_standing(name) for name in OF_ROWS}
        record("retention.carried_out", by=by, on=beat, periods=periods)
    return [f"retention: {gone} gone"] if gone else []


def _let_go_in_pieces(beat: Heartbeat, by: Any) -> Iterator[int]:
    """How many went with each piece: each looks at the lines after the one before, and
    at none that is too new for every rule. What is held is looked at again the next
    day."""
    newest = _run(by, NEWEST, [])
    while beat.position < newest:
        upto = min(beat.position + MOST, newest)
        gone = sum(_run(by, LINES, [name, beat.position, upto]) for name in OF_LINES)
        beat.position = upto
        beat.save(update_fields=["position"])
        yield gone
    while gone := _let_notices_go(beat, by):
        yield gone
    yield _forget_addresses(beat, by)


def _run(by: Any, query: str, values: list[Any]) -> int:
    with transaction.atomic(), acting_as(by), connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


def _let_notices_go(beat: Heartbeat, by: Any) -> int:
    """No line tells of each such row: how many went stands in one."""
    with transaction.atomic():
        gone = _run(by, NOTICES, [MOST])
        _tell_rows("notice_rows", gone, beat, by)
    return gone


def _tell_rows(name: str, gone: int, beat: Heartbeat, by: Any) -> None:
    if gone:
        record("rows.expired", by=by, on=beat, period=name, rows=gone)


def _forget_addresses(beat: Heartbeat, by: Any) -> int:
    """Devices that were taken away, and all by which people who have left were
    reached."""
    days = days_of_all()["addresses"]
    if days is None:
        return 0
    before = acting.now() - timedelta(days=days)
    people = get_user_model().objects.annotate(left_at=_of_person("lockbox_left_at"))
    left = list(people.filter(left_at__lt=before).values_list("pk", flat=True))
    gone = [
        *PushDevice.objects.filter(ended_at__lt=before),
        *PushDevice.objects.filter(ended_at=None, person__in=left),
        *PhoneNumber.objects.filter(person__in=left),
    ]
    with transaction.atomic(), acting_as(by):
        for row in gone:
            row.delete()
        refused = RefusedAddress.objects.filter(person__in=left).delete()[0]
        number = len(gone) + refused + _empty_addresses(left)
        _tell_rows("addresses", number, beat, by)
    return number


def _empty_addresses(left: list[Any]) -> int:
    """At accounts, of whoever nothing open needs. History and lines never had them."""
    hold = _of_person("lockbox_account_hold", CharField())
    people = get_user_model().objects.filter(pk__in=left).exclude(email="", phone="")
    free = list(people.annotate(hold=hold).filter(hold=""))
    for person in free:
        person.email = person.phone = ""
        person.save()
    return len(free)


def _of_person(function: str, kind: Any = None) -> Func:
    return Func("pk", function=function, output_field=kind or DateTimeField())
