"""Breaches of Lockbox itself."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.forms.breach import RecordBreachForm
from requests_app.models import Breach
from requests_app.permissions.breach import (
    BREACH_READERS,
    breaches_visible_to,
    can_record_breach,
)
from requests_app.selectors.incident_duty import duties_of_breach
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workflow.breach import record_breach


@admin.register(Breach)
class BreachAdmin(CaseAdmin):
    guide = "steg#incidentjour"
    list_display = ["__str__", "authority", "known", "recorded_by"]
    list_select_related = ["authority", "recorded_by"]
    page_template = "lockbox/breach/page.html"
    is_register = True
    seen_by = BREACH_READERS

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Breach]:
        rows = breaches_visible_to(request.user)
        related = ("authority", "recorded_by", "what_happened", "affected")
        return rows.select_related(*related)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_record_breach(request.user)

    @admin.display(description=_("known since"))
    def known(self, obj: Breach) -> str:
        return moment(obj.known_at)

    begins_with = RecordBreachForm

    def begin(self, request: HttpRequest, form: RecordBreachForm) -> HttpResponse:
        if breach := self.made(request, form, record_breach):
            messages.success(request, gettext("Recorded: the clocks run."))
            return HttpResponseRedirect(self.page_url(breach))
        title = gettext("Record a breach of Lockbox")
        return self.new_page(request, title, form)

    def page_context(
        self, request: HttpRequest, obj: Breach, relation: Any
    ) -> dict[str, Any]:
        return {"page": {"duties": duties_of_breach(request.user, obj)}}
