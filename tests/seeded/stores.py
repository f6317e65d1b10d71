"""All that is kept, looked through by brute force."""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.contrib.sessions.models import Session
from django.core.signing import b64_decode
from django.db import connection

from tests.seeded.seeds import IN_BYTES, NUMBER, SECRET, Field, Seeds

TABLES = """
select table_name from information_schema.tables
where table_schema = 'public' and table_type = 'BASE TABLE'
"""
Finds = dict[str, set[tuple[Field, bool]]]


def kept(seeds: Seeds) -> Finds:
    """What stands where: by table and column, and in the ledger by kind of line."""
    finds: Finds = defaultdict(set)
    for place, text in _texts():
        if met := seeds.met_in(text):
            finds[place] |= met
    return finds


def _texts() -> Iterator[tuple[str, str]]:
    for table in _rows(TABLES):
        pattern = f"{SECRET}|{NUMBER}|{IN_BYTES}"
        sql = f"select to_jsonb(t) from {table} t where to_jsonb(t)::text ~* %s"
        for row in _rows(sql, pattern):
            content = json.loads(row) if isinstance(row, str) else row
            for column, value in content.items():
                yield f"{_place(table, content)}.{column}", _text(value)
    for session in Session.objects.all():
        yield "django_session", _session(session.session_data)


def _rows(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def _place(table: str, content: dict[str, Any]) -> str:
    if table != "audit_app_ledgerdetail":
        return table
    sql = "select kind from audit_app_ledgerentry where id = %s"
    return f"ledger line: {_rows(sql, content['entry_id'])[0]}"


def _session(signed: str) -> str:
    """What it holds, without asking whose it is."""
    payload = signed.partition(":")[0].encode()
    if payload.startswith(b"."):
        return zlib.decompress(b64_decode(payload[1:])).decode()
    return b64_decode(payload).decode()


def _text(value: Any) -> str:
    if isinstance(value, str) and value.startswith("\\x"):
        return bytes.fromhex(value[2:]).decode(errors="replace")
    return json.dumps(value, ensure_ascii=False)
