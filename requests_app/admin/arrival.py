"""What arrived and could not be taken in."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from requests_app.admin.filters import DealtWith, Product
from requests_app.forms.arrival import ConfirmMailForm, HandleArrivalForm
from requests_app.models import Arrival
from requests_app.permissions.request_visibility import (
    arrivals_visible_to,
    can_read_arrival,
    requests_visible_to,
)
from requests_app.permissions.roles import SEES_UNROUTED, has_role
from requests_app.permissions.steps import can_record
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.pages import proof_file
from requests_app.workbench.step_page import StepPage, always, link_to
from requests_app.workflow import arrival, received_mail


def payload_page(
    case_admin: CaseAdmin, request: HttpRequest, obj: Any, arrival: Arrival
) -> HttpResponse:
    """The payload as a page to read; with ?bytes=1 byte for byte, as plain text; with
    ?picture=1 what it was typed from."""
    record("arrival.read", by=request.user, on=arrival, kind=Kind.READ)
    if "picture" in request.GET and arrival.source is not None:
        return proof_file(arrival.source)
    if "bytes" in request.GET:
        return HttpResponse(
            arrival.payload.body, content_type="text/plain; charset=utf-8"
        )
    context = {
        **case_admin.admin_site.each_context(request),
        "title": gettext("What arrived"),
        "opts": case_admin.opts,
        "object": obj,
        "page_url": case_admin.page_url(obj),
        "arrival": arrival,
    }
    return TemplateResponse(request, "lockbox/arrival/payload.html", context)


def _record_link() -> dict[str, Any]:
    url = reverse("admin:requests_app_accessrequest_add")
    return {"label": gettext("Record a request"), "url": url, "main": False}


@admin.register(Arrival)
class ArrivalAdmin(CaseAdmin):
    guide = "arbetsflode#begaran-kommer-in"
    list_display = ["__str__", "connection", "arrived", "trouble", "is_handled"]
    list_filter = [DealtWith, ("connection__product", Product), "arrived_at"]
    list_select_related = ["connection__product", "handled"]
    request_path = "access_request"
    is_register = True
    page_template = "lockbox/arrival/page.html"
    steps = {
        "confirm-mail": StepPage(
            _("It is genuine: take it in"),
            received_mail.confirm_mail,
            ConfirmMailForm,
            done=_("The notice has been taken in as a request."),
            guide="steg#ett-inkommet-mejl",
        ),
        "handle": StepPage(
            _("Dealt with"),
            arrival.handle_arrival,
            HandleArrivalForm,
            main=always,
            done=_("The arrival is noted as dealt with."),
            guide="steg#ett-inkommet-mejl",
        ),
    }

    @admin.display(description=_("arrived"), ordering="arrived_at")
    def arrived(self, obj: Arrival) -> str:
        return moment(obj.arrived_at)

    @admin.display(description=_("dealt with"), boolean=True)
    def is_handled(self, obj: Arrival) -> bool:
        return not obj.is_unhandled

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, *SEES_UNROUTED)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Arrival]:
        return arrivals_visible_to(request.user).select_related(
            "connection__product",
            "handled",
            "arrived_by",
            "access_request",
            "mail__rule",
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.payload_view)
        own = [
            path("<path:object_id>/payload/", view, name="requests_app_arrival_payload")
        ]
        return own + super().get_urls()

    def payload_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        obj = self.visible_or_404(request, object_id)
        if not can_read_arrival(request.user, obj):
            raise Http404
        return payload_page(self, request, obj, obj)

    def page_context(
        self, request: HttpRequest, obj: Arrival, relation: Any
    ) -> dict[str, Any]:
        return {
            "reads_it": can_read_arrival(request.user, obj),
            "is_doubted": received_mail.is_doubted(obj),
        }

    def buttons(
        self, request: HttpRequest, obj: Arrival, relation: Any
    ) -> list[dict[str, Any]]:
        """What to do with it: look at its request, or type in what it asks for."""
        own = super().buttons(request, obj, relation)
        about = obj.access_request
        if about is None:
            return own + ([_record_link()] if self._may_record(request, obj) else [])
        visible = requests_visible_to(request.user).filter(pk=about.pk)
        if not visible.exists():
            return own
        label = gettext("To the request %(name)s") % {"name": about}
        return [*own, link_to(label, about, main=not own)]

    def _may_record(self, request: HttpRequest, obj: Arrival) -> bool:
        runs = obj.connection.authority_id
        return can_record(request.user, authority=runs)

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # An arrival never changes: it has no history of its own.
        raise Http404
