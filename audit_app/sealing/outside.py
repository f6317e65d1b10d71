"""Who outside has seen the ledger and when last, by what is kept here and holds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connections

from audit_app.sealing import configured
from audit_app.sealing.stamping import NotStamped, stamped_at
from audit_app.verifying import note
from audit_app.verifying.note import Key, Malformed, Unproven

# The newest of each; a command of the settings leaves nothing to be checked by.
NEWEST = """
select 'witness', own.witness, own.checkpoint_id, own.at, checkpoint.note,
  convert_to(own.line, 'UTF8')
from unnest(%s::text[]) known (key)
cross join lateral (
  select * from audit_app_cosignature where witness = known.key
  order by id desc limit 1) own
join audit_app_checkpoint checkpoint on checkpoint.size = own.checkpoint_id
union all (
  select 'stamp', '', stamp.checkpoint_id, stamp.at, checkpoint.note, stamp.answer
  from audit_app_stamp stamp
  join audit_app_checkpoint checkpoint on checkpoint.size = stamp.checkpoint_id
  order by stamp.checkpoint_id desc limit 1)
union all (
  select 'command', '', size, at, '', null from audit_app_handedout
  order by size desc limit 1)
"""


class Way(StrEnum):
    WITNESS = "witness"
    STAMP = "stamp"
    COMMAND = "command"


class SeenOutside(NamedTuple):
    """The newest checkpoint that went one way. `who`: the witness. `at`: by its own
    clock or the stamp's; of a command by ours."""

    way: Way
    who: str
    size: int
    at: datetime


def seen_outside(using: str) -> list[SeenOutside]:
    """One query. What does not verify, or by nobody that the settings know, is not
    there."""
    try:
        witnesses = configured.ledger_policy().witnesses.values()
    except Malformed:
        witnesses = {}.values()
    keys = {str(one.key): one.key for one in witnesses}
    with connections[using].cursor() as cursor:
        cursor.execute(NEWEST, [list(keys)])
        return list(_that_hold(cursor.fetchall(), keys))


def _that_hold(rows: list[Any], keys: dict[str, Key]) -> Iterator[SeenOutside]:
    for way, who, size, at, signed, proof in rows:
        try:
            if way == Way.WITNESS:
                at = _cosigned_at(signed, bytes(proof).decode(), keys[who])
                who = keys[who].name
            elif way == Way.STAMP:
                at = stamped_at(bytes(proof), signed, configured.stamp_roots())
        except (Malformed, Unproven, NotStamped):
            continue
        yield SeenOutside(Way(way), who, size, at)


def _cosigned_at(signed: str, line: str, key: Key) -> datetime:
    """By the witness's clock. Raises Malformed or Unproven."""
    signature = note.signature_from(line.removesuffix("\n"))
    if not key.signed(note.note_from(signed).text, signature):
        raise Unproven(f"another than {key.name} signed it")
    return datetime.fromtimestamp(int.from_bytes(signature.body[:8], "big"), UTC)
