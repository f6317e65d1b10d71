"""Comparing with a provider's machine after a restore."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.forms.comparison import ConcludeComparisonForm
from requests_app.models import Comparison
from requests_app.models.provider_status import in_words
from requests_app.permissions.comparison import (
    COMPARISONS_SEEN_BY,
    comparisons_visible_to,
)
from requests_app.permissions.request_visibility import requests_visible_to
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import comparison
from requests_app.workflow.differences import differences


@admin.register(Comparison)
class ComparisonAdmin(CaseAdmin):
    guide = "steg#jamforelse-med-leverantorens-logg"
    list_display = ["__str__", "connection", "lost_from", "told_at", "ended"]
    list_select_related = ["connection__product"]
    page_template = "lockbox/comparison/page.html"
    is_register = True
    seen_by = COMPARISONS_SEEN_BY
    steps = {
        "conclude": StepPage(
            _("Conclude the comparison"),
            comparison.conclude_comparison,
            ConcludeComparisonForm,
            main=always,
            done=_("The comparison is concluded: answers can be acknowledged again."),
            guide="steg#jamforelse-med-leverantorens-logg",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Comparison]:
        rows = comparisons_visible_to(request.user)
        return rows.select_related("connection__product", "concluded_by")

    @admin.display(description=_("concluded"), boolean=True)
    def ended(self, obj: Comparison) -> bool:
        return obj.concluded_at is not None

    def page_context(
        self, request: HttpRequest, obj: Comparison, relation: Any
    ) -> dict[str, Any]:
        rows = differences(obj) if obj.concluded_at is None else []
        known = [row.access_request.pk for row in rows if row.access_request]
        seen = requests_visible_to(request.user).filter(pk__in=known)
        links = set(seen.values_list("pk", flat=True)) if known else set()
        return {
            "differences": [
                {
                    "number": row.number,
                    "there": row.there and in_words(row.there),
                    "here": row.here and in_words(row.here),
                    "acknowledged_at": row.acknowledged_at,
                    # Whoever may know of it gets to it.
                    "link": row.access_request
                    if row.access_request and row.access_request.pk in links
                    else None,
                }
                for row in rows
            ],
        }
