"""What is asked of each table of the ledger."""

from audit_app.guards.families import (
    Family,
    Table,
    closed,
    never_emptied,
    watched,
)
from audit_app.models import (
    Checkpoint,
    Cosignature,
    Disagreement,
    FoldedLine,
    KeyStatement,
    LedgerDetail,
    LedgerEntry,
    Receipt,
    RefusalCount,
    SealedLeaf,
    Stamp,
)

GUARDED: dict[Table, list[Family]] = {
    LedgerEntry: [closed()],
    LedgerDetail: [never_emptied()],
    "audit_app_subtree": [closed()],
    SealedLeaf: [closed()],
    Checkpoint: [closed()],
    Cosignature: [closed()],
    Stamp: [closed()],
    Receipt: [closed()],
    KeyStatement: [closed()],
    Disagreement: [closed()],
    FoldedLine: [watched()],
    RefusalCount: [watched()],
    "audit_app_applicationlogin": [closed()],
    "audit_app_handedout": [closed(), watched()],
    "audit_app_reconciled": [watched()],
    "audit_app_witnessedlog": [watched()],
}
