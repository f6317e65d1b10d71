from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models import (
    InformationSet,
    InformationSetPerson,
    InformationSetProvision,
    SecurityClassification,
)
from requests_app.permissions.roles import INFORMATION_KEEPERS, SEE_REGISTERS, today
from requests_app.workbench.inlines import LockboxInline
from requests_app.workbench.lists import LockboxAdmin


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

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("provision")


class NamedPersonInline(LockboxInline):
    """Who sees reviews of a set that no role opens."""

    model = InformationSetPerson
    autocomplete_fields = ["person"]
    can_delete = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Somebody else is another row: one is taken away, another added.
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, formset=NamedPeople, **kwargs)
        formset.by = request.user
        return formset


class NamedPeople(BaseInlineFormSet):
    """A set on a named list names somebody: else nobody could see its reviews."""

    by: Any

    def clean(self) -> None:
        super().clean()
        people = [
            form
            for form in self.forms
            if form.cleaned_data.get("person") and not form.cleaned_data.get("DELETE")
        ]
        for form in people:
            if form.has_changed() and form.cleaned_data["person"] == self.by:
                form.add_error("person", gettext("Nobody names themselves."))
        if self.instance.is_named_list and not people:
            raise ValidationError(
                gettext("Name at least one person who can see its reviews.")
            )


@admin.register(InformationSet)
class InformationSetAdmin(LockboxAdmin):
    guide = "forsta-stegen#informationsmangder"
    has_origin = True
    records_reads = True
    list_display = ["name", "authority", "personal_data", "classification"]
    list_select_related = ["authority"]
    list_prefetch_related = ("classifications",)
    list_filter = ["personal_data"]
    search_fields = ["name"]
    inlines = [ClassificationInline, ProvisionInline, NamedPersonInline]
    authority_path = "authority"
    seen_by = SEE_REGISTERS
    kept_by = INFORMATION_KEEPERS

    @admin.display(description=_("classification"), empty_value="–")
    def classification(self, obj: InformationSet) -> Any:
        day = today()
        rows = [row for row in obj.classifications.all() if row.valid_from <= day]
        return max(rows, key=lambda row: (row.valid_from, row.pk), default=None)
