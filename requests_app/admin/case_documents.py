"""The documents of a case, as its register lists them, and its files."""

from typing import Any

from django.http import Http404, HttpResponse

from audit_app.ledger import Kind, record
from requests_app.documents.case_documents import documents_of
from requests_app.models import SecrecyMark, SecrecyReview
from requests_app.permissions.roles import today
from requests_app.workbench.files import saved_as


def listed_documents(review: SecrecyReview, *, by: Any) -> dict[str, Any]:
    """Each with the marks that stand on it; the read is recorded."""
    record("review.documents_read", by=by, on=review, kind=Kind.READ)
    marks: dict[str, list[SecrecyMark]] = {}
    rows = review.secrecy_marks.standing(today()).select_related("provision")
    for mark in rows:
        marks.setdefault(mark.document, []).append(mark)
    documents = documents_of(review)
    return {
        "of_case": marks.get("", []),
        "official": [
            (row, marks.get(row.key, [])) for row in documents if row.is_official
        ],
        "others": [row for row in documents if not row.is_official],
    }


def attachment_of(review: SecrecyReview, number: int, *, by: Any) -> HttpResponse:
    """A file of the case, as it was put there; the read is recorded."""
    file = review.attachments.select_related("content").filter(pk=number).first()
    if file is None:
        raise Http404
    record("attachment.read", by=by, on=review, kind=Kind.READ, file=number)
    content = file.content
    return saved_as(content.body, content.media_type, content.file_name)
