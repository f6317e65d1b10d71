from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from requests_app.models import DelegationRule, Outcome, Role
from requests_app.workbench import LockboxAdmin


@admin.register(DelegationRule)
class DelegationRuleAdmin(LockboxAdmin):
    list_display = ["item_no", "authority", "title", "role", "person", "valid_to"]
    list_select_related = ["authority", "person"]
    autocomplete_fields = ["person"]
    authority_path = "authority"
    kept_by = [Role.REGISTRAR]

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "outcomes":
            return forms.TypedMultipleChoiceField(
                label=db_field.verbose_name,
                choices=Outcome.choices,
                widget=forms.CheckboxSelectMultiple,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)
