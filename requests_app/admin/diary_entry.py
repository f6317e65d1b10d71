"""What the authority's diary system is owed a number for, and what came back."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.forms import diary_entry as forms
from requests_app.models import DiaryEntry
from requests_app.permissions.diary_entry import ENTRY_READERS, entries_visible_to
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import diary_entry


class Numbered(admin.SimpleListFilter):
    title = _("number in the diary system")
    parameter_name = "numbered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("no", _("Not yet")),
            ("yes", _("Yes")),
            ("twice", _("Two different ones")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet
    ) -> models.QuerySet:
        if self.value() == "twice":
            return queryset.exclude(other_number="")
        if self.value() in ("no", "yes"):
            wanted = queryset.filter if self.value() == "no" else queryset.exclude
            return wanted(number="")
        return queryset


@admin.register(DiaryEntry)
class DiaryEntryAdmin(CaseAdmin):
    guide = "steg#diariesystemets-nummer"
    list_display = [
        *("__str__", "system", "owed", "taken", "given_number", "other_number")
    ]
    list_filter = [Numbered]
    list_select_related = ["review__authority"]
    page_template = "lockbox/diary_entry/page.html"
    is_register = True
    seen_by = ENTRY_READERS
    steps = {
        "type": StepPage(
            _("Write the number"),
            diary_entry.type_number,
            forms.TypeNumberForm,
            done=_("The number is noted."),
            guide="steg#diariesystemets-nummer",
        ),
        "choose": StepPage(
            _("Say which number it is"),
            diary_entry.choose_number,
            forms.ChooseNumberForm,
            main=always,
            done=_("The number is noted."),
            guide="steg#diariesystemets-nummer",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[DiaryEntry]:
        rows = entries_visible_to(request.user)
        return rows.select_related("review__authority", "came_by")

    @admin.display(description=_("owed since"), ordering="owed_at")
    def owed(self, obj: DiaryEntry) -> str:
        return moment(obj.owed_at)

    @admin.display(description=_("first fetched"))
    def taken(self, obj: DiaryEntry) -> str:
        return moment(obj.taken_at)

    @admin.display(description=_("number in the diary system"), empty_value="–")
    def given_number(self, obj: DiaryEntry) -> str | None:
        return obj.number or None
