"""Lines of the ledger by the thousand, where all is as it mostly is: one pattern says
that the columns of a row are what its line says, and only hashing is left to do.

What the pattern does not fit is nothing wrong yet: it is read the long way.
"""

import re
from array import array
from hashlib import sha256
from itertools import compress

# As the table has its columns, and as jsonb orders its keys.
ORDER = (
    *("id", "xid", "at", "session_user_name", "db_role", "actor_id", "actor_name"),
    *("request_id", "kind", "event", "object_type", "object_id", "authority_id"),
    *("payload", "leaf_hash"),
)
TEXT = rb'([^\t\n\\"]*)\t'
NUMBER = rb"(?:(\d+)|\\N)\t"
ROW = re.compile(
    rb"^(\d+)\t(\d+)\t(\d{4}-\d\d-\d\d) ([\d:]{8}(?:\.\d+)?)\+00\t"
    + TEXT * 2 + NUMBER + TEXT * 6 + NUMBER
    + rb'(\{"at": "\3T\4\.?0*Z", "seq": \1, "xid": "\2", "kind": "\10", "event": "\11",'
    rb' "detail": (?:null|"([0-9a-f]{64})"), "db_role": "\6",'
    rb' "actor_id": (?(7)\7|null), "object_id": "\13", "actor_name": "\8",'
    rb' "request_id": "\9", "object_type": "\12", "authority_id": (?(14)\14|null),'
    rb' "session_user": "\5"\})\t\\\\x([0-9a-f]{64})$',
    re.M,
)  # fmt: skip
# Which of its groups are asked for: in the order of what `matched` returns.
ID, XID, KIND, TABLE, OBJECT, PAYLOAD, COMMITMENT, HASH = 0, 1, 9, 11, 12, 14, 15, 16
Columns = list[tuple[bytes, ...]]
Pairs = dict[str, tuple[array[int], array[int]]]


def matched(columns: list[str], lines: list[bytes]) -> Columns | None:
    """The groups of all rows, column by column; nothing where a row does not fit."""
    if tuple(columns) != ORDER:
        return None
    found = ROW.findall(b"".join(lines))
    return list(zip(*found, strict=True)) if len(found) == len(lines) else None


def hashed(groups: Columns) -> tuple[bytes, list[int]]:
    """The leaves anew, and which of them are not what their rows say."""
    leaves = b"".join([sha256(b"\0" + one).digest() for one in groups[PAYLOAD]])
    if leaves == bytes.fromhex(b"".join(groups[HASH]).decode()):
        return leaves, []
    told = [bytes.fromhex(one.decode()) for one in groups[HASH]]
    wrong = [at for at, one in enumerate(told) if leaves[32 * at :][:32] != one]
    return leaves, wrong


def committed(groups: Columns, ids: array[int]) -> tuple[array[int], bytes]:
    has_one = groups[COMMITMENT]
    digests = bytes.fromhex(b"".join(has_one).decode())
    return array("q", compress(ids, has_one)), digests


def changed(groups: Columns) -> Pairs:
    """By table, the rows that have numbers and the transactions."""
    pairs: Pairs = {}
    rows = zip(*(groups[at] for at in (KIND, TABLE, OBJECT, XID)), strict=True)
    for kind, table, pk, xid in rows:
        if kind == b"change" and pk.isdigit() and len(pk) < 19:
            name = table.decode()
            if name not in pairs:
                pairs[name] = (array("q"), array("q"))
            ids, xids = pairs[name]
            ids.append(int(pk))
            xids.append(int(xid))
    return pairs
