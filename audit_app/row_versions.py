"""The versions of rows, each with the one before it."""

import json
from typing import Any, NamedTuple

from django.db import connections, models


class Source(NamedTuple):
    """The history of the rows of a model whose column holds this id, or held it."""

    model: type[models.Model]
    column: str
    value: Any


# Of rows that are, or were until that version, at the source.
VERSIONS = """
SELECT %s AS source, told.* FROM (
  SELECT hist_row.history_date, hist_row.history_id,
    hist_row.history_xid::text::numeric AS xid, hist_row.history_type,
    hist_row.history_change_reason,
    CASE WHEN hist_row.{column} IS DISTINCT FROM %s THEN '<'
      WHEN hist_row.history_type = '~' AND lag(hist_row.history_id) OVER versions > 0
        AND lag(hist_row.{column}) OVER versions IS DISTINCT FROM %s THEN '>'
      ELSE '' END AS moved,
    hist_row.{column} = %s OR lag(hist_row.{column}) OVER versions = %s AS is_there,
    to_jsonb(hist_row) AS after,
    lag(to_jsonb(hist_row)) OVER versions AS before
  FROM {history} hist_row
  WHERE hist_row.id IN (SELECT one.id FROM {history} one WHERE one.{column} = %s)
  WINDOW versions AS (PARTITION BY hist_row.id ORDER BY hist_row.history_id)
) told WHERE told.is_there
"""
KEYS = (
    *("table", "date", "number", "xid", "type", "reason", "moved"),
    *("is_there", "after", "before"),
)


def versions(
    sources: list[Source], limit: int | None, offset: int, using: str
) -> list[dict[str, Any]]:
    """History rows of all sources, so many or all, the newest first. `moved` is ">"
    where the row came to the source from elsewhere, and "<" where it went there."""
    quote = connections[using].ops.quote_name
    parts, values = [], []
    for model, column, value in sources:
        history = model.history.model._meta.db_table  # type: ignore[attr-defined]
        parts.append(VERSIONS.format(history=quote(history), column=quote(column)))
        values += [model._meta.db_table, *([value] * 5)]
    with connections[using].cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(parts)
            + " ORDER BY history_date DESC, xid DESC, history_id DESC"
            + " LIMIT %s OFFSET %s",
            [*values, limit, offset],
        )
        rows = [dict(zip(KEYS, row, strict=True)) for row in cursor.fetchall()]
    # Django leaves jsonb of plain cursors as text.
    return [
        {
            **row,
            "after": json.loads(row["after"]),
            "before": json.loads(row["before"]) if row["before"] else None,
        }
        for row in rows
    ]
