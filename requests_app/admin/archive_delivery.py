from typing import Any

from django.contrib import admin
from django.db import models
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.forms.archive_delivery import ArchiveDeliveryForm, ReceiptForm
from requests_app.models import ArchiveDelivery
from requests_app.permissions.archive_delivery import (
    READERS,
    deliveries_seen_by,
    delivering_for,
)
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage
from requests_app.workflow.archive_delivery import note_receipt, take_out


@admin.register(ArchiveDelivery)
class ArchiveDeliveryAdmin(CaseAdmin):
    guide = "arkivering"
    list_display = ["name", "made_at", "made_by", "is_here"]
    list_select_related = ["authority", "made_by"]
    page_template = "lockbox/archive_delivery/page.html"
    seen_by = READERS
    add_label = _("Take out to the archive")
    begins_with = ArchiveDeliveryForm
    steps = {
        "receive": StepPage(
            _("Note the receipt"),
            note_receipt,
            ReceiptForm,
            done=_("The receipt is noted."),
            guide="arkivering#kvittot",
        )
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ArchiveDelivery]:
        rows = deliveries_seen_by(request.user)
        return rows.select_related("authority", "made_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return delivering_for(request.user).exists()

    @admin.display(description=_("delivery"))
    def name(self, obj: ArchiveDelivery) -> str:
        return str(obj)

    @admin.display(description=_("received by the archive"), boolean=True)
    def is_here(self, obj: ArchiveDelivery) -> bool:
        return obj.is_received

    def begin(self, request: HttpRequest, form: ArchiveDeliveryForm) -> Any:
        if out := self.made(request, form, take_out):
            name = f"{out.delivery.number}.zip"
            return FileResponse(out.file, as_attachment=True, filename=name)
        answer: HttpResponse = self.new_page(
            request, gettext("Take out to the archive"), form
        )
        return answer
