"""The admin pages of kept records: archive delivery, disposal and retention rule."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.ledger import Kind, record
from requests_app.core.forms import EmptyForm, ReasonForm
from requests_app.core.pages.case import CaseAdmin
from requests_app.core.pages.lists import LockboxAdmin, StepPage, always
from requests_app.core.pages.steps import saved_as
from requests_app.core.retention import PERIODS
from requests_app.core.two_persons import LIMIT_KEEPERS, RECORD_KEEPERS
from requests_app.records import forms, steps
from requests_app.records.forms import ArchiveDeliveryForm, ReceiptForm
from requests_app.records.law import unanswered
from requests_app.records.models import (
    ArchiveDelivery,
    Disposal,
    DisposalDate,
    DisposalRule,
    DisposedCase,
    RetentionRule,
)
from requests_app.records.rights import (
    DISPOSAL_READERS,
    DISPOSAL_TERMS,
    READERS,
    can_draw_up,
    dates_visible_to,
    deliveries_seen_by,
    delivering_for,
    disposals_visible_to,
    disposed_cases_visible_to,
)
from requests_app.records.selectors import lines_of
from requests_app.records.steps import note_receipt, take_out


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


# What lists are narrowed by.


class DisposalState(admin.SimpleListFilter):
    """What has come to its day, and what is retained and why."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("due", _("The day has come")),
            ("later", _("The day is to come")),
            ("no_rule", _("Retained: no rule")),
            ("retained", _("Retained by a rule, or waits")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "due":
                return queryset.filter(due_on__lte=acting.today())
            case "later":
                return queryset.filter(due_on__gt=acting.today())
            case "no_rule":
                return queryset.filter(rule=None)
            case "retained":
                return queryset.filter(due_on=None).exclude(rule=None)
        return queryset


# Disposal of cases: its rules, the day of each case, lists, and what has gone.

RULES, LISTS = "gallring#reglerna", "gallring#listan"


def _is_own(by: Any, obj: Disposal) -> bool:
    return obj.drawn_by_id == by.pk


class Unchanging(CaseAdmin):
    """Rows that the database alone writes: they have no history of their own."""

    is_register = True
    seen_by = DISPOSAL_READERS

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        raise Http404


@admin.register(DisposalRule)
class DisposalRuleAdmin(LockboxAdmin):
    guide = RULES
    list_display = [
        *("matter", "authority", "process_code", "disposal_decision"),
        *("years", "counts_from", "valid_from"),
    ]
    list_select_related = ["authority"]
    fields = [*DISPOSAL_TERMS]
    authority_path = "authority"
    kept_by = RECORD_KEEPERS


@admin.register(DisposalDate)
class DisposalDateAdmin(Unchanging):
    guide = "gallring#nar-ett-arende-far-gallras"
    list_display = ["case", "authority", "due_on", "was_due_on", "state", "rule"]
    list_filter = [DisposalState]
    list_select_related = ["review__authority", "rule"]
    ordering = ["due_on", "id"]
    page_template = "lockbox/disposal/date.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[DisposalDate]:
        rows = dates_visible_to(request.user)
        return rows.select_related("review__authority", "rule")

    @admin.display(description=_("authority"))
    def authority(self, obj: DisposalDate) -> Any:
        return obj.review.authority

    @admin.display(description=_("state"))
    def state(self, obj: DisposalDate) -> str:
        return obj.state


@admin.register(DisposedCase)
class DisposedCaseAdmin(Unchanging):
    guide = "gallring#vad-som-finns-kvar"
    list_display = [
        "case",
        "authority",
        "closed_on",
        "disposal_decision",
        "disposed_at",
    ]
    list_select_related = ["authority"]
    search_fields = ["diary_number"]
    search_help_text = _("Diary number")
    page_template = "lockbox/disposal/disposed_case.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[DisposedCase]:
        rows = disposed_cases_visible_to(request.user)
        return rows.select_related("authority", "rule", "item__disposal")


@admin.register(Disposal)
class DisposalAdmin(CaseAdmin):
    guide = LISTS
    list_display = ["__str__", "authority", "status", "drawn_at", "drawn_by"]
    list_filter = ["status"]
    list_select_related = ["authority", "drawn_by"]
    page_template = "lockbox/disposal/page.html"
    is_register = True
    seen_by = DISPOSAL_READERS
    begins_with = forms.DrawUpForm
    add_label = _("Draw up a list")
    steps = {
        "answer": StepPage(
            _("Destroy or transfer"),
            steps.answer,
            forms.AnswerForm,
            main=lambda by, obj: _is_own(by, obj) and unanswered(obj) > 0,
            done=_("Answered."),
            guide="gallring#forstora-eller-overlamna",
        ),
        "retain": StepPage(
            _("Retain"),
            steps.retain,
            forms.RetainForm,
            done=_("They are retained until that day."),
            guide="gallring#bevara-ett-arende-pa-listan",
        ),
        "receive": StepPage(
            _("Enter the archive's receipt"),
            steps.receive,
            forms.DisposalReceiptForm,
            done=_("Entered."),
            guide="gallring#arkivets-kvittens",
        ),
        "propose": StepPage(
            _("Propose the disposal"),
            steps.propose,
            EmptyForm,
            main=lambda by, obj: _is_own(by, obj) and not unanswered(obj),
            done=_("Proposed: another person confirms it."),
            guide="gallring#tva-personer",
        ),
        "confirm": StepPage(
            _("Confirm the disposal"),
            steps.confirm,
            EmptyForm,
            main=always,
            signs=True,
            done=_("Confirmed: it is carried out by the operations."),
            guide="gallring#tva-personer",
        ),
        "withdraw": StepPage(
            _("Withdraw the list"),
            steps.withdraw,
            ReasonForm,
            done=_("Withdrawn: the cases can come on another list."),
            guide="gallring#dra-tillbaka-en-lista",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Disposal]:
        rows = disposals_visible_to(request.user)
        people = ("drawn_by", "proposed_by", "confirmed_by")
        return rows.select_related("authority", *people)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_draw_up(request.user)

    def begin(self, request: HttpRequest, form: forms.DrawUpForm) -> HttpResponse:
        if row := self.made(request, form, steps.draw_up):
            messages.success(
                request, gettext("The list is drawn up: answer its cases.")
            )
            return HttpResponseRedirect(self.page_url(row))
        return self.new_page(request, gettext("Draw up a list to dispose of"), form)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.protocol_view)
        name = "requests_app_disposal_protocol"
        own = [path("<path:object_id>/protocol/", view, name=name)]
        return own + super().get_urls()

    def protocol_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        obj: Any = self.visible_or_404(request, object_id)
        if obj.protocol is None:
            raise Http404
        record("disposal.protocol_read", by=request.user, on=obj, kind=Kind.READ)
        return saved_as(obj.protocol.body, "application/pdf", obj.protocol.file_name)

    def page_context(
        self, request: HttpRequest, obj: Disposal, relation: Any
    ) -> dict[str, Any]:
        return {"lines": lines_of(request.user, obj)}


# How long an authority keeps what is told of its cases: kept by two persons.


@admin.register(RetentionRule)
class RetentionRuleAdmin(LockboxAdmin):
    guide = "arbetsflode#bevarande-och-gallring"
    list_display = ["authority", "disposal_decision", *PERIODS]
    list_select_related = ["authority"]
    fields = ["authority", "disposal_decision", *PERIODS]
    authority_path = "authority"
    kept_by = LIMIT_KEEPERS
