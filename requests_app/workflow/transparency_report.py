"""Drawing up a year of access by providers for everybody: a paper and open data."""

import hashlib
from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents.render import NotDrawn
from requests_app.documents.transparency.counts import year_of
from requests_app.documents.transparency.open_data import (
    description,
    file_name,
    fingerprint,
    numbers_csv,
)
from requests_app.documents.transparency.report import pdf_of_year
from requests_app.models import Authority, TransparencyReport
from requests_app.permissions.publication import can_publish
from requests_app.workflow.content import keep
from requests_app.workflow.step import ChangedSince, WrongState, note, require, step


@step
def draw_up(
    *, by: Any, authority: Authority, year: int, place: str, shown: str
) -> TransparencyReport:
    """`shown` is the fingerprint of what was looked at. Raises WrongState where it says
    something else by now, or no paper can be drawn up here."""
    require(can_publish(by, authority))
    counted = year_of(authority, year)
    if fingerprint(counted) != shown:
        raise ChangedSince(_("The numbers have changed since you looked at them."))
    try:
        paper = pdf_of_year(counted)
    except NotDrawn as error:
        text = _("The paper can not be drawn up here: %(why)s") % {"why": error}
        raise WrongState(text) from error
    report = TransparencyReport.objects.create(
        authority=authority,
        year=year,
        document=keep(paper, "application/pdf", file_name(counted, "pdf")),
        numbers=keep(
            numbers_csv(counted), "text/csv; charset=utf-8", file_name(counted, "csv")
        ),
        description=keep(
            description(counted, place),
            "application/ld+json",
            file_name(counted, "jsonld"),
        ),
        sha256=hashlib.sha256(paper).hexdigest(),
        made_by=by,
        made_at=clock.now(),
    )
    note("transparency_report.made", on=report, by=by, year=year)
    return report
