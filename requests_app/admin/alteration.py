"""What somebody changed outside the system."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.forms.alteration import ConcludeAlterationForm
from requests_app.models import Alteration
from requests_app.permissions.alteration import (
    ALTERATION_READERS,
    alterations_visible_to,
)
from requests_app.permissions.request_visibility import requests_visible_to
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import alteration


@admin.register(Alteration)
class AlterationAdmin(CaseAdmin):
    guide = "steg#nagot-har-andrats-bakvagen"
    list_display = ["__str__", "kind", "object_id", "authority", "found_at", "ended"]
    list_select_related = ["authority"]
    page_template = "lockbox/alteration/page.html"
    is_register = True
    seen_by = ALTERATION_READERS
    steps = {
        "conclude": StepPage(
            _("Conclude"),
            alteration.conclude_alteration,
            ConcludeAlterationForm,
            main=always,
            done=_("The conclusion has been recorded."),
            guide="steg#nagot-har-andrats-bakvagen",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Alteration]:
        rows = alterations_visible_to(request.user)
        return rows.select_related("authority", "found_by", "concluded_by")

    @admin.display(description=_("kind"))
    def kind(self, obj: Alteration) -> str:
        return obj.kind

    @admin.display(description=_("concluded"), boolean=True)
    def ended(self, obj: Alteration) -> bool:
        return obj.concluded_at is not None

    def page_context(
        self, request: HttpRequest, obj: Alteration, relation: Any
    ) -> dict[str, Any]:
        requests = requests_visible_to(request.user)
        return {
            "kind": obj.kind,
            # Whose case it was, for whoever may know of it.
            "case": requests.filter(pk=obj.access_request_id or 0).first(),
        }
