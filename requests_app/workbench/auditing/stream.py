"""One list of everything in the ledger, the newest first."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.utils.translation import gettext as _

from requests_app.forms.audit import AuditForm
from requests_app.selectors.audit.stream import counted, stream_for, whole_stream
from requests_app.workbench.auditing.export import (
    FORMATS,
    MOST_COUNTED,
    Out,
    Selection,
    exported,
    wants_export,
)
from requests_app.workbench.auditing.page import (
    Audit,
    auditors_page,
    record_people,
    shown,
)
from requests_app.workbench.auditing.paging import place_in, turned
from requests_app.workbench.auditing.words import HEADINGS, cells, rows_in_words
from requests_app.workbench.pages import guided


@auditors_page
@guided("revisor#3-vad-gjorde-nagon-forra-manaden")
def stream(audit: Audit) -> HttpResponse:
    query = audit.request.GET
    form = AuditForm(query, by=audit.user, audited=audit.audited)
    rows, older = [], None
    if form.is_valid():
        if wants_export(audit):
            # Whose lines come is known when all is out: of everybody, everybody's.
            one = form.sought().person
            record_people(audit, audit.audited.people if one is None else [one])
            return exported(audit, selection_of(audit, form), form.query())
        place = place_in(query.get("before", ""))
        page = stream_for(audit.user, audit.audited, form.sought(), place, form.cases)
        rows = rows_in_words(audit.site, page.entries)
        older = page.older
    return shown(
        audit,
        "lockbox/auditing/stream.html",
        _("Everything that happened"),
        form.query(),
        people=[row.by_id for row in rows],
        form=form,
        exports=FORMATS,
        rows=rows,
        **turned(audit, form.query(), older),
    )


def selection_of(
    audit: Audit, form: AuditForm, person: int | None = None, name: str = ""
) -> Selection:
    """What a form without errors selects; `person` by key and name, where it is of
    one."""
    sought, criteria, title = form.sought(), form.in_words(), ""
    if person is not None:
        sought = sought._replace(person=person)
        criteria |= {_("Person"): name}
        title = _("What %(person)s did") % {"person": name}

    def rows() -> Iterator[Out]:
        pieces = whole_stream(audit.user, audit.audited, sought, form.cases)
        for piece in pieces:
            in_words = rows_in_words(audit.site, piece)
            for entry, row in zip(piece, in_words, strict=True):
                yield Out(cells(row), row.key, entry.sight.views)

    def count() -> int:
        return counted(audit.audited, sought, MOST_COUNTED)

    title = title or _("Everything that happened")
    return Selection("audit", title, HEADINGS, rows, count, criteria)
