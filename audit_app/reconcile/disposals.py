"""What was disposed of while the row or a version that it tells of stands: nothing says
any more what that was."""

from collections.abc import Iterator

from django.db import connections

from audit_app.reconcile.check import Check, Finding, What
from audit_app.reconcile.lines import ENTRY, place_of

STANDING = """
select distinct line from audit_ledger_standing(array(
  select object_id::bigint from audit_app_ledgerentry
  where id > %s and id <= %s and event = 'detail.disposed'
    and object_type = 'audit_app_ledgerdetail' and object_id ~ '^[0-9]{1,18}$')) line
order by line
"""


def _standing(using: str, after: str, upto: str) -> Iterator[Finding]:
    with connections[using].cursor() as cursor:
        cursor.execute(STANDING, [int(after), int(upto)])
        lines = [pk for (pk,) in cursor.fetchall()]
    for pk in lines:
        yield Finding(What.DISPOSED, *place_of(using, pk), pk)


ROWS_STANDING = """
select distinct line from audit_rows_standing(array(
  select id from audit_app_ledgerentry
  where id > %s and id <= %s and event = 'row.disposed')) line
order by line
"""


def _rows_standing(using: str, after: str, upto: str) -> Iterator[Finding]:
    with connections[using].cursor() as cursor:
        cursor.execute(ROWS_STANDING, [int(after), int(upto)])
        lines = [pk for (pk,) in cursor.fetchall()]
    for pk in lines:
        yield Finding(What.DISPOSED, *place_of(using, pk), pk)


CHECKS = (
    Check("disposals", ENTRY, "id", _standing, most=10_000),
    Check("disposed rows", ENTRY, "id", _rows_standing, most=10_000),
)
