"""The accessibility statement: filled in, dated and corrected by who answers for it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext

from requests_app.models import AccessibilityFault, AccessibilityStatement
from requests_app.permissions.roles import CLOUD_KEEPERS
from requests_app.workbench.inlines import LockboxInline
from requests_app.workbench.lists import LockboxAdmin

Status = AccessibilityStatement.Status


class Faults(BaseInlineFormSet):
    """What is fully compliant has no faults, and what is not says which."""

    def clean(self) -> None:
        super().clean()
        forms = [form for form in self.forms if form.cleaned_data.get("criterion")]
        faults = [form for form in forms if not form.cleaned_data.get("DELETE")]
        is_full = self.instance.status == Status.FULLY
        if is_full and faults:
            raise ValidationError(gettext("What is fully compliant has no faults."))
        if self.instance.status and not is_full and not faults:
            raise ValidationError(gettext("Say at least one thing that does not work."))


class FaultInline(LockboxInline):
    model = AccessibilityFault
    formset = Faults
    template = "admin/edit_inline/stacked.html"
    can_delete = True
    extra = 1

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(AccessibilityStatement)
class AccessibilityStatementAdmin(LockboxAdmin):
    guide = "forsta-stegen#tillganglighetsredogorelse"
    list_display = ["operator", "authority", "status", "revised_on"]
    list_select_related = ["authority"]
    inlines = [FaultInline]
    authority_path = "authority"
    kept_by = CLOUD_KEEPERS
    change_form_template = "lockbox/accessibility/form.html"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What is known of the system itself is proposed; whoever answers for it reads
        and changes that."""
        return {
            "status": Status.PARTLY,
            "tested_how": gettext(
                "Each page is tried by a machine (axe-core, WCAG 2.2 A and AA) for"
                " every role with each version, and the most used forms are walked"
                " through in a browser with the keyboard alone. We have looked through"
                " the pages ourselves."
            ),
            "documents": gettext(
                "Decisions are tagged PDF files with headings in order, language and"
                " title (PDF/A-3a, PDF/UA-1). Ask us for a decision in another form."
            ),
            **super().get_changeform_initial_data(request),
        }
