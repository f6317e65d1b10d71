from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from requests_app.forms.roster import (
    EndFeedForm,
    EndPatternForm,
    FeedForm,
    OfferForm,
    PatternForm,
    ShiftForm,
    TakeForm,
    VolunteersForm,
    WithdrawShiftForm,
)
from requests_app.forms.step import EmptyForm
from requests_app.models import (
    Act,
    Authority,
    Heartbeat,
    RosterAuthority,
    RosterGroup,
    RosterPattern,
    Shift,
    ShiftOffer,
)
from requests_app.permissions.roles import MANAGERS, roles_of
from requests_app.permissions.roster import rosters_visible_to
from requests_app.words.phrases import label_of
from requests_app.workbench.cases import CaseAdmin, RegisterAdmin
from requests_app.workbench.inlines import LockboxInline
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import roster, roster_calendar, shift_offer


class SharedInline(LockboxInline):
    """Other authorities that the roster is laid for too."""

    model = RosterAuthority
    can_delete = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent().has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        own = self._parent()._own_authorities(request, Authority.objects.all())
        return super().formfield_for_foreignkey(
            db_field, request, **{"queryset": own, **kwargs}
        )


@admin.register(RosterGroup)
class RosterGroupAdmin(RegisterAdmin):
    guide = "bemanning#lagg-en-jourlista-it-chefen"
    list_display = ["name", "authority", "to_do", "hours", "is_active"]
    list_select_related = ["authority"]
    fields = ["authority", "name", "acts", "hours", "is_active"]
    inlines = [SharedInline]
    authority_path = "authority"
    kept_by = MANAGERS
    change_form_template = "lockbox/roster/group.html"
    steps = {
        "lay-pattern": StepPage(
            _("Lay a pattern"),
            roster.lay_pattern,
            PatternForm,
            done=_("The shifts have been laid."),
            guide="steg#jourlista",
        ),
        "lay-shift": StepPage(
            _("Lay one shift"),
            roster.lay_shift,
            ShiftForm,
            done=_("The shift has been laid."),
            guide="steg#jourlista",
        ),
        "volunteers": StepPage(
            _("Ask for volunteers"),
            shift_offer.ask_for_volunteers,
            VolunteersForm,
            done=_("All who may stand on the roster can take it."),
            guide="steg#jourlista",
        ),
        "feed": StepPage(
            _("Take in a calendar"),
            roster_calendar.set_feed,
            FeedForm,
            done=_("The calendar is taken in within the hour."),
            guide="steg#jourlista",
        ),
        "end-feed": StepPage(
            _("Take in no calendar"),
            roster_calendar.end_feed,
            EndFeedForm,
            done=_("Nothing more is taken in."),
            guide="steg#jourlista",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[RosterGroup]:
        rows = rosters_visible_to(request.user)
        return rows.select_related(*self.list_select_related)

    @admin.display(description=_("is on duty to"))
    def to_do(self, obj: RosterGroup) -> str:
        return ", ".join(str(label_of(Act, value)) for value in obj.acts)

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "acts":
            return forms.TypedMultipleChoiceField(
                label=capfirst(db_field.verbose_name),
                choices=Act.choices,
                widget=forms.CheckboxSelectMultiple,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def page_context(
        self, request: HttpRequest, obj: RosterGroup, relation: Any
    ) -> dict[str, Any]:
        beat = Heartbeat.objects.filter(name=f"{Heartbeat.ROSTER}{obj.pk}").first()
        return {"group": obj, "feed": beat if obj.feed_host else None}

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        obj.version += 1
        super().save_model(request, obj, form, change)


class _RosterRows(CaseAdmin):
    """Rows of the rosters that a person sees."""

    is_register = True
    related: tuple[str, ...] = ()
    search_fields = ["person__last_name", "person__first_name"]
    search_help_text = _("Name of a person")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = self.model._default_manager.filter(
            group__in=rosters_visible_to(request.user)
        )
        return rows.select_related(*self.related)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))


@admin.register(RosterPattern)
class RosterPatternAdmin(_RosterRows):
    guide = "bemanning#lagg-ett-monster"
    list_display = ["person", "group", "begins", "ends", "valid_from", "valid_to"]
    related = ("person", "group__authority", "made_by")
    page_template = "lockbox/roster/pattern.html"
    steps = {
        "end": StepPage(
            _("End the pattern"),
            roster.end_pattern,
            EndPatternForm,
            done=_("The pattern has ended."),
            guide="steg#jourlista",
        ),
    }

    def page_context(
        self, request: HttpRequest, obj: RosterPattern, relation: Any
    ) -> dict[str, Any]:
        names = (str(WEEKDAYS[number]) for number in sorted(obj.weekdays))
        return {"weekdays": ", ".join(names)}


@admin.register(Shift)
class ShiftAdmin(_RosterRows):
    guide = "bemanning#lagg-ett-pass"
    list_display = ["person", "group", "begins_at", "ends_at", "source", "withdrawn_at"]
    related = ("person", "group__authority", "pattern")
    page_template = "lockbox/roster/shift.html"
    steps = {
        "offer": StepPage(
            _("Ask somebody to take it"),
            shift_offer.offer_shift,
            OfferForm,
            done=_("It has been offered. The shift is still theirs until it is taken."),
            guide="steg#byta-pass",
        ),
        "withdraw": StepPage(
            _("Withdraw the shift"),
            roster.withdraw_shift,
            WithdrawShiftForm,
            done=_("The shift has been withdrawn."),
            guide="steg#jourlista",
        ),
    }


@admin.register(ShiftOffer)
class ShiftOfferAdmin(_RosterRows):
    guide = "bemanning#byta-pass"
    list_display = ["group", "begins_at", "ends_at", "offered_to", "taken_by"]
    related = (
        "group__authority",
        "offered_to",
        "taken_by",
        "made_by",
        "shift__person",
        "in_return__person",
    )
    search_fields = ["offered_to__last_name"]
    page_template = "lockbox/roster/offer.html"
    steps = {
        "take": StepPage(
            _("Take it"),
            shift_offer.take_offer,
            TakeForm,
            done=_("You are on duty then."),
            guide="steg#byta-pass",
        ),
        "withdraw": StepPage(
            _("Offer it no longer"),
            shift_offer.withdraw_offer,
            EmptyForm,
            done=_("It is no longer offered."),
            guide="steg#jourlista",
        ),
    }
