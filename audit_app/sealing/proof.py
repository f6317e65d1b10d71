"""What proves that a line is in the ledger: index, hashes and a cosigned checkpoint, in
one text that needs nobody to be checked (C2SP tlog-proof)."""

import base64
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS

from audit_app.models import LedgerEntry, SealedLeaf
from audit_app.sealing import believed, tree
from audit_app.verifying.tree import inclusion_ranges

FIRST = "c2sp.org/tlog-proof@v1"


class Proof(NamedTuple):
    leaf_index: int
    entry: LedgerEntry
    hashes: list[bytes]
    checkpoint: believed.Signed

    @property
    def text(self) -> str:
        """With the line itself as extra data, of which the leaf is the hash."""
        extra = base64.b64encode(self.entry.payload.encode()).decode()
        hashes = [base64.b64encode(one).decode() for one in self.hashes]
        head = [FIRST, f"extra {extra}", f"index {self.leaf_index}", *hashes, "", ""]
        return "\n".join(head) + self.checkpoint.cosigned


class Inclusion(NamedTuple):
    """A line's place, and what leads from its hash to a checkpoint's root."""

    leaf_index: int
    leaf_hash: bytes
    payload: str
    hashes: list[bytes]


def inclusions(
    entry_ids: Iterable[int], size: int, using: str = DEFAULT_DB_ALIAS
) -> dict[int, Inclusion]:
    """Proofs of the lines that a tree of this size has, by number. Two queries, however
    many lines."""
    leaves = SealedLeaf.objects.using(using).filter(
        entry_id__in=list(entry_ids), leaf_index__lt=size
    )
    columns = ("entry_id", "leaf_index", "entry__leaf_hash", "entry__payload")
    rows = list(leaves.values_list(*columns))
    ranges = [inclusion_ranges(row[1], size) for row in rows]
    hashes = iter(tree.roots([one for path in ranges for one in path], using))
    return {
        pk: Inclusion(index, bytes(leaf), payload, list(islice(hashes, len(path))))
        for (pk, index, leaf, payload), path in zip(rows, ranges, strict=True)
    }


def proof_of(entry_id: int, using: str = DEFAULT_DB_ALIAS) -> Proof | None:
    """In the newest checkpoint, or nothing while no checkpoint has the line."""
    leaf = (
        SealedLeaf.objects.using(using)
        .select_related("entry")
        .filter(entry_id=entry_id)
        .first()
    )
    checkpoint = believed.newest(using)
    if leaf is None or checkpoint is None or checkpoint.size <= leaf.leaf_index:
        return None
    hashes = tree.inclusion(leaf.leaf_index, checkpoint.size, using)
    return Proof(leaf.leaf_index, leaf.entry, hashes, checkpoint)
