from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from requests_app.forms.board_report import BoardReportForm
from requests_app.models import BoardReport, Role
from requests_app.permissions.roles import authorities_of
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.files import saved_as
from requests_app.workflow import board_report

SEEN_BY = (Role.REGISTRAR, Role.DECISION_MAKER, Role.AUDITOR)


@admin.register(BoardReport)
class BoardReportAdmin(CaseAdmin):
    guide = "arbetsflode#delegationsordningen"
    list_display = ["meeting_on", "authority", "number", "made_by", "made_at"]
    list_select_related = ["authority", "made_by"]
    page_template = "lockbox/board_report/page.html"
    seen_by = SEEN_BY

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[BoardReport]:
        runs = authorities_of(request.user, *SEEN_BY)
        rows = BoardReport.objects.filter(authority__in=runs)
        return rows.select_related("authority", "made_by").annotate(
            decisions=models.Count("items")
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(authorities_of(request.user, Role.REGISTRAR))

    @admin.display(description=_("decisions"))
    def number(self, obj: Any) -> int:
        return obj.decisions

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.document_view)
        name = "requests_app_boardreport_document"
        own = [path("<path:object_id>/document/", view, name=name)]
        return own + super().get_urls()

    begins_with = BoardReportForm

    def begin(self, request: HttpRequest, form: BoardReportForm) -> HttpResponse:
        is_sent = self.is_sent(request, form)
        makes = "make" in request.POST
        if makes and (report := self.made(request, form, board_report.report)):
            return HttpResponseRedirect(self.page_url(report))
        if is_sent:
            form.look()
        return self.new_page(request, gettext("Report decisions to the board"), form)

    def document_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        obj = self.visible_or_404(request, object_id)
        record("board_report.document_read", by=request.user, on=obj, kind=Kind.READ)
        content = obj.content
        return saved_as(content.body, content.media_type, content.file_name)
