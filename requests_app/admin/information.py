from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app import permissions
from requests_app.models import (
    InformationSet,
    InformationSetProvision,
    Role,
    SecurityClassification,
)
from requests_app.workbench import LockboxAdmin, LockboxInline


class ClassificationInline(LockboxInline):
    """A new classification is a new row; the old ones stay as they were."""

    model = SecurityClassification
    fields = [
        "valid_from",
        "confidentiality",
        "integrity",
        "availability",
        "traceability",
        "reason",
        "review_due",
    ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ProvisionInline(LockboxInline):
    model = InformationSetProvision
    autocomplete_fields = ["provision"]


@admin.register(InformationSet)
class InformationSetAdmin(LockboxAdmin):
    records_reads = True
    list_display = ["name", "authority", "personal_data", "classification"]
    list_select_related = ["authority"]
    list_filter = ["personal_data"]
    search_fields = ["name"]
    inlines = [ClassificationInline, ProvisionInline]
    authority_path = "authority"
    seen_by = [role for role in Role if role != Role.SYSTEM_ADMINISTRATOR]
    kept_by = [Role.INFORMATION_OWNER]

    @admin.display(description=_("classification"), empty_value="–")
    def classification(self, obj: InformationSet) -> Any:
        day = permissions.today()
        rows = [row for row in obj.classifications.all() if row.valid_from <= day]
        return max(rows, key=lambda row: (row.valid_from, row.pk), default=None)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("classifications")
