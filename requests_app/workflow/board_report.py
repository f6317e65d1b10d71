"""Reporting delegated decisions to a board, as a document that is kept."""

import hashlib
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents.board_report import fingerprint, line_of, to_report
from requests_app.models import Authority, BoardReport, ReportedDecision, Revocation
from requests_app.permissions.roles import can_report_to_board
from requests_app.workflow.content import keep
from requests_app.workflow.step import ChangedSince, WrongState, note, require, step


@step
def report(
    *, by: Any, authority: Authority, meeting_on: date, shown: str
) -> BoardReport:
    """Draw up the list for a meeting (KL 6:40, 7:8); `shown` is the fingerprint of
    what was looked at. Raises WrongState if nothing, or something else, is left."""
    authority = Authority.objects.select_for_update().get(pk=authority.pk)
    require(can_report_to_board(by, authority.pk))
    decisions = to_report(authority, meeting_on)
    if not decisions:
        raise WrongState(_("No decision is left to report up to that day."))
    if fingerprint(decisions) != shown:
        raise ChangedSince(_("The list has changed since you looked at it."))
    document = _document(by, authority, meeting_on, decisions)
    board_report = BoardReport.objects.create(
        authority=authority,
        meeting_on=meeting_on,
        content=keep(document, "text/html; charset=utf-8", _name(meeting_on)),
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        made_by=by,
        made_at=clock.now(),
    )
    for decision in decisions:
        kind = "revocation" if isinstance(decision, Revocation) else "decision"
        ReportedDecision.objects.create(report=board_report, **{kind: decision})
    note("board_report.made", on=board_report, by=by, decisions=len(decisions))
    return board_report


def _name(meeting_on: date) -> str:
    return f"delegationsbeslut-{meeting_on:%Y-%m-%d}.html"


def _document(by: Any, authority: Authority, meeting_on: date, decisions: list) -> str:
    """In Swedish, whatever the language of its author: it goes to the board."""
    with translation.override("sv"):
        return render_to_string(
            "lockbox/board_report/document.html",
            {
                "authority": authority,
                "meeting_on": meeting_on,
                "lines": [line_of(decision) for decision in decisions],
                "made_by": by,
                "made_at": clock.now(),
            },
        )
