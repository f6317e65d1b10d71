"""Every change of roles and delegations, in one list."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from requests_app.forms.audit_decisions import RoleChangesForm
from requests_app.selectors.audit.role_changes import (
    RoleChange,
    changes_audited,
    entries_of,
)
from requests_app.workbench.auditing.export import (
    FORMATS,
    Out,
    Selection,
    exported,
    wants_export,
)
from requests_app.workbench.auditing.page import Audit, auditors_page, shown
from requests_app.workbench.auditing.words import exactly
from requests_app.workbench.pages import guided

PAGE = 50
HEADINGS = [
    gettext_lazy("Recorded"),
    pgettext_lazy("who did it", "By"),
    gettext_lazy("What was done"),
    gettext_lazy("Name"),
    gettext_lazy("Authority"),
    gettext_lazy("Valid from"),
    gettext_lazy("Valid to"),
    gettext_lazy("Reason"),
    gettext_lazy("Remark"),
]


@auditors_page
@guided("revisor#6-hur-andrades-roller-och-vem-godkande-det")
def role_changes(audit: Audit) -> HttpResponse:
    query = audit.request.GET
    form = RoleChangesForm(query, audited=audit.audited)
    rows = list(answering(audit, form)) if form.is_valid() else []
    if form.is_valid() and wants_export(audit):
        return exported(audit, _selection(rows, form.in_words()), form.query())
    page = query.get("p", "1")
    number = int(page) if page.isdecimal() and len(page) < 5 else 1
    first = max(0, number - 1) * PAGE
    return shown(
        audit,
        "lockbox/auditing/roles.html",
        _("Roles and delegations"),
        form.query(),
        form=form,
        exports=FORMATS,
        rows=rows[first : first + PAGE],
        count=len(rows),
        older=number + 1 if len(rows) > first + PAGE else None,
        newer=number - 1 if first else None,
        hidden_fields=form.query(),
    )


def answering(audit: Audit, form: RoleChangesForm) -> Iterator[RoleChange]:
    """The role changes that a form without errors asks for."""
    criteria = form.cleaned_data
    for row in changes_audited(audit.audited):
        if criteria["since"] and row.at < criteria["since"]:
            continue
        if criteria["until"] and row.at >= criteria["until"]:
            continue
        if criteria.get("authority") and row.authority_id != criteria["authority"]:
            continue
        if criteria["person"] not in (None, row.person_id, row.by_id):
            continue
        if row.backdated or not criteria["backdated"]:
            yield row


def _selection(changes: list[RoleChange], criteria: dict[str, str]) -> Selection:
    def rows() -> Iterator[Out]:
        entries = entries_of(changes)
        for row in changes:
            cells = [
                exactly(row.at),
                row.by,
                str(row.did),
                row.name,
                row.authority,
                str(row.valid_from),
                str(row.valid_to or ""),
                row.reason,
                str(row.backdated),
            ]
            yield Out(cells, entries.get(row.version), is_open=True)

    title = _("Roles and delegations")
    return Selection(
        "audit_roles", title, HEADINGS, rows, lambda: len(changes), criteria
    )
