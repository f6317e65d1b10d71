from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext

from audit_app.ledger import Kind, record
from requests_app.forms.transparency_report import TransparencyReportForm
from requests_app.models import Role, TransparencyReport
from requests_app.permissions.guarded_registers import PUBLISHERS
from requests_app.permissions.roles import authorities_of
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.files import saved_as
from requests_app.workflow.transparency_report import draw_up

SEEN_BY = (*PUBLISHERS, Role.AUDITOR)
FILES = ("document", "numbers", "description")


@admin.register(TransparencyReport)
class TransparencyReportAdmin(CaseAdmin):
    guide = "arbetsflode#transparensrapporten"
    list_display = ["year", "authority", "made_by", "made_at"]
    list_select_related = ["authority", "made_by"]
    page_template = "lockbox/transparency_report/page.html"
    seen_by = SEEN_BY

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[TransparencyReport]:
        theirs = authorities_of(request.user, *SEEN_BY)
        rows = TransparencyReport.objects.filter(authority__in=theirs)
        return rows.select_related("authority", "made_by", *FILES)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(authorities_of(request.user, *PUBLISHERS))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        files = [
            path(
                f"<path:object_id>/{which}/",
                view,
                {"which": which},
                name=f"requests_app_transparencyreport_{which}",
            )
            for which in FILES
        ]
        return files + super().get_urls()

    begins_with = TransparencyReportForm

    def begin(self, request: HttpRequest, form: TransparencyReportForm) -> HttpResponse:
        is_sent = self.is_sent(request, form)
        makes = "make" in request.POST
        if makes and (report := self.made(request, form, draw_up)):
            return HttpResponseRedirect(self.page_url(report))
        if is_sent:
            form.look()
        return self.new_page(request, gettext("Draw up a transparency report"), form)

    def file_view(
        self, request: HttpRequest, object_id: str, which: str
    ) -> HttpResponse:
        obj: Any = self.visible_or_404(request, object_id)
        record(
            "transparency_report.read",
            by=request.user,
            on=obj,
            kind=Kind.READ,
            file=which,
        )
        content = getattr(obj, which)
        return saved_as(content.body, content.media_type, content.file_name)
