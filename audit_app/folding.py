"""What a person does again and again: the first time within an hour has its line, and
one more line says how often it came again."""

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connections

from audit_app import clock
from audit_app.acting import request_id

WINDOW = timedelta(hours=1)
# One query: whoever opens a page waits for it.
FOLD = """
with seen as (
  insert into audit_app_foldedline as line (key, actor_id, kind, event,
    object_type, object_id, detail, number, began_at, last_at)
  select key, %(actor)s, %(kind)s, %(event)s, %(table)s, row,
    %(detail)s::jsonb, 1, %(now)s, %(now)s
  from unnest(%(keys)s::text[], %(rows)s::text[]) given (key, row)
  on conflict (key) do update set number = line.number + 1, last_at = excluded.last_at
  returning *
)
select audit_ledger_record(kind, event, object_type, object_id, null,
  detail || %(clock)s::jsonb, actor_id, %(request)s)
from seen where number = 1
"""
TELL = """
with ended as (
  delete from audit_app_foldedline where began_at <= %(ended)s returning *
)
select audit_ledger_record(kind, event, object_type, object_id, null,
  detail || %(clock)s::jsonb || jsonb_build_object('times', number - 1,
    'since', began_at, 'until', last_at),
  actor_id, '')
from (select * from ended where number > 1 order by last_at, key) again
"""


def record_folded(
    event: str,
    *,
    by: Any,
    kind: str,
    table: str = "",
    rows: Iterable[str] = ("",),
    **detail: str,
) -> None:
    """Tell of it, or count it where it was told within the hour. `table` and `rows`:
    what it is about, where that is known; of each row for itself."""
    about = sorted(set(rows))
    same = json.dumps([by.pk, kind, event, table, sorted(detail.items())])
    _execute(
        FOLD,
        keys=[hashlib.sha256(f"{same} {row}".encode()).hexdigest() for row in about],
        rows=about,
        kind=kind,
        event=event,
        table=table,
        actor=by.pk,
        now=clock.now(),
        request=request_id.get(),
        detail=json.dumps(detail),
    )


def tell_folded() -> list[str]:
    """Tell the ledger what came again in an hour that is over."""
    _execute(TELL, ended=clock.now() - WINDOW)
    return []


def _execute(sql: str, **values: Any) -> None:
    # A line has the database's time; the domain's is told beside it.
    domain_time = {"clock": clock.now()} if clock.is_set() else {}
    values["clock"] = json.dumps(domain_time, cls=DjangoJSONEncoder)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, values)
