"""A plan of roles for few people: who is what now, what takes an explanation, and seats
for three or five whose roles are given in one go."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app.ledger import Kind, record
from requests_app.forms.role_plan import RolePlanForm
from requests_app.law.role_plan import PLANS
from requests_app.models import Authority
from requests_app.permissions.roles import (
    MANAGERS,
    SEE_STAFFING,
    authorities_of,
    has_role,
)
from requests_app.selectors.role_plan import plan_now
from requests_app.workbench.beginning import as_typed
from requests_app.workbench.identity import is_sent_and_right
from requests_app.workbench.pages import guided
from requests_app.workflow.drafts.keeping import forget_draft
from requests_app.workflow.drafts.pages import (
    draft_context,
    keep_typed_now,
)
from requests_app.workflow.role_plan import PlanGiven, give_plan


@guided("forsta-stegen#roller")
def role_plan(
    site: Any, request: HttpRequest, authority_id: int, number: int
) -> HttpResponse:
    user: Any = request.user
    if not authorities_of(user, *SEE_STAFFING):
        raise PermissionDenied
    authority = Authority.objects.filter(pk=authority_id).first()
    if authority is None or number not in PLANS:
        raise Http404
    if not has_role(user, *SEE_STAFFING, authority=authority.pk):
        raise Http404
    form = None
    if has_role(user, *MANAGERS, authority=authority.pk):
        if "keep" in request.POST:
            answer = keep_typed_now(request, None, request.path)
            return answer or HttpResponseRedirect(request.path)
        form = as_typed(RolePlanForm, request, subject=authority, number=number)
        if (given := _given(request, form)) is not None:
            forget_draft(user, request.path)
            _tell(request, given)
            return HttpResponseRedirect(request.path)
    record("role_plan.read", by=user, on=authority, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": _("Plan of roles: %(name)s") % {"name": authority},
        "authority": authority,
        "number": number,
        "numbers": sorted(PLANS),
        "now": plan_now(authority),
        "form": form,
        "waiting": reverse("admin:waiting_roles", args=[authority.pk]),
    }
    if form is not None:
        context["keeps"] = form.keeps
        context |= draft_context(request, request.path, at_once=True)
    return TemplateResponse(request, RolePlanForm.template, context)


def _given(request: HttpRequest, form: RolePlanForm) -> PlanGiven | None:
    if request.method != "POST" or not is_sent_and_right(request, form, signs=True):
        return None
    try:
        return give_plan(form.subject, by=request.user, **form.step_fields())
    except ValidationError as error:
        form.add_errors(error)
        return None


def _tell(request: HttpRequest, given: PlanGiven) -> None:
    text = ngettext(
        "%(n)s role is given. Another confirms it.",
        "%(n)s roles are given. Another confirms them.",
        given.number,
    )
    messages.success(request, text % {"n": given.number})
    for row, why in given.left:
        text = _("Left: %(role)s for %(name)s. %(why)s")
        names = {"role": row.get_role_display(), "name": row.person, "why": why}
        messages.warning(request, text % names)
