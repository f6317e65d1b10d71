"""Unusual reading: simple counts, with the rule of each beside it."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from requests_app.forms.audit_reading import ReadingForm
from requests_app.selectors.audit.reading_habits import Habit, habits, summary
from requests_app.workbench.auditing.case import rows_about
from requests_app.workbench.auditing.page import Audit, auditors_page, shown
from requests_app.workbench.pages import guided

# How the form asks for a time.
PERIOD = ("period", "since", "until")


@auditors_page
@guided("revisor#monster")
def unusual_reading(audit: Audit) -> HttpResponse:
    """For a purpose: how many read unusually; and of a case, or a person, who."""
    form = ReadingForm(audit.request.GET or None, by=audit.user, audited=audit.audited)
    shows = form.is_valid()
    cases = form.cases if shows else []
    rows = _rows(form) if shows else []
    return shown(
        audit,
        "lockbox/auditing/habits.html",
        _("Unusual reading"),
        form.query(),
        on=[row for case in cases for row in rows_about(case)],
        people=[row.person_id for row in rows],
        form=form,
        summary=summary(form.window) if shows else None,
        window=form.window if shows else None,
        rows=[(row, _trail(form, row)) for row in rows],
    )


def _rows(form: ReadingForm) -> list[Habit]:
    person = form.cleaned_data["person"]
    if person is None and not form.reviews:
        return []
    return habits(form.window, person=person, reviews=form.reviews)


def _trail(form: ReadingForm, row: Habit) -> str:
    """The reads themselves, of the same time."""
    time = {name: text for name, text in form.query().items() if name in PERIOD}
    person = reverse("admin:audit_person", args=[row.person_id])
    return f"{person}?{urlencode(time | {'kind': 'read'})}"
