"""Somebody's cases, and one form that gives them to somebody else."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.forms.overview import HandOverForm
from requests_app.permissions.roles import manages
from requests_app.selectors.remaining import knows_of, remaining_with
from requests_app.workflow import assignment
from requests_app.workflow.step import WrongState


def hand_over(site: Any, request: HttpRequest, person_id: int) -> HttpResponse:
    if not manages(request.user):
        raise PermissionDenied
    person = get_object_or_404(get_user_model(), pk=person_id)
    if not knows_of(request.user, person):
        raise Http404
    form = HandOverForm(request.POST or None, subject=person, by=request.user)
    status = 200
    if form.is_bound and form.is_valid():
        status = _take_step(request, form)
        if status == 302:
            return HttpResponseRedirect(reverse("admin:overview"))
    context = {
        **site.each_context(request),
        "title": _("Hand over the cases of %(name)s") % {"name": person},
        "page_url": reverse("admin:overview"),
        "form": form,
        "remaining": remaining_with(person, request.user),
    }
    return TemplateResponse(request, form.template, context, status=status)


def _take_step(request: HttpRequest, form: HandOverForm) -> int:
    """The status of the response: 302 when the cases are somebody else's now."""
    try:
        count = assignment.hand_over(by=request.user, **form.step_fields())
    except WrongState as error:
        form.add_error(None, str(error))
        return 409
    except ValidationError as error:
        form.add_errors(error)
        return 200
    message = ngettext(
        "%(n)s case has been handed over.", "%(n)s cases have been handed over.", count
    )
    messages.success(request, message % {"n": count})
    return 302
