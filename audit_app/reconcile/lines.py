"""The ledger against itself, and who it says was at the database."""

from collections.abc import Iterator

from django.db import DEFAULT_DB_ALIAS, connections

from audit_app.reconcile.check import Check, Finding, What
from audit_app.sealing.copying import TABLES, pieces
from audit_app.verifying import rows

ENTRY, DETAIL = "audit_app_ledgerentry", "audit_app_ledgerdetail"
# Lines of one transaction lie no further from one another than this, to be seen as one.
NEAR = 20_000
# Changes by another login than the application's, in a transaction without an event:
# a step, a command and a release tell what they do.
OUTSIDE = """
select entry.id, entry.object_type, entry.object_id from audit_app_ledgerentry entry
where entry.id > %(after)s and entry.id <= %(upto)s and entry.kind = 'change'
  and (entry.session_user_name, entry.db_role) is distinct from (%(login)s, %(role)s)
  and entry.xid not in (select near.xid from audit_app_ledgerentry near
    where near.id > %(after)s - %(near)s and near.id <= %(upto)s + %(near)s
      and near.kind <> 'change')
order by entry.id
"""


def _lines(using: str, after: str, upto: str) -> Iterator[Finding]:
    """As the verifier sees them."""
    details: dict[int, bytes] = {}
    names = TABLES[DETAIL].replace(" ", "").split(",")
    span = f"entry_id > {int(after)} and entry_id <= {int(upto)}"
    for piece in pieces(using, DETAIL, TABLES[DETAIL], span):
        details |= rows.by_number(*rows.details(names, piece))
    names = TABLES[ENTRY].replace(" ", "").split(",")
    span = f"id > {int(after)} and id <= {int(upto)}"
    for piece in pieces(using, ENTRY, TABLES[ENTRY], span):
        lines = rows.entries(names, piece)
        for pk, _what in lines.faults:
            yield Finding(What.LINE, ENTRY, str(pk), pk)
        told = rows.by_number(lines.committed, lines.commitments)
        for pk in lines.ids:
            if told.get(pk) != details.get(pk):
                yield Finding(What.DETAIL, ENTRY, str(pk), pk)


def application_login() -> str:
    """The login that pages and steps write through."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("select session_user")
        return cursor.fetchone()[0]


def _outside(using: str, after: str, upto: str) -> Iterator[Finding]:
    options = connections[DEFAULT_DB_ALIAS].settings_dict["OPTIONS"]
    values = {
        "after": int(after),
        "upto": int(upto),
        "near": NEAR,
        "login": application_login(),
        "role": options.get("assume_role") or "none",
    }
    with connections[using].cursor() as cursor:
        cursor.execute(OUTSIDE, values)
        for pk, object_type, object_id in cursor.fetchall():
            yield Finding(What.OUTSIDE, object_type, object_id, pk)


LINES = Check("lines", ENTRY, "id", _lines, most=10_000)
CHANGED_OUTSIDE = Check("outside", ENTRY, "id", _outside, most=10_000)
