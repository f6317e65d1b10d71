from io import BytesIO
from typing import Any

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from audit_app.ledger import Kind, record
from requests_app.models import AlteredContent, DecisionDocument, SecrecyReview
from requests_app.selectors.alteration import altered_of


def document_of(review: SecrecyReview, number: int, *, by: Any) -> FileResponse:
    """A decision on paper, byte for byte as it was drawn up; the read is recorded.
    Raises AlteredContent where the case is no longer what was recorded."""
    if altered_of(review):
        raise AlteredContent(str(review))
    documents = DecisionDocument.objects.filter(decision__review=review)
    document = get_object_or_404(documents.select_related("content"), pk=number)
    record(
        "decision.document_read",
        by=by,
        on=review,
        kind=Kind.READ,
        version=document.version,
        sha256=document.sha256,
    )
    return FileResponse(
        BytesIO(document.content.body),
        as_attachment=True,
        filename=document.content.file_name,
        content_type=document.content.media_type,
    )
