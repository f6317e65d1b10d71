"""The lines of the ledger that go along, with their proofs: the lines of an authority,
and of its rows; of a municipality also what its people did that was about nobody's
row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connections

from audit_app.models import LedgerDetail
from audit_app.sealing.believed import Signed
from audit_app.sealing.proof import inclusions
from audit_app.sealing.proved_lines import end, head, in_json, proof_in_json
from audit_app.verifying.taken_out import name_of
from lockbox_site.belonging import Whose, shared
from requests_app.models import Municipality

AT_ONCE = 500
Line = tuple[int, str, str]  # number, table and key
# Of a row that several have, each has what was done with it, and its own people's reads
# alone. What was another's from then on has the line by which it became so.
SELECT = """
select line.id, line.object_type, line.object_id, line.kind, line.at
from audit_app_ledgerentry line
left join requests_app_authority place on place.id = line.authority_id
left join way_out own on own.kind = line.object_type and own.key = line.object_id
left join lockbox_site_user actor on actor.id = line.actor_id
where place.{place} = %(whose)s
   or own.key is not null and (
     line.kind in ('change', 'event')
     or place.id is null and (actor.municipality_id is null or {is_theirs}))
   or place.id is null and {is_at_large}
   or line.kind = 'change' and line.event = 'update' and exists (
     select from audit_app_ledgerdetail detail, way_out before
     where detail.entry_id = line.id
       and (before.kind, before.key) in (
         ('requests_app_authority', detail.body::jsonb->'old'->>'authority_id'),
         ('requests_app_secrecyreview', detail.body::jsonb->'old'->>'review_id')))
"""
OF_MUNICIPALITY = SELECT.format(
    place="municipality_id",
    is_theirs="actor.municipality_id = %(whose)s",
    is_at_large="actor.municipality_id = %(whose)s"
    " and (line.object_type = '' or line.object_type = any(%(shared)s))",
)
# Who works for several signs in and searches for them all.
OF_AUTHORITY = SELECT.format(
    place="id",
    is_theirs="exists (select from requests_app_roleassignment held"
    " where held.person_id = actor.id and held.authority_id = %(whose)s)",
    is_at_large="false",
)


def written(whose: Whose, checkpoint: Signed | None) -> Iterator[bytes]:
    """The file that `verify_ledger --rows` checks, line by line."""
    yield head(checkpoint).encode()
    lines = _lines(whose)
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


def _lines(whose: Whose) -> list[Line]:
    query = f"select id, object_type, object_id from ({_of(whose)}) line order by id"  # noqa: S608
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, _values(whose))
        return cursor.fetchall()


def has_changed(whose: Whose, since: datetime) -> bool:
    """Has a row of it changed since then? After `select_rows`."""
    query = f"select exists (select from ({_of(whose)}) line where kind = 'change'"  # noqa: S608
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"{query} and at > %(since)s)", {**_values(whose), "since": since}
        )
        return bool(cursor.fetchone()[0])


def _of(whose: Whose) -> str:
    return OF_MUNICIPALITY if isinstance(whose, Municipality) else OF_AUTHORITY


def _values(whose: Whose) -> dict[str, Any]:
    tables = [one._meta.db_table for one in shared()]
    return {"whose": whose.pk, "shared": tables}
