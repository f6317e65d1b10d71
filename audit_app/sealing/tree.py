"""Roots and proofs of what is sealed, from the subtrees that the database keeps."""

from collections.abc import Iterable

from django.db import DEFAULT_DB_ALIAS, connections

from audit_app.verifying import tree
from audit_app.verifying.tree import Range

# One question for all that a proof needs, however large the tree. Each hash is looked
# up by its number: of a span, the database would expect a part of the whole tree.
HASHES = """
with wanted(level, first, number) as (
  select * from unnest(%s::int[], %s::bigint[], %s::bigint[]))
select wanted.level, wanted.first, wanted.number,
  string_agg(subtree.hash, ''::bytea order by subtree.number)
from wanted
cross join generate_series(wanted.first, wanted.first + wanted.number - 1) place
join audit_app_subtree subtree
  on subtree.level = wanted.level and subtree.number = place
group by 1, 2, 3
union all
select wanted.level, wanted.first, wanted.number,
  string_agg(entry.leaf_hash, ''::bytea order by leaf.leaf_index)
from wanted
cross join generate_series(wanted.first, wanted.first + wanted.number - 1) place
join audit_app_sealedleaf leaf on wanted.level = 0 and leaf.leaf_index = place
join audit_app_ledgerentry entry on entry.id = leaf.entry_id
group by 1, 2, 3
"""


class Incomplete(Exception):
    """What is sealed has a gap: somebody has been in the database."""


def size(using: str = DEFAULT_DB_ALIAS) -> int:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select coalesce(max(leaf_index) + 1, 0) from audit_app_sealedleaf"
        )
        return cursor.fetchone()[0]


def unsealed(using: str = DEFAULT_DB_ALIAS) -> int:
    """How many lines wait for their leaves; the counting ends at a hundred thousand."""
    with connections[using].cursor() as cursor:
        cursor.execute("select number from audit_ledger_unsealed()")
        return cursor.fetchone()[0]


def roots(ranges: Iterable[Range], using: str = DEFAULT_DB_ALIAS) -> list[bytes]:
    """The root of each range of leaves; one query. Raises Incomplete."""
    ranges = list(ranges)
    wanted = sorted({read for one in ranges for read in tree.reads(*one)})
    if not wanted:
        return [tree.EMPTY for _range in ranges]
    with connections[using].cursor() as cursor:
        cursor.execute(HASHES, [list(column) for column in zip(*wanted, strict=True)])
        spans = {tuple(row[:3]): bytes(row[3]) for row in cursor.fetchall()}
    return [tree.root(_of(spans), *one) for one in ranges]


def _of(spans: dict[tuple[int, ...], bytes]) -> tree.Hashes:
    def hashes(*read: int) -> bytes:
        body = spans.get(read, b"")
        if len(body) != 32 * read[2]:
            raise Incomplete(f"the tree lacks hashes of level {read[0]} at {read[1]}")
        return body

    return hashes


def root(size: int, using: str = DEFAULT_DB_ALIAS) -> bytes:
    return roots([(0, size)], using)[0]


def inclusion(index: int, size: int, using: str = DEFAULT_DB_ALIAS) -> list[bytes]:
    return roots(tree.inclusion_ranges(index, size), using)


def consistency(old: int, size: int, using: str = DEFAULT_DB_ALIAS) -> list[bytes]:
    return roots(tree.consistency_ranges(old, size), using)
