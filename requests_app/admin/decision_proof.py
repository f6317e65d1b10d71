"""What proves to a stranger that a decision stands in the ledger, as a file."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from audit_app.ledger import Kind, record
from audit_app.models import LedgerEntry
from audit_app.sealing import configured
from audit_app.sealing.proof import Proof, proof_of
from audit_app.sealing.receipt import receipt_of
from requests_app.models import AlteredContent, Decision, SecrecyReview

# Endings and what they are: C2SP tlog-proof, and RFC 9942.
KINDS = {"tlog-proof": "text/plain; charset=utf-8", "cose": "application/cose"}


def proof_of_decision(
    review: SecrecyReview, number: int, kind: str, *, by: Any
) -> HttpResponse | None:
    """Recorded. Nothing while its line is in no checkpoint. Raises AlteredContent where
    the ledger does not have it."""
    decision = get_object_or_404(Decision, review=review, pk=number)
    entry = LedgerEntry.objects.filter(
        object_type=Decision._meta.db_table,
        object_id=str(decision.pk),
        kind=LedgerEntry.Kind.CHANGE,
        event="insert",
    ).first()
    if entry is None:
        raise AlteredContent(str(review))
    proof = proof_of(entry.pk)
    if proof is None:
        return None
    body = _encoded(proof, kind)
    record(
        "decision.proof_taken",
        by=by,
        on=review,
        kind=Kind.EXPORT,
        decision=decision.pk,
        leaf=proof.leaf_index,
        form=kind,
    )
    response = HttpResponse(body, content_type=KINDS[kind])
    name = f"{review.diary_number or review.pk}-{decision.pk}.{kind}"
    header = content_disposition_header(True, name.replace(" ", "-"))
    response.headers["Content-Disposition"] = header or "attachment"
    return response


def _encoded(proof: Proof, kind: str) -> bytes:
    if kind == "tlog-proof":
        return proof.text.encode()
    key = configured.ledger_key()
    if kind not in KINDS or key is None:
        raise Http404
    return receipt_of(proof, key)
