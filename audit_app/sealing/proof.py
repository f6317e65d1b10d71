"""What proves that a line is in the ledger: index, hashes and a cosigned checkpoint, in
one text that needs nobody to be checked (C2SP tlog-proof)."""

import base64
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS

from audit_app.models import Checkpoint, LedgerEntry, SealedLeaf
from audit_app.sealing import tree

FIRST = "c2sp.org/tlog-proof@v1"


class Proof(NamedTuple):
    leaf_index: int
    entry: LedgerEntry
    hashes: list[bytes]
    checkpoint: Checkpoint

    @property
    def text(self) -> str:
        """With the line itself as extra data, of which the leaf is the hash."""
        extra = base64.b64encode(self.entry.payload.encode()).decode()
        hashes = [base64.b64encode(one).decode() for one in self.hashes]
        head = [FIRST, f"extra {extra}", f"index {self.leaf_index}", *hashes, "", ""]
        return "\n".join(head) + self.checkpoint.cosigned


def proof_of(entry_id: int, using: str = DEFAULT_DB_ALIAS) -> Proof | None:
    """In the newest checkpoint, or nothing while no checkpoint has the line."""
    leaf = (
        SealedLeaf.objects.using(using)
        .select_related("entry")
        .filter(entry_id=entry_id)
        .first()
    )
    checkpoint = (
        Checkpoint.objects.using(using).prefetch_related("cosignatures").first()
    )
    if leaf is None or checkpoint is None or checkpoint.size <= leaf.leaf_index:
        return None
    hashes = tree.inclusion(leaf.leaf_index, checkpoint.size, using)
    return Proof(leaf.leaf_index, leaf.entry, hashes, checkpoint)
