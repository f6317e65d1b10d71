from typing import Any

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from requests_app.admin.review_steps.people import LIST_STEPS
from requests_app.forms.named_list import TakeAccessForm
from requests_app.models import ListedReview, Role, SecrecyReview
from requests_app.permissions.involvement_of import can_view
from requests_app.permissions.visibility import overseen_by
from requests_app.selectors.clocks import clock_of
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import named_list


@admin.register(ListedReview)
class ListedReviewAdmin(CaseAdmin):
    """Number and clocks, until access with a basis is recorded (design.md 6)."""

    guide = "arbetsflode#namngiven-lista"

    page_template = "lockbox/case/overseen.html"
    is_register = True
    list_display = ["case", "authority", "received", "answer_by", "get_status_display"]
    list_filter = ["status"]
    search_fields = ["diary_number"]
    search_help_text = _("Registration number")
    seen_by = [Role.AUDITOR, Role.DECISION_MAKER]
    steps = {
        "open": StepPage(
            _("Take access with a basis"),
            named_list.take_access,
            TakeAccessForm,
            done=_("You now read the case."),
            guide="steg#namngiven-lista",
        ),
        **LIST_STEPS,
    }

    @admin.display(description=_("received"))
    def received(self, obj: SecrecyReview) -> str:
        return moment(obj.access_request.received_at)

    @admin.display(description=_("answer by"), empty_value="–")
    def answer_by(self, obj: SecrecyReview) -> str | None:
        ends = obj.access_request.clock.answer_by
        return moment(ends) if ends else None

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SecrecyReview]:
        rows = overseen_by(request.user)
        return rows.select_related("authority", "access_request__connection__product")

    def page_context(
        self, request: HttpRequest, obj: SecrecyReview, relation: Any
    ) -> dict[str, Any]:
        access_request = obj.access_request
        return {
            "clock": clock_of(access_request, access_request.grants.all()),
            "product": access_request.connection.product,
        }

    def after_step(self, request: HttpRequest, obj: SecrecyReview) -> str:
        """On to the case itself, for whoever now reads it."""
        if can_view(request.user, obj):
            return reverse("admin:requests_app_secrecyreview_change", args=[obj.pk])
        return super().after_step(request, obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        raise Http404
