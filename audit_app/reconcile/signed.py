"""Checkpoints, cosignatures and stamps: each that the ledger was told of is there as it
was, and each signature is one of its checkpoint."""

import json
from collections.abc import Iterator

from django.db import connections

from audit_app.models import Cosignature
from audit_app.reconcile.check import Check, Finding, What, digest_of
from audit_app.sealing.believed import verifies
from audit_app.verifying.note import WITNESS, Malformed, key_from, note_from

# By table, their keys; see audit_ledger_tell_signed.
KEYS = {
    "audit_app_checkpoint": "size",
    "audit_app_cosignature": "id",
    "audit_app_stamp": "checkpoint_id",
    "audit_app_handedout": "size",
}
TOLD = """
select line.id, detail.body from audit_app_ledgerentry line
join audit_app_ledgerdetail detail on detail.entry_id = line.id
where line.id > %s and line.id <= %s and line.object_type = 'audit_app_checkpoint'
  and line.object_id = '' and line.event = 'ledger.signed'
"""
STANDING = """
select {key}::text, audit_row_digest(kept) from {table} kept where {key} = any (%s)
"""


def _taken(using: str, after: str, upto: str) -> Iterator[Finding]:
    with connections[using].cursor() as cursor:
        cursor.execute(TOLD, [int(after), int(upto)])
        lines = cursor.fetchall()
        for line, body in lines:
            for table, digests in json.loads(body)["rows"].items():
                text = STANDING.format(key=KEYS[table], table=table)
                cursor.execute(text, [list(map(int, digests))])
                standing = dict(cursor.fetchall())
                for key, digest in digests.items():
                    if (now := standing.get(key)) != digest:
                        yield Finding(What.TAKEN, table, key, line, now or "")


def _junk(using: str, after: str, upto: str) -> Iterator[Finding]:
    """By the key that each names: whether it is one of the policy's is asked where
    cosignatures are counted."""
    rows = Cosignature.objects.using(using).filter(pk__gt=after, pk__lte=upto)
    for row in rows.select_related("checkpoint").iterator():
        try:
            key, text = key_from(row.witness), note_from(row.checkpoint.note).text
            is_good = key.kind == WITNESS and verifies(key, text, row.line)
        except Malformed:
            is_good = False
        if not is_good:
            digest = digest_of(row.witness + row.line)
            yield Finding(What.JUNK, row._meta.db_table, str(row.pk), digest=digest)


CHECKS = (
    Check("signed and told", "audit_app_ledgerentry", "id", _taken, most=10_000),
    Check("cosignatures", "audit_app_cosignature", "id", _junk),
)
