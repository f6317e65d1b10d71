"""Where an auditor writes: an audit is drawn, answered case by case, and ended."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from audit_app import reading
from requests_app.forms.saved_audit import (
    ChecklistForm,
    DrawForm,
    EndForm,
    checklist_values,
)
from requests_app.forms.step import StepForm
from requests_app.models import SampledCase, SavedAudit, SecrecyReview
from requests_app.selectors.audit.saved import SampledCaseShown, sampled_cases
from requests_app.workbench.auditing.page import Audit, auditors_form, shown
from requests_app.workbench.auditing.saved import audit_or_404
from requests_app.workbench.auditing.words import case_url
from requests_app.workbench.completion import done
from requests_app.workbench.pages import guided, refused
from requests_app.workflow import saved_audit as steps
from requests_app.workflow.drafts.keeping import forget_draft
from requests_app.workflow.drafts.pages import (
    draft_context,
    keep_typed_now,
    typed_before,
)
from requests_app.workflow.step import WrongState

Make = Callable[..., StepForm]


@auditors_form
@guided("revisor#en-granskning-med-stickprov")
def draw(audit: Audit) -> HttpResponse:
    def make(*args: Any, **kwargs: Any) -> StepForm:
        return DrawForm(
            *args, subject=None, by=audit.user, audited=audit.audited, **kwargs
        )

    def act(**fields: Any) -> str:
        first, *more = steps.draw(by=audit.user, **fields)
        if more:
            return reverse("admin:audit_saved")
        return reverse("admin:audit_one", args=[first.pk])

    return _form_page(audit, _("Draw a sample"), make, act, _("The sample is drawn."))


@auditors_form
@guided("revisor#en-granskning-med-stickprov")
def checklist(audit: Audit, key: int, review: int) -> HttpResponse:
    """Where its content may be read; of a named list the rest comes with access."""
    one = audit_or_404(audit.user, key)
    if answer := _to_one_that_has_ended(audit, one):
        return answer
    case, row = _case_or_404(audit, one, review)
    if not row.reads:
        raise PermissionDenied(_("Open the case with a basis first."))
    values, state = checklist_values(row.findings), steps.state_of(row.findings)

    def make(data: Any = None, **kwargs: Any) -> StepForm:
        kwargs |= {"subject": one, "by": audit.user, "initial": values}
        kwargs |= {"state": state}
        return ChecklistForm(data, **kwargs)

    def act(**fields: Any) -> str:
        steps.answer(one, by=audit.user, case=case, **fields)
        return reverse("admin:audit_one", args=[one.pk])

    return _form_page(
        audit,
        _("Checklist for %(number)s") % {"number": row.number},
        make,
        act,
        _("The checklist is saved."),
        about=case.review,
        seen=state,
        one=one,
        case=row,
        case_url=case_url(row.number),
    )


@auditors_form
@guided("revisor#en-granskning-med-stickprov")
def end(audit: Audit, key: int) -> HttpResponse:
    one = audit_or_404(audit.user, key)
    if answer := _to_one_that_has_ended(audit, one):
        return answer

    def make(data: Any = None, **kwargs: Any) -> StepForm:
        return EndForm(data, subject=one, by=audit.user, **kwargs)

    def act(**fields: Any) -> str:
        steps.end(one, by=audit.user, **fields)
        return reverse("admin:audit_one", args=[one.pk])

    cases = sampled_cases(audit.user, one)
    left = sum(not case.is_done for case in cases)
    return _form_page(
        audit,
        _("End the audit"),
        make,
        act,
        _("The audit has ended."),
        one=one,
        left=left,
    )


def _to_one_that_has_ended(audit: Audit, one: SavedAudit) -> HttpResponse | None:
    """There is nothing to fill in. What was filled in before is shown again."""
    if audit.request.method == "POST" or one.ended_at is None:
        return None
    return HttpResponseRedirect(reverse("admin:audit_one", args=[one.pk]))


def _case_or_404(
    audit: Audit, one: SavedAudit, review: int
) -> tuple[SampledCase, SampledCaseShown]:
    rows = SampledCase.objects.select_related("review").filter(audit=one, review=review)
    case = rows.first()
    if case is None:
        raise Http404
    (row,) = sampled_cases(audit.user, one, case.position)
    return case, row


def _form_page(
    audit: Audit,
    title: str,
    make: Make,
    act: Callable[..., str],
    message: str,
    about: SecrecyReview | None = None,
    seen: str | None = None,
    one: SavedAudit | None = None,
    **context: Any,
) -> HttpResponse:
    """GET shows the form, POST takes the step; what is typed is kept as it is typed."""
    request, status = audit.request, 200
    path = request.path
    if request.method == "POST" and "keep" in request.POST:
        with reading.as_application():
            if answer := keep_typed_now(request, about, path, seen):
                return answer
    if request.method != "POST" or "keep" in request.POST:
        with reading.as_application():
            typed = request.POST or typed_before(request, path, seen, at_once=True)
        form = make(typed or None)
        if typed:
            form.show_again()
    else:
        form = make(request.POST)
        if form.is_valid():
            status, to = _take(form, act)
            if status == 302:
                return done(
                    request,
                    message,
                    first=lambda: _forget(audit, path),
                    to=lambda: to,
                    otherwise=reverse("admin:audit_saved"),
                )
    with reading.as_application():
        draft = draft_context(request, path, about, seen, at_once=True)
    page = reverse("admin:audit_one", args=[one.pk]) if one else ""
    response = shown(
        audit,
        "lockbox/auditing/form.html",
        title,
        {},
        on=[row for row in (about or one,) if row],
        form=form,
        one=one,
        page_url=page or reverse("admin:audit_saved"),
        keeps=form.keeps,
        **draft,
        **context,
    )
    response.status_code = status
    return response


def _take(form: StepForm, act: Callable[..., str]) -> tuple[int, str]:
    """The status of the answer, and where it leads when the step has been taken."""
    try:
        with reading.as_application():
            return 302, act(**form.step_fields())
    except (WrongState, ValidationError) as error:
        return refused(form, error), ""


def _forget(audit: Audit, path: str) -> None:
    with reading.as_application():
        forget_draft(audit.user, path)
