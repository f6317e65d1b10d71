"""Papers on the processing, signed by a manager and the data protection officer."""

from requests_app.core import two_persons
from requests_app.privacy.models import ProcessingPaper
from requests_app.privacy.papers import PAPERS, say_today
from tests.helpers.two_persons import proposed


def paper_by_two(cast, kind="record", **filled):
    row = ProcessingPaper.objects.filter(authority=cast.gsn, kind=kind).first()
    row = row or ProcessingPaper(authority=cast.gsn, kind=kind)
    say_today(row)
    two_persons.confirm(proposed(row, cast.per, **filled), by=cast.dora)
    return ProcessingPaper.objects.get(authority=cast.gsn, kind=kind)


def papers_by_two(cast):
    for kind in PAPERS:
        paper_by_two(cast, kind)
