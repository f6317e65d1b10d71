"""Papers on processing: what the product can't know is filled in, and what the
paper says is signed by two persons."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from requests_app.documents.processing.papers import say_today
from requests_app.models import ProcessingPaper
from requests_app.permissions.processing_paper import PAPER_KEEPERS
from requests_app.workbench.lists import LockboxAdmin


@admin.register(ProcessingPaper)
class ProcessingPaperAdmin(LockboxAdmin):
    guide = "forsta-stegen#papper-om-behandlingen"
    list_display = ["kind", "authority", "diary_number", "drawn_on"]
    list_filter = ["kind"]
    list_select_related = ["authority"]
    fields = [
        "authority",
        "kind",
        "diary_number",
        "contact",
        "officer",
        "processor",
        "contract",
        "remarks",
    ]
    authority_path = "authority"
    kept_by = PAPER_KEEPERS
    seen_by = PAPER_KEEPERS
    change_form_template = "lockbox/processing/form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("authority", "kind") if obj else ()

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """What is signed is what the product says now."""
        say_today(obj)
        super().save_model(request, obj, form, change)
