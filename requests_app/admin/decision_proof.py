"""What proves to a stranger that a decision stands in the ledger, as a file."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from audit_app.ledger import Kind, record
from audit_app.models import LedgerEntry, Receipt
from audit_app.sealing import configured, proved_lines
from audit_app.sealing.proof import Proof, inclusions, proof_of
from audit_app.sealing.proved_lines import proof_in_json
from audit_app.sealing.receipt import is_receipt_of
from audit_app.verifying.taken_out import name_of
from requests_app.models import (
    AlteredContent,
    Decision,
    DecisionDocument,
    SecrecyReview,
)
from requests_app.workbench.files import saved_as

# Endings and what they are: C2SP tlog-proof, RFC 9942, and lines that say what they
# commit to.
KINDS = {
    "tlog-proof": "text/plain; charset=utf-8",
    "cose": "application/cose",
    "jsonl": "application/jsonl",
}


def proof_of_decision(
    review: SecrecyReview, number: int, kind: str, *, by: Any
) -> HttpResponse | None:
    """Recorded. Nothing while its line is in no checkpoint or has no receipt. Raises
    AlteredContent where the ledger does not have it, or another than was signed."""
    decision = get_object_or_404(Decision, review=review, pk=number)
    entry = _inserts(Decision, [decision.pk]).first()
    if entry is None:
        raise AlteredContent(str(review))
    proof = proof_of(entry.pk)
    if proof is None:
        return None
    body = _opened(decision, proof) if kind == "jsonl" else _encoded(proof, kind)
    if body is None:
        return None
    record(
        "decision.proof_taken",
        by=by,
        on=review,
        kind=Kind.EXPORT,
        decision=decision.pk,
        leaf=proof.leaf_index,
        form=kind,
    )
    name = f"{review.diary_number or review.pk}-{decision.pk}.{kind}"
    return saved_as(body, KINDS[kind], name.replace(" ", "-"))


def _inserts(model: type[Model], numbers: Iterable[int]) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(
        object_type=model._meta.db_table,
        object_id__in=[str(number) for number in numbers],
        kind=LedgerEntry.Kind.CHANGE,
        event="insert",
    )


def _opened(decision: Decision, proof: Proof) -> bytes:
    """The decision and its documents, in the tree of one checkpoint. What has been
    disposed of is not there."""
    entries = _inserts(Decision, [decision.pk]) | _inserts(
        DecisionDocument, decision.documents.values_list("pk", flat=True)
    )
    rows = list(entries.select_related("detail").order_by("pk"))
    proofs = inclusions([row.pk for row in rows], proof.checkpoint.size)
    lines = [proved_lines.head(proof.checkpoint)]
    for row in rows:
        detail = getattr(row, "detail", None)
        proved = proof_in_json(proofs.get(row.pk), is_open=True, detail=detail)
        name = name_of(row.object_type, row.object_id)
        lines.append(proved_lines.in_json({"row": name, "proof": proved}))
    return "".join([*lines, proved_lines.end(len(rows))]).encode()


def _encoded(proof: Proof, kind: str) -> bytes | None:
    """Nothing while the sweep has not signed a receipt."""
    if kind == "tlog-proof":
        return proof.text.encode()
    if kind not in KINDS:
        raise Http404
    receipt = Receipt.objects.filter(leaf=proof.leaf_index).first()
    if receipt is None:
        return None
    body = bytes(receipt.body)
    if not is_receipt_of(body, proof.entry.payload, configured.known_keys()):
        raise AlteredContent(str(proof.entry.pk))
    return body
