"""Who confirmed which power anew, and what has ended."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.models import Recertification
from requests_app.permissions.recertification import recertifications_visible_to
from requests_app.permissions.roles import roles_of
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin


def _rows(user: Any) -> models.QuerySet[Recertification]:
    return recertifications_visible_to(user).select_related(
        "authority", "person", "settled_by"
    )


@admin.register(Recertification)
class RecertificationAdmin(CaseAdmin):
    guide = "arbetsflode#behorigheter-bekraftas-pa-nytt"
    is_register = True
    list_display = ["name", "what", "authority", "due_on", "ended", "settled_by", "at"]
    list_filter = ["outcome", "due_on", "settled_at"]
    ordering = ["-due_on", "-id"]
    page_template = "lockbox/recertification/page.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return _rows(request.user)

    @admin.display(description=_("kind"))
    def what(self, obj: Recertification) -> str:
        return obj.kind

    @admin.display(description=_("outcome"))
    def ended(self, obj: Recertification) -> Any:
        return obj.get_outcome_display() or _("waits")

    @admin.display(description=_("settled"), empty_value="–")
    def at(self, obj: Recertification) -> str:
        return moment(obj.settled_at) if obj.settled_at else ""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))
