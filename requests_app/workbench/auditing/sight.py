"""Who could see a case on a day: as it is told today, and as it was known then."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.forms.audit_decisions import InstantForm
from requests_app.selectors.audit.who_could_see import instant, who_could_see
from requests_app.workbench.auditing.case import case_context, chosen_case, rows_about
from requests_app.workbench.auditing.disposed import unless_disposed_of
from requests_app.workbench.auditing.page import Audit, auditors_page, shown
from requests_app.workbench.pages import guided


@auditors_page
@guided("revisor#5-vem-kunde-se-arendet-en-viss-dag")
@unless_disposed_of
def case_sight(audit: Audit, number: str) -> HttpResponse:
    chosen = chosen_case(audit, number)
    query = audit.request.GET
    form = InstantForm(query if "at" in query else None)
    span = instant(clock.now())
    if form.is_bound and form.is_valid():
        span = form.span()
    is_wrong = bool(form.is_bound and form.errors)
    context = case_context(audit, chosen, "audit_sight")
    reviews = [] if is_wrong else context["open"]
    return shown(
        audit,
        "lockbox/auditing/sight.html",
        _("Who could see %(number)s") % {"number": number},
        {"case": number, **span._asdict()},
        on=rows_about(chosen.case),
        **context,
        form=form,
        span=span,
        seen=list(who_could_see(audit.audited, reviews, span)),
    )
