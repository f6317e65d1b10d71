"""All power that waits for somebody to confirm it anew, on one page."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app.ledger import Kind, record
from lockbox_site.pages.several import settle_page
from requests_app.forms.recertification import RecertificationForm
from requests_app.permissions.roles import roles_of
from requests_app.workbench.pages import guided
from requests_app.workflow.recertification import confirm_all, end_all


@guided("arbetsflode#behorigheter-bekraftas-pa-nytt")
def recertification(site: Any, request: HttpRequest) -> HttpResponse:
    if not roles_of(request.user):
        raise PermissionDenied
    form = RecertificationForm(
        request.POST if request.method == "POST" else None,
        by=request.user,
        tick_all="all" in request.GET,
    )
    record("recertification.read", by=request.user, kind=Kind.READ)
    return settle_page(
        site,
        request,
        form,
        title=_("Rights and roles to confirm anew"),
        act=end_all if form.stops else confirm_all,
        outcome=_ended if form.stops else _confirmed,
    )


def _ended(count: int) -> str:
    return ngettext("%(n)s has ended.", "%(n)s have ended.", count)


def _confirmed(count: int) -> str:
    return ngettext(
        "%(n)s is confirmed for another year.",
        "%(n)s are confirmed for another year.",
        count,
    )
