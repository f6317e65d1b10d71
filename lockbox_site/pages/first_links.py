"""Links by which new people choose their first password, on one sheet to print."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audit_app import clock
from lockbox_site.pages.several import settle
from requests_app.forms.first_links import FirstLinksForm
from requests_app.models import Role
from requests_app.permissions.roles import has_role
from requests_app.workbench.identity import is_sent_and_right
from requests_app.workbench.pages import guided
from requests_app.workflow.person import make_links


@guided("arbetsflode#konton")
def first_links(site: Any, request: HttpRequest) -> HttpResponse:
    """The sheet answers the making itself: no link is kept anywhere."""
    user: Any = request.user
    if not has_role(user, Role.SYSTEM_ADMINISTRATOR):
        raise PermissionDenied
    form = FirstLinksForm(
        request.POST if request.method == "POST" else None,
        subject=None,
        by=user,
        tick_all="all" in request.GET,
    )
    context = {
        **site.each_context(request),
        "title": _("Links for new accounts"),
        "form": form,
        "back": reverse("admin:lockbox_site_user_changelist"),
    }
    status = 200
    if is_sent_and_right(request, form, signs=True):
        links, status = settle(request, form, make_links)
        if links is not None:
            until = clock.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
            context |= {"links": links, "until": until}
            return TemplateResponse(request, "lockbox/person/link_sheet.html", context)
    return TemplateResponse(request, form.template, context, status=status)
