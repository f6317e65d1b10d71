"""Papers on the processing, signed by a manager and the data protection officer."""

from requests_app.documents.processing.papers import PAPERS, say_today
from requests_app.models import ProcessingPaper
from requests_app.workflow import register_change
from tests.helpers.two_persons import proposed


def paper_by_two(cast, kind="record", **filled):
    row = ProcessingPaper.objects.filter(authority=cast.gsn, kind=kind).first()
    row = row or ProcessingPaper(authority=cast.gsn, kind=kind)
    say_today(row)
    register_change.confirm(proposed(row, cast.per, **filled), by=cast.dora)
    return ProcessingPaper.objects.get(authority=cast.gsn, kind=kind)


def papers_by_two(cast):
    for kind in PAPERS:
        paper_by_two(cast, kind)
