"""Disposal of cases: its rules, the day of each case, lists, and what has gone."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from requests_app.admin.filters import DisposalState
from requests_app.forms import disposal as forms
from requests_app.forms.step import EmptyForm, ReasonForm
from requests_app.law.disposal import unanswered
from requests_app.models import Disposal, DisposalDate, DisposalRule, DisposedCase
from requests_app.permissions.disposal import (
    DISPOSAL_READERS,
    can_draw_up,
    dates_visible_to,
    disposals_visible_to,
    disposed_cases_visible_to,
)
from requests_app.permissions.guarded_registers import DISPOSAL_TERMS, RECORD_KEEPERS
from requests_app.selectors.disposal import lines_of
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.files import saved_as
from requests_app.workbench.lists import LockboxAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import disposal

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
            disposal.answer,
            forms.AnswerForm,
            main=lambda by, obj: _is_own(by, obj) and unanswered(obj) > 0,
            done=_("Answered."),
            guide="gallring#forstora-eller-overlamna",
        ),
        "retain": StepPage(
            _("Retain"),
            disposal.retain,
            forms.RetainForm,
            done=_("They are retained until that day."),
            guide="gallring#bevara-ett-arende-pa-listan",
        ),
        "receive": StepPage(
            _("Enter the archive's receipt"),
            disposal.receive,
            forms.ReceiptForm,
            done=_("Entered."),
            guide="gallring#arkivets-kvittens",
        ),
        "propose": StepPage(
            _("Propose the disposal"),
            disposal.propose,
            EmptyForm,
            main=lambda by, obj: _is_own(by, obj) and not unanswered(obj),
            done=_("Proposed: another person confirms it."),
            guide="gallring#tva-personer",
        ),
        "confirm": StepPage(
            _("Confirm the disposal"),
            disposal.confirm,
            EmptyForm,
            main=always,
            signs=True,
            done=_("Confirmed: it is carried out by the operations."),
            guide="gallring#tva-personer",
        ),
        "withdraw": StepPage(
            _("Withdraw the list"),
            disposal.withdraw,
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
        if row := self.made(request, form, disposal.draw_up):
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
