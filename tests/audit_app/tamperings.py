"""What its owner does to a sealed ledger."""

from tests.audit_app.statements import DETAIL, ENTRY, LEAF
from tests.helpers.sql import sql


def tamper(table, *statements):
    sql(f"alter table {table} disable trigger user", using="owner")
    for statement in statements:
        sql(statement, using="owner")


# In the middle of the second whole subtree, or near it.
AT = 300
REHASH = f"update {ENTRY} set leaf_hash = sha256('\\x00'::bytea || convert_to(payload, 'UTF8')) where id = {{0}}"
TAMPERED = {
    "a bit of a line": (
        ENTRY,
        [f"update {ENTRY} set payload = replace(payload, 'seq', 'sep') where id = {{0}}"],
        "not what its hash says",
    ),
    "a column of a line": (
        ENTRY,
        [f"update {ENTRY} set actor_id = 999999 where id = {{0}}"],
        "column actor_id is not what the line says",
    ),
    "its time": (
        ENTRY,
        [f"update {ENTRY} set at = at - interval '1 day' where id = {{0}}"],
        "column at is not what the line says",
    ),
    "its hash": (
        ENTRY,
        [f"update {ENTRY} set leaf_hash = sha256('x') where id = {{0}}"],
        "not what its hash says",
    ),
    "a line deleted": (
        ENTRY,
        [f"delete from {DETAIL} where entry_id = {{0}}", f"delete from {ENTRY} where id = {{0}}"],
        "of this leaf is gone",
    ),
    "a leaf deleted": (
        LEAF,
        [f"delete from {LEAF} where entry_id = {{0}}"],
        "no line has this leaf",
    ),
    "a detail changed": (
        DETAIL,
        [f"update {DETAIL} set body = body || ' ' where entry_id = {{0}}"],
        "is not what the line commits to",
    ),
    "a detail deleted": (
        DETAIL,
        [f"delete from {DETAIL} where entry_id = {{0}}"],
        "the detail of line",
    ),
}  # fmt: skip
REWRITTEN = {
    "made anew": (
        ENTRY,
        [
            f"update {ENTRY} set event = 'made.up',"
            " payload = replace(payload, '\"' || event || '\"', '\"made.up\"')"
            " where id = {0}",
            REHASH,
        ],
    ),
    "swapped with the next": (
        LEAF,
        [
            f"delete from {LEAF} where leaf_index in ({AT}, {AT + 1})",
            f"insert into {LEAF} values ({AT}, {{1}}), ({AT + 1}, {{0}})",
        ],
    ),
    "moved by one put in": (
        LEAF,
        [
            f"update {LEAF} set leaf_index = leaf_index + 100000 where leaf_index >= {AT}",
            f"update {LEAF} set leaf_index = leaf_index - 99999 where leaf_index >= 100000",
            f"insert into {LEAF} values ({AT}, {{2}})",
        ],
    ),
}
