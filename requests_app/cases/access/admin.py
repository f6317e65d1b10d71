"""The admin pages of access: delivery and grant."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from requests_app.cases.access.forms import (
    ConfirmForm,
    EndAccessForm,
    ExecutorConflictForm,
)
from requests_app.cases.access.models import AccessGrant, Delivery, OutboxAttempt
from requests_app.cases.access.queue import clock_of
from requests_app.cases.access.steps import delivery
from requests_app.cases.access.steps.answer import current_decisions
from requests_app.cases.access.steps.outbox import is_being_sent
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.rights import (
    can_read_delivery,
    deliveries_visible_to,
    grants_visible_to,
    known_people,
    visible_to,
)
from requests_app.cases.review.admin import PRODUCT
from requests_app.cases.review.forms.afterwards import RevokeAccessForm
from requests_app.cases.review.law.rules import has_lost_ground
from requests_app.cases.review.steps.decision import draw_up_at_once
from requests_app.core.pages.case import CaseAdmin
from requests_app.core.pages.lists import StepPage
from requests_app.core.pages.steps import proof_file
from requests_app.core.people.rights import roles_of
from requests_app.core.words.texts import moment
from requests_app.registers.models.cloud import ProviderProduct


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


# What follows on a decision.


def revoked(access_request: AccessRequest) -> Any:
    if access_request.connection.product.revocation == ProviderProduct.Revocation.NO:
        return _(
            "The grant is revoked, but the product can not be told: ask the provider in"
            " the support case to stop, and record when it is done."
        )
    if is_being_sent(access_request):
        return _(
            "The grant is revoked. An answer on more of the access is being sent right"
            " now: if it takes effect it is taken back by itself, as a task of the"
            " executor's."
        )
    if access_request.connection.is_revoked:
        return _("The grant is revoked. A machine is telling the provider.")
    return _("The grant is revoked. The executor has been given the task.")


def draw_up_of_access(grant: AccessGrant, *, by: Any) -> None:
    for review in grant.access_request.reviews.exclude(revocations=None):
        draw_up_at_once(review, by=by)


def _grant_rows(user: Any) -> models.QuerySet[AccessGrant]:
    return grants_visible_to(user).select_related(
        "access_request__connection__product",
        "delivery__access_request__connection",
        "end_note",
    )


@admin.register(AccessGrant)
class AccessGrantAdmin(CaseAdmin):
    guide = "arbetsflode#atkomst"
    rows = staticmethod(_grant_rows)
    list_display = ["case", "product", "opens", "ends", "status", "end_reason"]
    list_filter = ["status", "end_reason", PRODUCT, "opens_at"]
    request_path = "access_request"
    list_select_related = ["access_request__connection__product"]
    ordering = ["-opens_at"]
    page_template = "lockbox/grant/page.html"
    steps = {
        "end": StepPage(
            _("The provider is done"),
            delivery.end_access,
            EndAccessForm,
            done=_("Access is recorded as ended."),
            guide="steg#avsluta-atkomsten",
        ),
        "revoke": StepPage(
            _("Revoke the grant"),
            delivery.revoke,
            RevokeAccessForm,
            done=lambda grant: revoked(grant.access_request),
            afterwards=draw_up_of_access,
            signs=True,
            guide="steg#aterkalla-beslutet",
        ),
    }

    @admin.display(description=_("opens"), ordering="opens_at")
    def opens(self, obj: AccessGrant) -> str:
        return moment(obj.opens_at)

    @admin.display(description=_("ends"), ordering="ends_at")
    def ends(self, obj: AccessGrant) -> str:
        return moment(obj.ended_at or obj.ends_at)

    @admin.display(description=_("product"))
    def product(self, obj: AccessGrant) -> Any:
        return obj.access_request.connection.product

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def page_context(
        self, request: HttpRequest, obj: AccessGrant, relation: Any
    ) -> dict[str, Any]:
        reviews = visible_to(request.user).filter(access_request=obj.access_request_id)
        return {
            "clock": clock_of(obj.access_request, [obj]),
            "reviews": reviews.select_related("authority"),
            "reads": can_read_delivery(request.user, obj.delivery),
        }

    def known_people(self, request: HttpRequest, obj: Any) -> Any:
        return known_people(request.user, obj.access_request)

    def reads(self, request: HttpRequest, obj: AccessGrant) -> bool:
        return can_read_delivery(request.user, obj.delivery)
