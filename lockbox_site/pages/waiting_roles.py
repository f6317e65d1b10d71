"""All roles of an authority that wait for a second person, on one page."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockbox_site.pages.several import settle_page
from requests_app.forms.waiting_roles import WaitingRolesForm
from requests_app.models import Authority
from requests_app.permissions.roles import SECOND_PERSONS, authorities_of
from requests_app.workbench.pages import guided
from requests_app.workflow.role import confirm_roles, refuse_roles


@guided("steg#bekrafta-en-roll")
def waiting_roles(site: Any, request: HttpRequest, authority_id: int) -> HttpResponse:
    user: Any = request.user
    own = authorities_of(user, *SECOND_PERSONS)
    if not own:
        raise PermissionDenied
    authority = get_object_or_404(Authority, pk=authority_id)
    form = WaitingRolesForm(
        request.POST if request.method == "POST" else None,
        subject=authority,
        by=user,
        tick_all="all" in request.GET,
    )
    if not form.waiting and authority.pk not in own:
        raise Http404
    return settle_page(
        site,
        request,
        form,
        title=_("Roles that wait: %(name)s") % {"name": authority},
        act=refuse_roles if form.stops else confirm_roles,
        outcome=_refused if form.stops else _confirmed,
    )


def _refused(count: int) -> str:
    return ngettext("%(n)s role is refused.", "%(n)s roles are refused.", count)


def _confirmed(count: int) -> str:
    return ngettext(
        "%(n)s role is confirmed and can be used.",
        "%(n)s roles are confirmed and can be used.",
        count,
    )
