from audit_app.models.ledger import LedgerDetail, LedgerEntry
from audit_app.models.sealed import Checkpoint, Cosignature, SealedLeaf

__all__ = [
    "Checkpoint",
    "Cosignature",
    "LedgerDetail",
    "LedgerEntry",
    "SealedLeaf",
]
