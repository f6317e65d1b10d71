"""The logs of providers: how far each is read, and what of it is missing."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.admin.filters import Explained
from requests_app.forms.provider_log import ExplainGapForm
from requests_app.models import AccessEvent, LogGap, LogPosition, ProviderLog
from requests_app.permissions.provider_log import LOG_READERS, gaps_visible_to
from requests_app.permissions.roles import MANAGERS
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.lists import LockboxAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import log_gap


@admin.register(ProviderLog)
class ProviderLogAdmin(LockboxAdmin):
    """Made when a connection is first read; whether it is read two persons say."""

    guide = "arbetsflode#leverantorens-loggar"
    columns = ["read_until", "trouble", "next_at", "acts", "gaps_open"]
    list_display = ["connection", "log_label", "is_read", *columns]
    list_select_related = ["connection__product", "position"]
    list_filter = ["is_read"]
    fields = ["connection", "log_label", "is_read", *columns]
    readonly_fields = ["connection", "log_label", *columns]
    authority_path = "connection__authority"
    seen_by = LOG_READERS
    kept_by = MANAGERS
    change_form_template = "lockbox/provider_log/form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        acts = AccessEvent.objects.filter(log=OuterRef("pk")).order_by()
        number = acts.values("log").annotate(n=Count("pk")).values("n")
        rows = super().get_queryset(request).select_related("position")
        return rows.annotate(
            act_count=Coalesce(Subquery(number), 0),
            gap_count=Count("gaps", filter=Q(gaps__explained_at=None)),
        )

    @admin.display(description=_("log"), ordering="name")
    def log_label(self, obj: ProviderLog) -> str:
        return str(obj.log.label) if obj.log else gettext("files that people bring")

    @admin.display(description=_("read until"))
    def read_until(self, obj: ProviderLog) -> str:
        return moment(_position(obj).read_until)

    @admin.display(description=_("trouble"))
    def trouble(self, obj: ProviderLog) -> str:
        return _position(obj).trouble

    @admin.display(description=_("read again"))
    def next_at(self, obj: ProviderLog) -> str:
        return moment(_position(obj).next_at)

    @admin.display(description=_("acts"))
    def acts(self, obj: Any) -> int:
        return int(obj.act_count)

    @admin.display(description=_("gaps that nobody has explained"))
    def gaps_open(self, obj: Any) -> int:
        return int(obj.gap_count)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        obj = kwargs.get("obj")
        gaps = gaps_visible_to(request.user).filter(log=obj).order_by("-since")
        context |= {"gaps": gaps[:20]}
        return super().render_change_form(request, context, *args, **kwargs)


def _position(obj: ProviderLog) -> LogPosition:
    return getattr(obj, "position", None) or LogPosition()


@admin.register(LogGap)
class LogGapAdmin(CaseAdmin):
    guide = "steg#en-lucka-i-en-logg"
    list_display = ["__str__", "begins", "ends", "why", "noticed", "is_explained"]
    list_filter = [Explained]
    list_select_related = ["log__connection__product"]
    page_template = "lockbox/provider_log/gap.html"
    is_register = True
    seen_by = LOG_READERS
    steps = {
        "explain": StepPage(
            _("Say what is known of that time"),
            log_gap.explain_gap,
            ExplainGapForm,
            main=always,
            done=_("What is known has been noted."),
            guide="steg#en-lucka-i-en-logg",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[LogGap]:
        rows = gaps_visible_to(request.user)
        related = ("log__connection__product", "explained_by", "explanation")
        return rows.select_related(*related)

    @admin.display(description=_("from"), ordering="since")
    def begins(self, obj: LogGap) -> str:
        return moment(obj.since)

    @admin.display(description=_("until"))
    def ends(self, obj: LogGap) -> str:
        return moment(obj.until)

    @admin.display(description=_("noticed"))
    def noticed(self, obj: LogGap) -> str:
        return moment(obj.noticed_at)

    @admin.display(description=_("explained"), boolean=True)
    def is_explained(self, obj: LogGap) -> bool:
        return not obj.is_open
