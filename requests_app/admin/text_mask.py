"""Corrected and restricted texts."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from requests_app.forms import text_mask as forms
from requests_app.models import Role, TextMask
from requests_app.permissions.text_mask import (
    can_read_original,
    text_masks_visible_to,
)
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import text_mask

# Of the cases that they read, by their role or by name.
READERS = (
    Role.REGISTRAR,
    Role.LEGAL_REVIEWER,
    Role.DECISION_MAKER,
    Role.INFORMATION_OWNER,
    Role.DATA_PROTECTION_OFFICER,
    Role.AUDITOR,
)


@admin.register(TextMask)
class TextMaskAdmin(CaseAdmin):
    guide = "steg#ratta-eller-begransa-uppgifter"
    list_display = ["__str__", "review", "made_by", "made_at"]
    list_filter = ["kind"]
    list_select_related = ["review__authority", "made_by"]
    page_template = "lockbox/text_mask/page.html"
    is_register = True
    seen_by = READERS
    steps = {
        "tell": StepPage(
            _("Tell the recipient"),
            text_mask.tell_recipient,
            forms.TellRecipientForm,
            main=always,
            done=_("Recorded."),
            guide="steg#ratta-eller-begransa-uppgifter",
        ),
        "lift": StepPage(
            _("Lift the restriction"),
            text_mask.lift_restriction,
            forms.LiftRestrictionForm,
            done=_("Lifted: the texts are read as before."),
            guide="steg#ratta-eller-begransa-uppgifter",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[TextMask]:
        rows = text_masks_visible_to(request.user)
        people = ("made_by", "lifted_by", "ground", "lifted_because", "request")
        return rows.select_related("review__authority", *people)

    def get_urls(self) -> list[URLPattern]:
        name = "requests_app_textmask_original"
        view = self.admin_site.admin_view(self.original_view)
        return [
            path("<path:object_id>/original/", view, name=name),
            *super().get_urls(),
        ]

    def original_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What was kept, on a basis that stands in the ledger."""
        obj = self.visible_or_404(request, object_id)
        if not can_read_original(request.user, obj):
            raise PermissionDenied
        form = forms.OriginalForm(request.POST or None)
        originals = []
        if form.is_valid():
            basis = form.cleaned_data["basis"]
            event = "text_mask.original_read"
            record(event, by=request.user, on=obj, kind=Kind.READ, basis=basis)
            rows = obj.texts.select_related("original")
            originals = [(row.label, text_mask.original_of(row)) for row in rows]
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("The texts as they were kept"),
            "opts": self.opts,
            "object": obj,
            "page_url": self.page_url(obj),
            "form": form,
            "originals": originals,
        }
        return TemplateResponse(request, "lockbox/text_mask/original.html", context)

    def page_context(
        self, request: HttpRequest, obj: TextMask, relation: Any
    ) -> dict[str, Any]:
        return {
            "texts": obj.texts.select_related("original__reads_as"),
            "notices": obj.notices.select_related("told_by", "how"),
            "reads_original": can_read_original(request.user, obj),
        }
