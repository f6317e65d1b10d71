from typing import Any

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from requests_app.admin.filters import PRODUCT
from requests_app.forms.delivery import ConfirmForm, ExecutorConflictForm
from requests_app.law.reliance import has_lost_ground
from requests_app.models import Delivery, OutboxAttempt
from requests_app.permissions.known_people import known_people
from requests_app.permissions.request_visibility import (
    can_read_delivery,
    deliveries_visible_to,
)
from requests_app.permissions.roles import roles_of
from requests_app.selectors.clocks import clock_of
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.pages import proof_file
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import delivery
from requests_app.workflow.ordering import current_decisions


def _runs_without_ground(obj: Delivery) -> bool:
    """Does access run under an approval whose ground has fallen?"""
    is_given = obj.status == Delivery.Status.CONFIRMED
    if obj.answer != Delivery.Answer.APPROVE or not is_given:
        return False
    request = obj.access_request
    return request.grants.running().exists() and has_lost_ground(
        current_decisions(request)
    )


def _rows(user: Any) -> models.QuerySet[Delivery]:
    return deliveries_visible_to(user).select_related(
        "access_request__connection__product",
        "access_request__connection__authority",
        "confirmed_by",
        "text",
    )


@admin.register(Delivery)
class DeliveryAdmin(CaseAdmin):
    guide = "arbetsflode#svara"
    rows = staticmethod(_rows)
    list_display = ["case", "product", "answer", "status", "created", "given"]
    list_filter = ["status", "answer", PRODUCT, "created_at"]
    list_select_related = ["access_request__connection__product"]
    request_path = "access_request"
    page_template = "lockbox/delivery/page.html"
    steps = {
        "confirm": StepPage(
            _("Confirm that the answer is given"),
            delivery.confirm,
            ConfirmForm,
            main=lambda _may, obj: obj.status == Delivery.Status.OPEN,
            done=_("The answer is recorded as given."),
            guide="steg#svara-i-portalen",
        ),
        "conflict": StepPage(
            _("Declare conflict of interest"),
            delivery.declare_as_executor,
            ExecutorConflictForm,
            done=_("The declaration has been recorded."),
            guide="steg#anmal-jav",
        ),
    }

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, obj: Delivery) -> str:
        return moment(obj.created_at)

    @admin.display(description=_("given"), ordering="given_at")
    def given(self, obj: Delivery) -> str:
        return moment(obj.given_at)

    @admin.display(description=_("product"))
    def product(self, obj: Delivery) -> Any:
        return obj.access_request.connection.product

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.proof_view)
        own = [
            path("<path:object_id>/proof/", view, name="requests_app_delivery_proof")
        ]
        return own + super().get_urls()

    def page_context(
        self, request: HttpRequest, obj: Delivery, relation: Any
    ) -> dict[str, Any]:
        grants = list(obj.access_request.grants.all())
        return {
            "clock": clock_of(obj.access_request, grants),
            "grants": grants,
            "has_lost_ground": _runs_without_ground(obj),
            "tries": OutboxAttempt.objects.filter(message__delivery=obj),
            "reads": can_read_delivery(request.user, obj),
        }

    def proof_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        obj = self.visible_or_404(request, object_id)
        if obj.proof is None or not can_read_delivery(request.user, obj):
            raise Http404
        record("delivery.proof_read", by=request.user, on=obj, kind=Kind.READ)
        return proof_file(obj.proof)

    def known_people(self, request: HttpRequest, obj: Any) -> Any:
        return known_people(request.user, obj.access_request)

    def reads(self, request: HttpRequest, obj: Delivery) -> bool:
        return can_read_delivery(request.user, obj)
