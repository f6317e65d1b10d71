"""Lines of the ledger with their proofs, as JSON Lines: first a checkpoint, at the end
how many rows there were. The verifier's `--rows` checks them."""

import base64
import json
from typing import Any

from audit_app.models import LedgerDetail, LedgerEntry
from audit_app.sealing.believed import Signed
from audit_app.sealing.proof import Inclusion, inclusions, proof_of


def head(checkpoint: Signed | None) -> str:
    return in_json({"checkpoint": checkpoint.cosigned if checkpoint else None})


def end(rows: int, why: str = "") -> str:
    """`why` it ends before its time."""
    return in_json(
        {"end": {"rows": rows, "whole": not why, **({"why": why} if why else {})}}
    )


def proof_in_json(
    inclusion: Inclusion | None, *, is_open: bool, detail: LedgerDetail | None = None
) -> dict[str, Any]:
    """A proof as RFC 9162 has it; the line itself where it may be told, else its hash
    alone; and with a detail what the line commits to: the digest of the salt and the
    text."""
    if inclusion is None:
        return {"sealed": False}
    proof = {
        "sealed": True,
        "leaf": inclusion.leaf_index,
        "hash": _base64(inclusion.leaf_hash),
        "path": [_base64(one) for one in inclusion.hashes],
    }
    if is_open:
        proof["line"] = inclusion.payload
    if detail is not None:
        proof |= {"salt": bytes(detail.salt).hex(), "detail": detail.body}
    return proof


def proof_of_insert(table: str, number: int) -> dict[str, Any] | None:
    """That a row came to be, with what its line commits to, and the checkpoint beside
    it; nothing while no checkpoint has it."""
    entry = LedgerEntry.objects.filter(
        object_type=table,
        object_id=str(number),
        kind=LedgerEntry.Kind.CHANGE,
        event="insert",
    ).first()
    proof = proof_of(entry.pk) if entry else None
    if entry is None or proof is None:
        return None
    inclusion = inclusions([entry.pk], proof.checkpoint.size)[entry.pk]
    detail = getattr(entry, "detail", None)
    proved = proof_in_json(inclusion, is_open=True, detail=detail)
    return {"checkpoint": proof.checkpoint.cosigned, **proved}


def in_json(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False) + "\n"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
