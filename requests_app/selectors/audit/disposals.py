"""What was disposed of in the ledger, on what ground, and by which two persons."""

import json
from datetime import datetime
from typing import NamedTuple

from django.db import connections

from audit_app import reading

MOST = 100
# Those of the auditor's authorities, or of none, that went together.
DISPOSED = f"""
select gone.at, coalesce(audit_name_of(gone.by), ''), gone.lines, gone.told,
  audit_name_of(proposal.actor_id)
from (
  select min(line.at) as at, min(line.actor_id) as by, count(*) as lines,
    min(detail.body) as told
  from audit_app_ledgerentry line
  left join audit_app_ledgerdetail detail on detail.entry_id = line.id
  where line.object_type = 'audit_app_ledgerdetail' and line.event = 'detail.disposed'
    and (line.authority_id is null or line.authority_id = any (%s))
  group by line.xid order by min(line.at) desc limit {MOST}
) gone
left join audit_app_ledgerentry proposal
  on proposal.id::text = gone.told::jsonb->>'proposal'
  and proposal.event = 'disposal.proposed'
order by gone.at desc
"""  # noqa: S608 — ours


class Disposal(NamedTuple):
    """`proposed_by` is empty where nobody has proposed it."""

    at: datetime
    confirmed_by: str
    lines: int
    basis: str
    proposed_by: str


def disposals(authorities: list[int]) -> list[Disposal]:
    with connections[reading.alias()].cursor() as cursor:
        cursor.execute(DISPOSED, [authorities])
        return [
            Disposal(
                at, by, lines, json.loads(text or "{}").get("basis", ""), name or ""
            )
            for at, by, lines, text, name in cursor.fetchall()
        ]
