"""All power that waits for somebody to confirm it anew, on one page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app.ledger import Kind, record
from requests_app.forms.recertification import RecertificationForm
from requests_app.permissions.roles import roles_of
from requests_app.workbench.identity import refuse_unsaid
from requests_app.workbench.pages import refused
from requests_app.workflow.recertification import SomeHindered, confirm_all, end_all
from requests_app.workflow.step import Busy


def recertification(site: Any, request: HttpRequest) -> HttpResponse:
    if not roles_of(request.user):
        raise PermissionDenied
    form = RecertificationForm(
        request.POST if request.method == "POST" else None,
        by=request.user,
        tick_all="all" in request.GET,
    )
    record("recertification.read", by=request.user, kind=Kind.READ)
    status = 200
    if form.is_bound and form.is_valid():
        refuse_unsaid(request, form)
    if form.is_bound and form.is_valid():
        status = _settle(request, form)
        if status == 302:
            return HttpResponseRedirect(reverse("admin:index"))
    context = {
        **site.each_context(request),
        "title": _("Rights and roles to confirm anew"),
        "form": form,
    }
    return TemplateResponse(request, form.template, context, status=status)


def _settle(request: HttpRequest, form: RecertificationForm) -> int:
    """The status of the answer: 302 when they are settled."""
    act = end_all if form.ends else confirm_all
    try:
        count = act(by=request.user, **form.step_fields())
    except SomeHindered as error:
        form.hindered(error)
        return 409
    except Busy as error:
        return refused(form, error)
    messages.success(request, _outcome(form, count) % {"n": count})
    return 302


def _outcome(form: RecertificationForm, count: int) -> str:
    if form.ends:
        return ngettext("%(n)s has ended.", "%(n)s have ended.", count)
    return ngettext(
        "%(n)s is confirmed for another year.",
        "%(n)s are confirmed for another year.",
        count,
    )
