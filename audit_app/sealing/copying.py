"""The ledger and its histories as the database copies them out, for the verifier."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import NamedTuple

from django.db import connections, transaction

from audit_app.verifying.copied import Section

# Rows that are put together while they lie in the processor's cache, and so many of
# these are handed on at a time.
ROWS, HANDFULS = 100, 15

# What the verifier reads of each; of histories, which row and transaction.
TABLES = {
    "audit_app_ledgerdetail": "entry_id, salt, body",
    "audit_app_ledgerentry": "id, xid, at, session_user_name, db_role, actor_id,"
    " request_id, kind, event, object_type, object_id, authority_id,"
    " payload, leaf_hash",
    "audit_app_sealedleaf": "leaf_index, entry_id",
    "audit_app_unsealedentry": "entry_id",
    "audit_app_subtree": "level, number, hash",
    "audit_app_checkpoint": "size, note",
    "audit_app_cosignature": "checkpoint_id, line",
    "audit_app_keystatement": "id, note",
}
# By what they are, not by the trigger that holds each to its table: that can be gone.
HISTORIES = """
select live.relname, history.relname, coalesce(
  split_part(encode(guard.tgargs, 'escape'), '\\000', 2),
  (select coalesce(array_agg(attname), '{}')::text from (
    select attname from pg_attribute
    where attrelid = live.oid and attnum > 0 and not attisdropped
    except select attname from pg_attribute where attrelid = history.oid) hidden))
from pg_attribute col
join pg_class history on history.oid = col.attrelid and history.relkind = 'r'
join pg_class live on live.relnamespace = history.relnamespace
  and live.relname = regexp_replace(history.relname, '_historical', '_')
left join pg_trigger guard
  on guard.tgrelid = live.oid and guard.tgname = 'audit_history'
where col.attname = 'history_xid' and not col.attisdropped
  and history.relnamespace = 'public'::regnamespace
order by 1
"""


class History(NamedTuple):
    """A table, where its versions are, and which columns they leave out."""

    table: str
    history: str
    hidden: str


def histories(using: str) -> list[History]:
    with connections[using].cursor() as cursor:
        cursor.execute(HISTORIES)
        return [History(*row) for row in cursor.fetchall()]


def rows_of(using: str) -> int:
    """About how many there are to be read."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(reltuples), 0)::bigint from pg_class"
            " where relname = any(%s) and reltuples > 0",
            [[*TABLES, *(one.history for one in histories(using))]],
        )
        return cursor.fetchone()[0]


def sections(using: str) -> Iterator[Section]:
    """All as of one moment."""
    versions = [one.history for one in histories(using)]
    wanted = TABLES | dict.fromkeys(versions, "id, history_xid")
    with one_snapshot(using):
        for table, columns in wanted.items():
            names = columns.replace(" ", "").split(",")
            yield Section(table, names, blocks(using, table, columns))


@contextmanager
def one_snapshot(using: str) -> Iterator[None]:
    """Everything that is read in it is read as of one moment; inside a transaction, as
    that sees it."""
    is_ours = not connections[using].in_atomic_block
    with transaction.atomic(using=using):
        if is_ours:
            with connections[using].cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read")
        yield


def blocks(
    using: str, table: str, columns: str, where: str = "true"
) -> Iterator[bytes]:
    """Names and conditions are ours."""
    rows_of_table = f"select {columns} from {table} where {where}"  # noqa: S608
    with (
        connections[using].cursor() as cursor,
        cursor.copy(f"copy ({rows_of_table}) to stdout") as copied,
    ):
        rows = iter(copied)
        while block := b"".join(
            [b"".join(islice(rows, ROWS)) for _handful in range(HANDFULS)]
        ):
            yield block
