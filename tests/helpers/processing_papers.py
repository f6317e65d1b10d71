"""Papers on the processing, signed by a manager and the data protection officer."""

from django.utils import timezone

from audit_app import clock
from requests_app.documents.processing.papers import PAPERS, digest_of
from requests_app.models import ProcessingPaper
from requests_app.workflow import register_change
from tests.helpers.two_persons import proposed


def paper_by_two(cast, kind="record", **filled):
    row = ProcessingPaper.objects.filter(authority=cast.gsn, kind=kind).first()
    row = row or ProcessingPaper(authority=cast.gsn, kind=kind)
    row.drawn_on, row.digest = timezone.localdate(clock.now()), digest_of(kind)
    register_change.confirm(proposed(row, cast.per, **filled), by=cast.dora)
    return ProcessingPaper.objects.get(authority=cast.gsn, kind=kind)


def papers_by_two(cast):
    for kind in PAPERS:
        paper_by_two(cast, kind)
