"""Which lines of the ledger the application did not write."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connections

from audit_app import reading
from audit_app.reconcile import application
from audit_app.reconcile.application import Period
from requests_app.selectors.audit.lines import Line

TELLING = f"""
select act.xid::text
from unnest(%(xids)s::xid8[], %(firsts)s::bigint[], %(lasts)s::bigint[])
  act (xid, first, last)
where {application.TELLS_AN_EVENT}
"""  # noqa: S608 — ours


class Writer(NamedTuple):
    """Who wrote a line past the application. `tells`: the transaction tells an event,
    as a release does."""

    login: str
    role: str
    tells: bool


def written_outside(lines: Iterable[Line]) -> dict[int, Writer]:
    """By line, the writer of those written by another login or role than the
    application's. One query, and another where there are any."""
    ours = application.periods()
    outside = [line for line in lines if not any(_wrote(one, line) for one in ours)]
    telling = _telling(outside) if outside else set()
    return {
        line.key: Writer(line.login, line.role, line.xid in telling) for line in outside
    }


def _wrote(period: Period, line: Line) -> bool:
    return period[:2] == (line.login, line.role) and period.has(line.at)


def _telling(lines: list[Line]) -> set[str]:
    xids = sorted({line.xid for line in lines})
    keys = [[line.key for line in lines if line.xid == xid] for xid in xids]
    parameters: dict[str, Any] = {
        "xids": xids,
        "firsts": [min(one) for one in keys],
        "lasts": [max(one) for one in keys],
    }
    with connections[reading.alias()].cursor() as cursor:
        cursor.execute(TELLING, parameters)
        return {xid for (xid,) in cursor.fetchall()}
