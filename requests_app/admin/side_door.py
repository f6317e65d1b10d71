from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.forms.side_door import CoverDoorForm, WithdrawDoorForm
from requests_app.forms.step import ReasonForm
from requests_app.models import SideDoor
from requests_app.permissions.request_visibility import requests_visible_to
from requests_app.permissions.roles import has_role
from requests_app.permissions.side_door import SEE_SIDE_DOORS, side_doors_visible_to
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import side_door

RELATED = (
    "connection__product",
    "connection__authority",
    "covered_by",
    "withdrawn_by",
    "record",
    "reason",
)


def _is_uncovered(_may: Any, door: SideDoor) -> bool:
    return not door.is_covered


@admin.register(SideDoor)
class SideDoorAdmin(CaseAdmin):
    guide = "arbetsflode#sidodorrar"
    list_display = [
        "place",
        "connection",
        "kind",
        "what",
        "seen_at",
        "closed_at",
        "decision_number",
        "covered_until",
    ]
    list_filter = ["kind", "closed_at"]
    ordering = ["-seen_at", "-id"]
    page_template = "lockbox/side_door/page.html"
    steps = {
        "withdraw": StepPage(
            _("Take it back"),
            side_door.withdraw,
            WithdrawDoorForm,
            main=_is_uncovered,
            done=_("It has been ordered, and has effect when the provider shows it."),
            guide="steg#sidodorr",
        ),
        "say-closed": StepPage(
            _("It is closed in the portal"),
            side_door.say_closed,
            ReasonForm,
            done=_("It is recorded as closed."),
            guide="steg#sidodorr",
        ),
        "cover": StepPage(
            _("Say which decision covers it"),
            side_door.cover,
            CoverDoorForm,
            done=_("The decision is said to cover it."),
            guide="steg#sidodorr",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SideDoor]:
        return side_doors_visible_to(request.user).select_related(*RELATED)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, *SEE_SIDE_DOORS)

    def page_context(
        self, request: HttpRequest, obj: SideDoor, relation: Any
    ) -> dict[str, Any]:
        seen = requests_visible_to(request.user).filter(side_doors=obj)
        return {
            "access_request": seen.first(),
            "closing": obj.outbox.order_by("-pk").first(),
            "by_hand": side_door.by_hand(obj),
        }
