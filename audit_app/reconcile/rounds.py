"""All checks: at once, or a piece each round that goes on where the last one ended."""

import time
from collections.abc import Iterator
from typing import Any

from django.db import DataError, connection

from audit_app.models import Disagreement
from audit_app.reconcile import disposals, last_lines, leaves, lines, signed, versions
from audit_app.reconcile.check import Check, Finding, What, digest_of, end_of

# What the line that it is about shows by itself, when it is looked at again.
OF_A_LINE = (What.LINE, What.DETAIL, What.VERSION)
# Kept beside ledger and history by those who know of it: a check for each.
_further: list[Check] = []

PLACES = "select name, position from audit_app_reconciled order by looked_at"
MOVE = """
insert into audit_app_reconciled (name, position, looked_at, came_round_at)
values (%(name)s, %(position)s, clock_timestamp(),
  case when %(is_round)s then clock_timestamp() end)
on conflict (name) do update set position = excluded.position,
  looked_at = excluded.looked_at,
  came_round_at = coalesce(excluded.came_round_at, audit_app_reconciled.came_round_at)
"""


def also(check: Check) -> None:
    _further.append(check)


def checks(using: str) -> list[Check]:
    of_lines = [lines.LINES, lines.CHANGED_OUTSIDE, *leaves.SEALED, leaves.SET_CLOCK]
    of_rows = [*versions.checks(using), *last_lines.checks(using)]
    return [*of_lines, *of_rows, *signed.CHECKS, *disposals.CHECKS, *_further]


def everything(using: str, but: tuple[Check, ...] = ()) -> Iterator[Finding]:
    """Reads all there is, but for some checks; tells each finding once."""
    findings = set()
    for check in checks(using):
        if check in but:
            continue
        after = check.start
        while (upto := end_of(check, using, after)) is not None:
            for one in _looked_at(check, using, after, upto):
                if one not in findings:
                    findings.add(one)
                    yield one
            after = upto


def some(seconds: float) -> Iterator[Finding]:
    """Compare as many slices as there is time for, of the check first that has waited
    longest; one at least. A place is remembered when what was found there has been
    taken."""
    end = time.monotonic() + seconds
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
        places = dict(cursor.fetchall())
    turn = {name: number for number, name in enumerate(places, 1)}
    for check in sorted(checks("default"), key=lambda one: turn.get(one.name, 0)):
        after = places.get(check.name, check.start)
        upto = end_of(check, "default", after)
        if upto is not None:
            yield from _looked_at(check, "default", after, upto)
        _remember(check, upto)
        if time.monotonic() > end:
            break


def _looked_at(check: Check, using: str, after: str, upto: str) -> list[Finding]:
    """Whoever writes what can not be read keeps nobody from reading the rest."""
    try:
        return check.findings(using, after, upto)
    except DataError as error:
        digest = digest_of(f"{check.name} {error}")
        return [Finding(What.UNREAD, check.table, upto, digest=digest)]


def agrees_again(object_type: str, object_id: str) -> bool:
    """Does everything that once did not agree about this row agree when it is looked at
    now? False for what no line shows by itself."""
    known = Disagreement.objects.filter(object_type=object_type, object_id=object_id)
    return known.exists() and not any(map(_disagrees, known))


def _disagrees(known: Disagreement) -> bool:
    if known.what not in OF_A_LINE or known.entry_id is None:
        return True
    span = str(known.entry_id - 1), str(known.entry_id)
    return any(
        (one.what, one.entry_id) == (known.what, known.entry_id)
        for check in checks("default")
        if check.table == lines.ENTRY
        for one in check.findings("default", *span)
    )


def _remember(check: Check, upto: str | None) -> None:
    """After the last slice the check begins anew."""
    with connection.cursor() as cursor:
        position = check.start if upto is None else upto
        values: dict[str, Any] = {
            "name": check.name,
            "position": position,
            "is_round": upto is None,
        }
        cursor.execute(MOVE, values)
