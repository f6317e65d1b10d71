"""Somebody's cases, and one form that gives them to somebody else."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockbox_site.pages.several import settle_page
from requests_app.forms.overview import HandOverForm
from requests_app.permissions.roles import manages
from requests_app.selectors.remaining import knows_of, remaining_with
from requests_app.workbench.pages import guided
from requests_app.workflow.assignment import assign_several


@guided("arbetsflode#franvaro")
def hand_over(site: Any, request: HttpRequest, person_id: int) -> HttpResponse:
    """All is ticked from the beginning: what the person has is handed over whole."""
    if not manages(request.user):
        raise PermissionDenied
    person = get_object_or_404(get_user_model(), pk=person_id)
    if not knows_of(request.user, person):
        raise Http404
    is_sent = request.method == "POST"
    form = HandOverForm(
        request.POST if is_sent else None,
        subject=person,
        by=request.user,
        tick_all=not is_sent,
    )
    return settle_page(
        site,
        request,
        form,
        title=_("Hand over the cases of %(name)s") % {"name": person},
        act=assign_several,
        outcome=_handed_over,
        signs=False,
        back=reverse("admin:overview"),
        remaining=remaining_with(person, request.user),
    )


def _handed_over(count: int) -> str:
    return ngettext(
        "%(n)s case has been handed over.", "%(n)s cases have been handed over.", count
    )
