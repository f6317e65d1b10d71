"""Decisions by duration, hour, decision-maker and item of delegation."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.forms.audit_decisions import DecisionsForm
from requests_app.selectors.audit.decisions import (
    Decided,
    decisions_asked,
    decisions_for,
    entries_of,
)
from requests_app.words.addresses import redact
from requests_app.workbench.auditing.export import (
    FORMATS,
    MOST_COUNTED,
    Out,
    Selection,
    exported,
    wants_export,
)
from requests_app.workbench.auditing.page import Audit, auditors_page, shown
from requests_app.workbench.auditing.paging import place_in, turned
from requests_app.workbench.auditing.words import case_url, exactly
from requests_app.workbench.pages import guided

HEADINGS = [
    gettext_lazy("Case"),
    gettext_lazy("Authority"),
    gettext_lazy("Came in"),
    gettext_lazy("Decided"),
    gettext_lazy("Minutes"),
    gettext_lazy("Outcome"),
    gettext_lazy("Outcome before"),
    gettext_lazy("Decision-maker"),
    gettext_lazy("Reporting officer"),
    gettext_lazy("Item of delegation"),
    gettext_lazy("Item ended"),
]
PIECE = 500


@auditors_page
@guided("revisor#4-vilka-beslut-fattades-inom-tio-minuter-pa-natten")
def decisions(audit: Audit) -> HttpResponse:
    query = audit.request.GET
    form = DecisionsForm(query, audited=audit.audited)
    rows, older = [], None
    if form.is_valid():
        if wants_export(audit):
            return exported(audit, _selection(audit, form), form.query())
        place = place_in(query.get("before", ""))
        page = decisions_for(audit.user, form.sought(), place)
        rows = [(row, case_url(row.number)) for row in page.rows]
        older = page.older
    return shown(
        audit,
        "lockbox/auditing/decisions.html",
        _("Decisions"),
        form.query(),
        form=form,
        exports=FORMATS,
        rows=rows,
        **turned(audit, form.query(), older),
    )


def _selection(audit: Audit, form: DecisionsForm) -> Selection:
    criteria = form.sought()

    def rows() -> Iterator[Out]:
        place = None
        while True:
            piece = decisions_for(audit.user, criteria, place, PIECE)
            entries = entries_of(piece.rows)
            for row in piece.rows:
                yield Out(_cells(row), entries.get(row.key), row.views)
            if piece.older is None:
                return
            place = piece.older

    def count() -> int:
        return decisions_asked(audit.user, criteria)[: MOST_COUNTED + 1].count()

    title = _("Decisions")
    return Selection("audit_decisions", title, HEADINGS, rows, count, form.in_words())


def _cells(row: Decided) -> list[str]:
    return [
        redact(row.number),
        row.authority,
        exactly(row.arrived),
        exactly(row.at),
        str(int(row.took.total_seconds() // 60)),
        str(row.outcome),
        str(row.before),
        row.decider,
        row.rapporteur,
        row.rule,
        str(row.rule_ended or ""),
    ]
