"""The admin pages of duty: drill, notice channel, notice ladder, recertification and
roster."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.core.forms import EmptyForm
from requests_app.core.models import Heartbeat
from requests_app.core.pages.case import CaseAdmin, RegisterAdmin
from requests_app.core.pages.histories import LockboxInline
from requests_app.core.pages.lists import LockboxAdmin, StepPage, always
from requests_app.core.people.models import Authority, RoleAssignment
from requests_app.core.people.rights import (
    MANAGERS,
    SEE_STAFFING,
    authorities_of,
    has_role,
    roles_of,
)
from requests_app.core.words.texts import label_of, moment
from requests_app.duty import steps
from requests_app.duty.forms import (
    DrillForm,
    EndChannelForm,
    EndFeedForm,
    EndPatternForm,
    FeedForm,
    NewChannelForm,
    NoticeLadderForm,
    OfferForm,
    PatternForm,
    ShiftForm,
    TakeForm,
    VolunteersForm,
    WithdrawShiftForm,
)
from requests_app.duty.ladders import authorities_concerned, preview
from requests_app.duty.models.notices import (
    DEFAULT,
    Drill,
    NoticeChannel,
    NoticeLadder,
    read,
    written,
)
from requests_app.duty.models.roster import (
    Act,
    Recertification,
    RosterAuthority,
    RosterGroup,
    RosterPattern,
    Shift,
    ShiftOffer,
)
from requests_app.duty.powers import recertifications_visible_to
from requests_app.duty.rights import (
    can_begin_drill,
    drills_visible_to,
    rosters_visible_to,
)
from requests_app.duty.selectors import receipt_of, waiting_for
from requests_app.duty.sweep.channels import next_try, silent_channels
from requests_app.registers.models.cloud import Connection


@admin.register(Drill)
class DrillAdmin(CaseAdmin):
    list_display = ["name", "authority", "begun_at", "begun_by", "state"]
    list_select_related = ["authority", "begun_by"]
    page_template = "lockbox/drill/page.html"
    guide = "bemanning#ovning"
    steps = {
        "come": StepPage(
            _("I am in"),
            steps.come,
            EmptyForm,
            main=always,
            done=_("It is noted that you are in."),
            guide="steg#saga-att-du-ar-inne-i-en-ovning",
        ),
        "end": StepPage(
            _("End the drill"),
            steps.end,
            EmptyForm,
            done=_("The drill is over."),
            guide="steg#avsluta-en-ovning",
        ),
    }
    begins_with = DrillForm
    add_label = _("Begin a drill")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Drill]:
        rows = drills_visible_to(request.user)
        return rows.select_related(*self.list_select_related, "ended_by")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_begin_drill(request.user)

    @admin.display(description=_("drill"))
    def name(self, obj: Drill) -> str:
        return str(obj)

    @admin.display(description=_("state"))
    def state(self, obj: Drill) -> Any:
        return obj.state

    def beginning(self, request: HttpRequest) -> dict[str, Any]:
        """The authority whose yearly drill it is, where the start page led here."""
        return {"initial": {"authority": request.GET.get("authority")}}

    def begin(self, request: HttpRequest, form: DrillForm) -> HttpResponse:
        if new_drill := self.made(request, form, steps.begin):
            messages.success(request, gettext("The drill has begun."))
            return HttpResponseRedirect(self.page_url(new_drill))
        title = gettext("Begin a drill")
        waiting = waiting_for(request.user)
        return self.new_page(request, title, form, waiting=waiting)

    def page_context(
        self, request: HttpRequest, obj: Drill, relation: Any
    ) -> dict[str, Any]:
        return {"receipt": receipt_of(obj, request.user)}


@admin.register(NoticeChannel)
class NoticeChannelAdmin(CaseAdmin):
    guide = "arbetsflode#aviseringskanaler"
    list_display = ["__str__", "authority", "host", "made_at", "ended_at"]
    list_select_related = ["authority"]
    is_register = True
    authority_path = "authority"
    seen_by = SEE_STAFFING
    gives_power = True
    page_template = "lockbox/notice_channel/page.html"
    steps = {
        "end": StepPage(
            _("End the channel"),
            steps.end_channel,
            EndChannelForm,
            done=_("The channel has ended."),
            guide="steg#aviseringskanal",
        ),
    }

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, *self.seen_by)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, *MANAGERS)

    begins_with = NewChannelForm

    def begin(self, request: HttpRequest, form: NewChannelForm) -> HttpResponse:
        if made := self.made(request, form, steps.make_channel):
            template = "lockbox/notice_channel/secret.html"
            return self.show_once(request, made.channel, template, made)
        return self.new_page(request, gettext("New notice channel"), form)

    def page_context(
        self, request: HttpRequest, obj: NoticeChannel, relation: Any
    ) -> dict[str, Any]:
        silent = silent_channels(Heartbeat.objects.all()).get(obj.pk)
        return {"silent": silent, "next_try": next_try(silent) if silent else None}


@admin.register(NoticeLadder)
class NoticeLadderAdmin(LockboxAdmin):
    """Whoever edits one looks at who would be told, before it is saved."""

    guide = "aviseringsstegar#stegen"

    change_form_template = "lockbox/notice_ladder/form.html"
    form = NoticeLadderForm
    list_display = ["authority", "product_in_words", "class_from", "rungs_in_words"]
    list_select_related = ["authority", "product"]
    authority_path = "authority"
    kept_by = MANAGERS
    seen_by = SEE_STAFFING

    @admin.display(description=_("product"), ordering="product__name")
    def product_in_words(self, ladder: NoticeLadder) -> str:
        return str(ladder.product or gettext("all products"))

    @admin.display(description=_("rungs"))
    def rungs_in_words(self, ladder: NoticeLadder) -> str:
        rungs = ((str(rung),) for rung in read(ladder.rungs))
        return format_html_join("", "<div>{}</div>", rungs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        field = form.base_fields.get("rungs")
        if field is not None:
            field.widget.people = _people(request)
        return form

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "authority" and field is not None:
            # A request follows the ladder of whoever runs its connection.
            runs = Connection.objects.values("authority")
            field.queryset = field.queryset.filter(pk__in=runs)
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        begun = super().get_changeform_initial_data(request)
        return {**begun, "rungs": written(DEFAULT)}

    def refuse(self, request: HttpRequest, form: Any) -> None:
        if form.errors or form.as_read == request.POST.get("as_read"):
            return
        form.add_error(
            None, _("Look below at who would be told; then save it once more.")
        )

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        form = context["adminform"].form
        ladder = _as_typed(form, kwargs.get("obj"))
        if ladder is not None:
            concerned = authorities_concerned(ladder)
            chosen = request.POST.get("shown_for", "")
            of = next((row for row in concerned if str(row.pk) == chosen), concerned[0])
            context |= {
                "concerned": concerned,
                "shown_for": of,
                "evenings": preview(ladder, of),
                "as_read": form.as_read if form.is_bound else "",
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        # It waits for a second person, and has no page of its own until then.
        name = "admin:requests_app_noticeladder_changelist"
        return HttpResponseRedirect(reverse(name))


def _as_typed(form: Any, stored: Any) -> Any:
    """The ladder as it stands in the form; None where it can't be read yet."""
    if not form.is_bound:
        return stored
    values = form.cleaned_data if hasattr(form, "cleaned_data") else {}
    names = ("authority", "product", "class_from", "margin", "rungs")
    if not values.get("rungs") or values.get("authority") is None:
        return None
    return NoticeLadder(**{name: values[name] for name in names if name in values})


def _people(request: HttpRequest) -> list[tuple[str, str]]:
    """A rung's choices, key and name: who has a role at an authority whose staffing
    this person sees."""
    runs = authorities_of(request.user, *SEE_STAFFING)
    rows = RoleAssignment.objects.standing().filter(authority__in=runs)
    rows = rows.select_related("person").order_by("person__last_name", "person")
    return list({str(row.person_id): str(row.person) for row in rows}.items())


# Who confirmed which power anew, and what has ended.


def _rows(user: Any) -> models.QuerySet[Recertification]:
    return recertifications_visible_to(user).select_related(
        "authority", "person", "settled_by"
    )


@admin.register(Recertification)
class RecertificationAdmin(CaseAdmin):
    guide = "arbetsflode#behorigheter-bekraftas-pa-nytt"
    is_register = True
    list_display = ["name", "what", "authority", "due_on", "ended", "settled_by", "at"]
    list_filter = ["outcome", "due_on", "settled_at"]
    ordering = ["-due_on", "-id"]
    page_template = "lockbox/recertification/page.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return _rows(request.user)

    @admin.display(description=_("kind"))
    def what(self, obj: Recertification) -> str:
        return obj.kind

    @admin.display(description=_("outcome"))
    def ended(self, obj: Recertification) -> Any:
        return obj.get_outcome_display() or _("waits")

    @admin.display(description=_("settled"), empty_value="–")
    def at(self, obj: Recertification) -> str:
        return moment(obj.settled_at) if obj.settled_at else ""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))


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
            steps.lay_pattern,
            PatternForm,
            done=_("The shifts have been laid."),
            guide="steg#jourlista",
        ),
        "lay-shift": StepPage(
            _("Lay one shift"),
            steps.lay_shift,
            ShiftForm,
            done=_("The shift has been laid."),
            guide="steg#jourlista",
        ),
        "volunteers": StepPage(
            _("Ask for volunteers"),
            steps.ask_for_volunteers,
            VolunteersForm,
            done=_("All who may stand on the roster can take it."),
            guide="steg#jourlista",
        ),
        "feed": StepPage(
            _("Take in a calendar"),
            steps.set_feed,
            FeedForm,
            done=_("The calendar is taken in within the hour."),
            guide="steg#jourlista",
        ),
        "end-feed": StepPage(
            _("Take in no calendar"),
            steps.end_feed,
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
            steps.end_pattern,
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
            steps.offer_shift,
            OfferForm,
            done=_("It has been offered. The shift is still theirs until it is taken."),
            guide="steg#byta-pass",
        ),
        "withdraw": StepPage(
            _("Withdraw the shift"),
            steps.withdraw_shift,
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
            steps.take_offer,
            TakeForm,
            done=_("You are on duty then."),
            guide="steg#byta-pass",
        ),
        "withdraw": StepPage(
            _("Offer it no longer"),
            steps.withdraw_offer,
            EmptyForm,
            done=_("It is no longer offered."),
            guide="steg#jourlista",
        ),
    }
