"""What an authority still lacks before its first case."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Role
from requests_app.permissions.first_managers import authorities_known_to
from requests_app.permissions.package import taking_for
from requests_app.permissions.roles import MANAGERS, has_role
from requests_app.selectors.go_live import people_at, standing_of
from requests_app.selectors.go_live_facts import with_facts
from requests_app.selectors.go_live_needs import ROLES
from requests_app.workbench.pages import guided


@guided("arbetsflode#fore-det-forsta-arendet")
def go_live(site: Any, request: HttpRequest, authority_id: int) -> HttpResponse:
    rows = with_facts(authorities_known_to(request.user), clock.now())
    authority = get_object_or_404(rows, pk=authority_id)
    people = people_at(authority)
    standing = standing_of(
        authority,
        request.user,
        people,
        lambda model: site.get_model_admin(model).get_queryset(request),
    )
    lacks = [one for one in standing if not one.is_met]
    context = {
        **site.each_context(request),
        "title": _("Before the first case: %(name)s") % {"name": authority},
        "authority": authority,
        "lacks": lacks,
        "lacks_people": any(one.need.page == ROLES for one in lacks),
        "takes_packages": taking_for(request.user).exists(),
        "plans": has_role(request.user, *MANAGERS, authority=authority.pk),
        "makes_accounts": has_role(request.user, Role.SYSTEM_ADMINISTRATOR),
        "account_makers": people.make_accounts(),
        "has": [one for one in standing if one.is_met],
    }
    return TemplateResponse(request, "lockbox/go_live/page.html", context)
