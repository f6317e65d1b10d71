"""The ledger against itself, and who it says was at the database."""

from collections.abc import Iterator

from django.db import connections

from audit_app.models import SealedLeaf
from audit_app.reconcile import application
from audit_app.reconcile.check import Check, Finding, What, digest_of
from audit_app.sealing.copying import TABLES, blocks
from audit_app.verifying import disposals, rows

ENTRY, DETAIL = "audit_app_ledgerentry", "audit_app_ledgerdetail"
LEAF = "audit_app_sealedleaf"
# As the verifier takes it; what a disposal rests on is not disposed of itself.
DISPOSED = """
select disposed.id from audit_app_ledgerentry disposed
join audit_app_ledgerentry line on line.object_type = %(object_type)s
  and line.object_id = disposed.id::text
where disposed.id = any (%(missing)s) and disposed.event <> %(event)s
  and line.kind = %(kind)s and line.id > disposed.id
  and (line.event = %(event)s and line.db_role = %(db_role)s
       or line.event = %(expired)s and audit_may_expire(disposed.kind, disposed.event))
"""
DISPOSAL = {
    name: value.decode()
    for name, value in zip(disposals.SAYS_SO, disposals.DISPOSAL, strict=True)
} | {"expired": disposals.EXPIRED.decode()}
# Written again, a row has another xmin.
STANDING = """
select entry.id, concat(entry.xmin, to_jsonb(entry), detail.xmin, to_jsonb(detail))
from audit_app_ledgerentry entry
left join audit_app_ledgerdetail detail on detail.entry_id = entry.id
where entry.id = any (%s)
"""
OUTSIDE = f"""
with outside as (
  select entry.id, entry.xid, entry.object_type, entry.object_id
  from audit_app_ledgerentry entry
  where entry.id > %(after)s and entry.id <= %(upto)s and entry.kind = 'change'
    and {application.IS_OUTSIDE}
), act as (
  select xid, min(id) as first, max(id) as last from outside group by xid
)
select outside.id, outside.object_type, outside.object_id
from act join outside on outside.xid = act.xid
where not {application.TELLS_AN_EVENT}
order by outside.id
"""  # noqa: S608 — ours


def place_of(using: str, pk: int) -> tuple[str, str]:
    """Its leaf, where it has one."""
    leaves = SealedLeaf.objects.using(using).filter(entry_id=pk)
    index = leaves.values_list("leaf_index", flat=True).first()
    return (ENTRY, str(pk)) if index is None else (LEAF, str(index))


def _lines(using: str, after: str, upto: str) -> Iterator[Finding]:
    """Faults of lines as the verifier sees them."""
    details: dict[int, bytes] = {}
    wrong: list[tuple[str, int]] = []
    names = TABLES[DETAIL].replace(" ", "").split(",")
    span = f"entry_id > {int(after)} and entry_id <= {int(upto)}"
    for block in blocks(using, DETAIL, TABLES[DETAIL], span):
        details |= rows.by_number(*rows.details(names, block))
    names = TABLES[ENTRY].replace(" ", "").split(",")
    span = f"id > {int(after)} and id <= {int(upto)}"
    for block in blocks(using, ENTRY, TABLES[ENTRY], span):
        lines = rows.entries(names, block)
        for pk, _what in lines.faults:
            wrong.append((What.LINE, pk))
        commitments = rows.by_number(lines.committed, lines.commitments)
        wrong += [
            (What.DETAIL, pk)
            for pk in lines.ids
            if commitments.get(pk) != details.get(pk)
        ]
    # Not before: while rows are copied out, the connection answers nothing else.
    missing = [pk for what, pk in wrong if what == What.DETAIL and pk not in details]
    disposed = _disposed(using, missing)
    digests = _digests(using, [pk for _what, pk in wrong])
    for what, pk in wrong:
        if what != What.DETAIL or pk not in disposed:
            yield Finding(what, *place_of(using, pk), pk, digests.get(pk, ""))


def _digests(using: str, lines: list[int]) -> dict[int, str]:
    """Digests of lines with their details, as they stand."""
    if not lines:
        return {}
    with connections[using].cursor() as cursor:
        cursor.execute(STANDING, [lines])
        return {pk: digest_of(text) for pk, text in cursor.fetchall()}


def _disposed(using: str, missing: list[int]) -> set[int]:
    """Among lines without their detail, those that another says were disposed of."""
    if not missing:
        return set()
    with connections[using].cursor() as cursor:
        cursor.execute(DISPOSED, {**DISPOSAL, "missing": missing})
        return {pk for (pk,) in cursor.fetchall()}


def _outside(using: str, after: str, upto: str) -> Iterator[Finding]:
    ours = application.period_columns(application.periods())
    with connections[using].cursor() as cursor:
        cursor.execute(OUTSIDE, {"after": int(after), "upto": int(upto), **ours})
        for pk, object_type, object_id in cursor.fetchall():
            yield Finding(What.OUTSIDE, object_type, object_id, pk)


LINES = Check("lines", ENTRY, "id", _lines, most=10_000)
CHANGED_OUTSIDE = Check("outside", ENTRY, "id", _outside, most=10_000)
