"""Requests for official documents."""

import hashlib
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from requests_app.admin.hand_out_steps import STEPS
from requests_app.documents.disclosure_decision import last_day_of
from requests_app.forms.handing_out import RecordDisclosureRequestForm
from requests_app.models import DisclosureRequest
from requests_app.permissions.handing_out import (
    HAND_OUT_READERS,
    can_record_hand_out,
    can_take_out,
    disclosure_requests_visible_to,
)
from requests_app.selectors import handing_out as shown
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.files import saved_as
from requests_app.workflow.handing_out import document
from requests_app.workflow.handing_out import request as request_step


@admin.register(DisclosureRequest)
class DisclosureRequestAdmin(CaseAdmin):
    guide = "utlamnande"
    list_display = ["number", "authority", "received", "status"]
    list_filter = ["status", "channel"]
    list_select_related = ["authority"]
    ordering = ["-received_at"]
    search_fields = ["number"]
    search_help_text = _("Number of the request")
    page_template = "lockbox/disclosure_request/page.html"
    is_register = False
    seen_by = HAND_OUT_READERS
    steps = STEPS

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = disclosure_requests_visible_to(request.user)
        contents = ["wording", "reply_to", "bound", "sent_back", "answer"]
        contents += ["delivered_to", "of_data_subject"]
        people = ("recorded_by", "made_by", "looked_by", "delivered_by")
        return rows.select_related("authority", *contents, *people)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_record_hand_out(request.user)

    def get_urls(self) -> list[URLPattern]:
        name = "requests_app_disclosurerequest_file"
        view = self.admin_site.admin_view(self.file_view)
        paper = self.admin_site.admin_view(self.paper_view)
        return [
            path("<path:object_id>/file.pdf", view, name=name),
            path(
                "<path:object_id>/decision/<int:number>.pdf",
                paper,
                name="requests_app_disclosurerequest_paper",
            ),
            *super().get_urls(),
        ]

    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The file as it leaves, or left: byte for byte."""
        obj = self.visible_or_404(request, object_id)
        if obj.file is None or not can_take_out(request.user, obj):
            raise Http404
        event = "disclosure_request.file_read"
        return self._file(request, obj, obj.file.original, event)

    def paper_view(
        self, request: HttpRequest, object_id: str, number: int
    ) -> HttpResponse:
        """One of the authority's decisions, to be sent."""
        obj = self.visible_or_404(request, object_id)
        made = get_object_or_404(obj.decisions.select_related("paper"), pk=number)
        event = "disclosure_request.decision_read"
        name = f"-beslut-{number}"
        return self._file(request, obj, made.paper.original, event, name)

    def _file(
        self,
        request: HttpRequest,
        obj: DisclosureRequest,
        body: bytes,
        event: str,
        name: str = "",
    ) -> HttpResponse:
        """Its digest stands in the ledger."""
        digest = hashlib.sha256(body).hexdigest()
        record(event, by=request.user, on=obj, kind=Kind.EXPORT, sha256=digest)
        name = f"{obj.number.replace(' ', '-')}{name}.pdf"
        return saved_as(body, "application/pdf", name)

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, obj: DisclosureRequest) -> str:
        return moment(obj.received_at)

    begins_with = RecordDisclosureRequestForm

    def begin(self, request: HttpRequest, form: Any) -> HttpResponse:
        act = request_step.record_disclosure_request
        if row := self.made(request, form, act):
            document.draw_all(row, by=request.user)
            text = gettext("Recorded as %(number)s.") % {"number": row.number}
            messages.success(request, text)
            return HttpResponseRedirect(self.page_url(row))
        return self.new_page(request, gettext("Record a request for documents"), form)

    def page_context(
        self, request: HttpRequest, obj: DisclosureRequest, relation: Any
    ) -> dict[str, Any]:
        documents = list(shown.of_request(request.user, obj))
        decisions = shown.decisions_of(obj)
        return {
            "lines": shown.lines_of(documents),
            "hidden": shown.hidden_from(request.user, obj),
            "cases": shown.cases_of(documents),
            "decisions": [(made, last_day_of(made)) for made in decisions],
            "appeals": shown.appeals_of(obj),
            "data_subject": shown.data_subject_of(request.user, obj),
            "in_days": shown.in_days(obj),
            "is_late": shown.is_late(obj),
            "takes_out": can_take_out(request.user, obj),
        }
