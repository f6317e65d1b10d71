"""The lines of the ledger that go along, with their proofs: the lines of its
authorities, of its rows, and of what its people did that was about nobody's row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connections

from audit_app.models import LedgerDetail
from audit_app.sealing.believed import Signed
from audit_app.sealing.proof import inclusions
from audit_app.sealing.proved_lines import end, head, in_json, proof_in_json
from audit_app.verifying.taken_out import name_of
from lockbox_site.belonging import shared

AT_ONCE = 500
Line = tuple[int, str, str]  # number, table and key
# Of a row that two municipalities have by agreement, each has what was done with it,
# and its own reads alone.
SELECT = """
select line.id, line.object_type, line.object_id, line.kind, line.at
from audit_app_ledgerentry line
left join requests_app_authority place on place.id = line.authority_id
left join way_out own on own.kind = line.object_type and own.key = line.object_id
left join lockbox_site_user actor on actor.id = line.actor_id
where place.municipality_id = %(municipality)s
   or own.key is not null and (
     line.kind in ('change', 'event')
     or place.id is null
        and coalesce(actor.municipality_id, %(municipality)s) = %(municipality)s)
   or place.id is null and actor.municipality_id = %(municipality)s
      and (line.object_type = '' or line.object_type = any(%(shared)s))
order by line.id
"""


def written(municipality: int, checkpoint: Signed | None) -> Iterator[bytes]:
    """The file that `verify_ledger --rows` checks, line by line."""
    yield head(checkpoint).encode()
    lines = _lines(municipality)
    for first in range(0, len(lines), AT_ONCE):
        yield from _proved(lines[first : first + AT_ONCE], checkpoint)
    yield end(len(lines)).encode()


def _proved(lines: list[Line], checkpoint: Signed | None) -> Iterator[bytes]:
    numbers = [number for number, _table, _key in lines]
    size = checkpoint.size if checkpoint else 0
    proofs = inclusions(numbers, size, using="owner")
    details = LedgerDetail.objects.using("owner").in_bulk(numbers)
    for number, table, key in lines:
        proof = proof_in_json(
            proofs.get(number), is_open=True, detail=details.get(number)
        )
        yield in_json({"row": name_of(table, key), "proof": proof}).encode()


def _lines(municipality: int) -> list[Line]:
    query = f"select id, object_type, object_id from ({SELECT}) line"  # noqa: S608
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, _values(municipality))
        return cursor.fetchall()


def has_changed(municipality: int, since: datetime) -> bool:
    """Has a row of it changed since then? After `select_rows`."""
    query = f"select exists (select from ({SELECT}) line where kind = 'change'"  # noqa: S608
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"{query} and at > %(since)s)", {**_values(municipality), "since": since}
        )
        return bool(cursor.fetchone()[0])


def _values(municipality: int) -> dict[str, Any]:
    tables = [one._meta.db_table for one in shared()]
    return {"municipality": municipality, "shared": tables}
