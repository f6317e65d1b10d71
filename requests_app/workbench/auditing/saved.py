"""Audits that are kept: the list, each with its sample, and what leaves the house."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.ledger import Kind, record, record_each
from audit_app.sealing import believed
from requests_app.models import AuditFinding, SavedAudit
from requests_app.permissions.auditing import name_by
from requests_app.permissions.saved_audit import saved_audits_of
from requests_app.selectors.audit import saved
from requests_app.workbench.auditing.export import drawn_up
from requests_app.workbench.auditing.page import Audit, auditors_page, shown
from requests_app.workbench.auditing.words import case_url
from requests_app.workbench.files import named
from requests_app.workbench.pages import guided

# Nobody makes more; the newest are shown.
MOST = 200


@auditors_page
@guided("revisor#en-granskning-med-stickprov")
def saved_audits(audit: Audit) -> HttpResponse:
    return shown(
        audit,
        "lockbox/auditing/saved_audits.html",
        _("Audits"),
        {},
        rows=saved.saved_audits(audit.user)[:MOST],
    )


@auditors_page
@guided("revisor#en-granskning-med-stickprov")
def saved_audit(audit: Audit, key: int) -> HttpResponse:
    one = audit_or_404(audit.user, key)
    cases = saved.sampled_cases(audit.user, one)
    return shown(
        audit,
        "lockbox/auditing/saved_audit.html",
        one.name,
        {},
        on=[one],
        one=one,
        cases=[(case, case_url(case.number)) for case in cases],
        answered=sum(case.answered for case in cases),
        questions=len(cases) * len(AuditFinding.Question),
        lines=saved.cited(one, cases).steps,
    )


@auditors_page
@guided("revisor#en-granskning-med-stickprov")
def saved_report(audit: Audit, key: int) -> HttpResponse:
    """What was examined, how it was drawn and what was found; on record, of each case
    as well of which it tells more than the number."""
    one = audit_or_404(audit.user, key)
    cases = saved.sampled_cases(audit.user, one)
    entry = record("audit_report.exported", by=audit.user, on=one, kind=Kind.EXPORT)
    open_cases = [case.review for case in cases if case.reads]
    record_each("audit_report.exported", open_cases, by=audit.user, kind=Kind.EXPORT)
    cited = saved.cited(one, cases)
    context = {
        "one": one,
        "cases": [(case, _cited(case, cited)) for case in cases],
        "answered": sum(case.answered for case in cases),
        "questions": len(cases) * len(AuditFinding.Question),
        "lines": cited.steps,
        "checkpoint": believed.newest(),
        "by": audit.user,
        "at": clock.now(),
        "entry": entry,
        "language": translation.get_language(),
    }
    return drawn_up("lockbox/auditing/saved_report.html", context, f"audit-{one.pk}")


@auditors_page
@guided("revisor#en-granskning-med-stickprov")
def population(audit: Audit, key: int) -> HttpResponse:
    """The numbers that the sample was drawn from, one a line, to draw it again."""
    one = audit_or_404(audit.user, key)
    record("audit_population.exported", by=audit.user, on=one, kind=Kind.EXPORT)
    text = one.population.text + "\n"
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    return named(answer, f"audit-{one.pk}-population.txt")


def audit_or_404(user: Any, key: int) -> SavedAudit:
    rows = saved_audits_of(user).select_related("authority", "population", "conclusion")
    names = {"maker": name_by("made_by"), "ender": name_by("ended_by")}
    one = rows.filter(pk=key).annotate(**names).first()
    if one is None:
        raise Http404
    return one


def _cited(case: saved.SampledCaseShown, cited: saved.Cited) -> list[Any]:
    """Each decision, the first one first, and its line."""
    return [(row, cited.decisions.get(row.key)) for row in reversed(case.decisions)]
