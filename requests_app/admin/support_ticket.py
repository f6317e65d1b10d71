from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.forms.support_ticket import WithdrawConsentForm
from requests_app.models import Role, SupportTicket
from requests_app.permissions.roles import has_role
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import support_ticket


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
    steps = {
        "withdraw-consent": StepPage(
            _("Take the consents back"),
            support_ticket.withdraw_consent,
            WithdrawConsentForm,
            done=_("It has been ordered, and has effect when the provider shows it."),
            guide="steg#samtycke",
        ),
    }

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, *self.seen_by)

    def page_context(
        self, request: HttpRequest, obj: SupportTicket, relation: Any
    ) -> dict[str, Any]:
        return {"withdrawal": obj.outbox.order_by("-pk").first()}
