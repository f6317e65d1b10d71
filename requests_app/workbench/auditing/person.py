"""All that somebody did where the auditor audits, and the roles they had when."""

from django.contrib.auth import get_user_model
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from requests_app.forms.audit import AuditForm
from requests_app.selectors.audit.lines import lines
from requests_app.selectors.audit.role_changes import (
    Person,
    person_named,
    roles_of_person,
)
from requests_app.selectors.audit.sought import Sought
from requests_app.selectors.audit.stream import stream_for
from requests_app.workbench.auditing.export import FORMATS, exported, wants_export
from requests_app.workbench.auditing.page import (
    Audit,
    auditors_page,
    record_people,
    shown,
)
from requests_app.workbench.auditing.paging import is_first_page, place_in, turned
from requests_app.workbench.auditing.stream import selection_of
from requests_app.workbench.auditing.words import rows_in_words
from requests_app.workbench.pages import guided


@auditors_page
@guided("revisor#3-vad-gjorde-nagon-forra-manaden")
def person_trail(audit: Audit, person_id: int) -> HttpResponse:
    query = audit.request.GET
    person = (
        roles_of_person(audit.audited, person_id)
        if is_first_page(audit)
        else person_named(person_id)
    )
    form = AuditForm(query, by=audit.user, audited=audit.audited, of_one=True)
    rows, older = [], None
    title = _("What %(person)s did") % {"person": person.name}
    if form.is_valid():
        if wants_export(audit) and _is_known(audit, person_id, person):
            record_people(audit, [person_id])
            selection = selection_of(audit, form, person_id, person.name)
            return exported(audit, selection, {**form.query(), "person": person.name})
        place = place_in(query.get("before", ""))
        sought = form.sought()._replace(person=person_id)
        stream = stream_for(audit.user, audit.audited, sought, place, form.cases)
        rows = rows_in_words(audit.site, stream.entries)
        older = stream.older
    if not person.name or not (rows or _is_known(audit, person_id, person)):
        raise Http404
    return shown(
        audit,
        "lockbox/auditing/person.html",
        title,
        {**form.query(), "person": person.name},
        on=[get_user_model()(pk=person_id)],
        form=form,
        exports=FORMATS,
        rows=rows,
        roles=person.changes,
        **turned(audit, form.query(), older),
    )


def _is_known(audit: Audit, person_id: int, person: Person) -> bool:
    """By a role here, or by something done here."""
    if person.changes or audit.audited.is_all:
        return True
    return bool(lines(audit.audited, Sought(person=person_id), limit=1).lines)
