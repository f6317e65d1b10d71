from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from requests_app.models import Role, SupportTicket
from requests_app.permissions.roles import has_role
from requests_app.permissions.side_door import side_doors_visible_to
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import link_to


@admin.register(SupportTicket)
class SupportTicketAdmin(CaseAdmin):
    guide = "arbetsflode#fraga-i-azures-supportarende"
    list_display = [
        "number",
        "connection",
        "status",
        "advanced_diagnostics",
        "other_consents",
    ]
    list_select_related = ["connection__product"]
    is_register = True
    authority_path = "connection__authority"
    seen_by = (Role.EXECUTOR, Role.IT_MANAGER, Role.REGISTRAR, Role.AUDITOR)
    page_template = "lockbox/support_ticket/page.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, *self.seen_by)

    def buttons(
        self, request: HttpRequest, obj: SupportTicket, relation: Any
    ) -> list[dict[str, Any]]:
        """What it carries is taken back, or covered, as every side door."""
        doors = side_doors_visible_to(request.user).open().filter(ticket=obj)
        return [link_to(_("To the side door"), door, True) for door in doors]
