"""All roles of an authority that wait for a second manager, on one page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app.ledger import Kind, record
from requests_app.forms.waiting_roles import WaitingRolesForm
from requests_app.models import Authority
from requests_app.permissions.roles import MANAGERS, authorities_of, manages
from requests_app.workbench.identity import refuse_unsaid
from requests_app.workbench.pages import refused
from requests_app.workflow.role import SomeHindered, confirm_roles, refuse_roles
from requests_app.workflow.step import Busy


def waiting_roles(site: Any, request: HttpRequest, authority_id: int) -> HttpResponse:
    user: Any = request.user
    if not manages(user):
        raise PermissionDenied
    authority = get_object_or_404(Authority, pk=authority_id)
    form = WaitingRolesForm(
        request.POST if request.method == "POST" else None,
        subject=authority,
        by=user,
        tick_all="all" in request.GET,
    )
    own = authorities_of(user, *MANAGERS)
    if not form.waiting and authority.pk not in own:
        raise Http404
    status = 200
    if form.is_bound and form.is_valid():
        refuse_unsaid(request, form)
    if form.is_bound and form.is_valid():
        status = _settle(request, form)
        if status == 302:
            return HttpResponseRedirect(reverse("admin:index"))
    context = {
        **site.each_context(request),
        "title": _("Roles that wait: %(name)s") % {"name": authority},
        "form": form,
    }
    return TemplateResponse(request, form.template, context, status=status)


def _settle(request: HttpRequest, form: WaitingRolesForm) -> int:
    """The status of the answer: 302 when they are settled."""
    act = refuse_roles if form.refuses else confirm_roles
    try:
        count = act(by=request.user, **form.step_fields())
    except SomeHindered as error:
        for role in error.denied:
            name = "refuse" if form.refuses else "confirm"
            record(f"step.{name}", by=request.user, on=role, kind=Kind.REFUSAL)
        form.hindered(error)
        return 409
    except Busy as error:
        return refused(form, error)
    messages.success(request, _outcome(form, count) % {"n": count})
    return 302


def _outcome(form: WaitingRolesForm, count: int) -> str:
    if form.refuses:
        return ngettext("%(n)s role is refused.", "%(n)s roles are refused.", count)
    return ngettext(
        "%(n)s role is confirmed and can be used.",
        "%(n)s roles are confirmed and can be used.",
        count,
    )
