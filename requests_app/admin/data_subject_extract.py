"""What a data subject is given, taken out as a file."""

import hashlib
from typing import Any

from django.http import Http404, HttpResponse

from audit_app.ledger import Kind, record
from requests_app.documents.data_subject_extract import (
    MEDIA_TYPES,
    extract_of,
    gives_extract,
)
from requests_app.models import DataSubjectRequest
from requests_app.permissions.data_subject_request import can_handle_request
from requests_app.workbench.files import saved_as


def extract_file(row: DataSubjectRequest, kind: str, *, by: Any) -> HttpResponse:
    """Its digest stands in the ledger: what was sent can be told from what was not."""
    if kind not in MEDIA_TYPES or not gives_extract(row):
        raise Http404
    if not can_handle_request(by, row):
        raise Http404
    body = extract_of(row, kind)
    digest = hashlib.sha256(body).hexdigest()
    event = "data_subject_request.extracted"
    record(event, by=by, on=row, kind=Kind.EXPORT, format=kind, sha256=digest)
    return saved_as(body, MEDIA_TYPES[kind], f"utdrag-{row.pk}.{kind}")
