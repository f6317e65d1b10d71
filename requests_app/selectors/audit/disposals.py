"""What was disposed of in the ledger, on what ground, and by which two persons."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connections
from django.utils.translation import gettext

from audit_app import reading

MOST = 100
# Those of the auditor's authorities, or of none, that went together.
DISPOSED = f"""
select gone.at, coalesce(audit_name_of(gone.by), ''), gone.lines, gone.told,
  coalesce(audit_name_of(proposal.actor_id), audit_name_of(list.proposed_by_id))
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
left join requests_app_disposal list on list.id::text = gone.told::jsonb->>'disposal'
  and list.confirmed_by_id = gone.by
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
            Disposal(at, by, lines, _basis(json.loads(text or "{}")), name or "")
            for at, by, lines, text, name in cursor.fetchall()
        ]


def _basis(facts: dict[str, Any]) -> str:
    """A decision, or the list of cases by which it went."""
    if number := facts.get("disposal"):
        return gettext("List %(number)s") % {"number": number}
    return facts.get("basis", "")
