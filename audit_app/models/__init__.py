from audit_app.models.disagreement import Disagreement
from audit_app.models.folded import FoldedLine
from audit_app.models.ledger import LedgerDetail, LedgerEntry
from audit_app.models.refusals import RefusalCount
from audit_app.models.sealed import (
    Checkpoint,
    Cosignature,
    KeyStatement,
    Receipt,
    SealedLeaf,
    Stamp,
)

__all__ = [
    "Checkpoint",
    "Cosignature",
    "Disagreement",
    "FoldedLine",
    "KeyStatement",
    "LedgerDetail",
    "LedgerEntry",
    "Receipt",
    "RefusalCount",
    "SealedLeaf",
    "Stamp",
]
