from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.admin.filters import PRODUCT
from requests_app.admin.review_steps.decided import revoked
from requests_app.background.documents import draw_up_at_once
from requests_app.forms.delivery import EndAccessForm
from requests_app.forms.revocation import RevokeAccessForm
from requests_app.models import AccessGrant
from requests_app.permissions.known_people import known_people
from requests_app.permissions.request_visibility import (
    can_read_delivery,
    grants_visible_to,
)
from requests_app.permissions.roles import roles_of
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.clocks import clock_of
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import access


def draw_up_of_access(grant: AccessGrant, *, by: Any) -> None:
    for review in grant.access_request.reviews.exclude(revocations=None):
        draw_up_at_once(review, by=by)


def _rows(user: Any) -> models.QuerySet[AccessGrant]:
    return grants_visible_to(user).select_related(
        "access_request__connection__product",
        "delivery__access_request__connection",
        "end_note",
    )


@admin.register(AccessGrant)
class AccessGrantAdmin(CaseAdmin):
    guide = "arbetsflode#atkomst"
    rows = staticmethod(_rows)
    list_display = ["case", "product", "opens", "ends", "status", "end_reason"]
    list_filter = ["status", "end_reason", PRODUCT, "opens_at"]
    request_path = "access_request"
    list_select_related = ["access_request__connection__product"]
    ordering = ["-opens_at"]
    page_template = "lockbox/grant/page.html"
    steps = {
        "end": StepPage(
            _("The provider is done"),
            access.end_access,
            EndAccessForm,
            done=_("Access is recorded as ended."),
            guide="steg#avsluta-atkomsten",
        ),
        "revoke": StepPage(
            _("Revoke the grant"),
            access.revoke,
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
