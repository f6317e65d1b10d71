"""The admin pages of the organisation: absence, delegation, first managers and role
assignment."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.core.fields import first_instant
from requests_app.core.forms import EmptyForm
from requests_app.core.models import Outcome
from requests_app.core.pages.case import (
    CaseAdmin,
    Confirmed,
    DatedAdmin,
    SecondPersonStatus,
)
from requests_app.core.pages.histories import once_a_page, read_people, reason_in
from requests_app.core.pages.lists import LockboxAdmin, StepPage, always
from requests_app.core.people.models import Absence, Authority, Role, RoleAssignment
from requests_app.core.people.rights import (
    DELEGATION_KEEPERS,
    MANAGERS,
    SEE_STAFFING,
    authorities_of,
)
from requests_app.core.step import save
from requests_app.core.words.texts import label_of
from requests_app.organisation import steps
from requests_app.organisation.forms import (
    WHAT,
    ConfirmFirstManagersForm,
    ConfirmRoleForm,
    EndRoleForm,
    FirstManagersForm,
    RefuseFirstManagersForm,
    RefuseRoleForm,
    StopRoleForm,
    SuspendRoleForm,
)
from requests_app.organisation.law import (
    why_not_ended,
    why_not_given,
    why_to_be_explained,
)
from requests_app.organisation.models import DelegationRule, FirstManagers
from requests_app.organisation.rights import (
    can_stop_role,
    confirmers_of,
    does_run,
    first_managers_visible_to,
    lent_by,
    runs_connections,
    someone_decides,
    stands_in,
    who_can_confirm,
)
from requests_app.organisation.selectors import state_of


@admin.register(Absence)
class AbsenceAdmin(LockboxAdmin):
    """Who is away and who stands in; kept by the manager of either's authority."""

    guide = "arbetsflode#franvaro"

    list_display = ["person", "substitute", "valid_from", "valid_to"]
    list_select_related = ["person", "substitute"]
    search_fields = ["person__last_name", "person__first_name"]
    autocomplete_fields = ["person", "substitute"]
    fields = ["person", "substitute", ("valid_from", "valid_to")]
    empty_value_display = _("nobody stands in")
    kept_by = MANAGERS
    seen_by = SEE_STAFFING

    def get_queryset(self, request: HttpRequest) -> Any:
        """Absences of those who have a role at the person's own authorities."""
        runs = authorities_of(request.user, *self.seen_by)
        theirs = RoleAssignment.objects.filter(authority__in=runs).values("person")
        return super().get_queryset(request).filter(person__in=theirs)

    def refuse(self, request: HttpRequest, form: Any) -> None:
        cleaned = form.cleaned_data
        runs = authorities_of(request.user, Role.IT_MANAGER)
        for name in ("person", "substitute"):
            person = cleaned.get(name)
            if person and not person.roles.filter(authority__in=runs).exists():
                text = gettext("This person has no role at your authority.")
                form.add_error(name, text)


class ConfirmDelegationForm(EmptyForm):
    warning = _(
        "Compare the item with the scheme of delegation and the board's decision. From"
        " here on people decide under it."
    )
    shows = (
        "authority",
        "item_no",
        "title",
        "parent",
        "decision_type",
        "max_minutes",
        "max_confidentiality",
        "product",
        "role",
        "person",
        "may_subdelegate",
        "is_head",
        "elected_as",
        "board_decision",
        "report_to_board",
        "valid_from",
        "valid_to",
    )

    def particulars(self) -> list[tuple[Any, Any]]:
        outcomes = (_("outcomes it covers"), _outcomes(self.subject))
        return [*super().particulars(), outcomes]


def _outcomes(rule: DelegationRule) -> str:
    return ", ".join(str(label_of(Outcome, value)) for value in rule.outcomes)


@admin.register(DelegationRule)
class DelegationRuleAdmin(DatedAdmin):
    guide = "arbetsflode#delegationsordningen"
    has_origin = True
    list_display = [
        "item_no",
        "authority",
        "title",
        "to",
        "covers",
        "valid_from",
        "valid_to",
        "confirmed_by",
    ]
    list_filter = ["authority", "role", Confirmed]
    list_select_related = ["authority", "person", "confirmed_by"]
    search_fields = ["item_no", "title", "board_decision"]
    autocomplete_fields = ["person"]
    fieldsets = [
        (None, {"fields": ["authority", "item_no", "title", "parent"]}),
        (_("What is delegated"), {"fields": ["decision_type", "outcomes"]}),
        (_("Limits"), {"fields": ["max_minutes", "max_confidentiality", "product"]}),
        (
            _("To whom"),
            {"fields": ["role", "person", "elected_as", "may_subdelegate", "is_head"]},
        ),
        (
            _("Basis"),
            {
                "fields": [
                    "board_decision",
                    "report_to_board",
                    ("valid_from", "valid_to"),
                    ("made_by", "confirmed_by", "confirmed_at"),
                ]
            },
        ),
    ]
    readonly_fields = ["made_by", "confirmed_by", "confirmed_at"]
    authority_path = "authority"
    asks_reason = True
    kept_by = DELEGATION_KEEPERS
    gives_power = True
    steps = {
        "confirm": StepPage(
            _("Confirm"),
            steps.confirm_delegation,
            ConfirmDelegationForm,
            main=always,
            done=_("The item has been confirmed and is in force."),
            guide="steg#bekrafta-delegationen",
        ),
    }

    @admin.display(description=_("delegated to"))
    def to(self, obj: DelegationRule) -> Any:
        return obj.person or obj.get_role_display()

    @admin.display(description=_("covers"))
    def covers(self, obj: DelegationRule) -> str:
        if obj.decision_type != DelegationRule.DecisionType.ANSWER:
            return obj.get_decision_type_display()
        if set(obj.outcomes) == set(Outcome.values):
            return gettext("All outcomes")
        return _outcomes(obj)

    @admin.display(description=_("outcomes it covers"))
    def outcomes_in_words(self, obj: DelegationRule) -> str:
        return _outcomes(obj)

    def page_context(
        self, request: HttpRequest, obj: DelegationRule, relation: Any
    ) -> dict[str, Any]:
        if obj.confirmed_at is not None:
            return {}
        nobody = gettext(
            "Nobody can confirm it: it takes a registrar, a legal reviewer or a"
            " decision-maker who has neither entered it nor decides under it."
        )
        return self.waits_for(confirmers_of(obj), nobody)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Where the outcomes are only read, they are words and not their codes."""
        is_open = obj is None or obj.confirmed_at is None
        if is_open and self.has_change_permission(request, obj):
            return self.fieldsets
        what, fields = self.fieldsets[1]
        shown = {**fields, "fields": ["decision_type", "outcomes_in_words"]}
        return [self.fieldsets[0], (what, shown), *self.fieldsets[2:]]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is confirmed is only ended; another wording is another item."""
        if obj is None or obj.confirmed_at is None:
            return self.readonly_fields
        ends = ("id", "valid_to", "version")
        fixed = [row.name for row in self.opts.fields if row.name not in ends]
        return ["outcomes_in_words", *fixed]

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "outcomes":
            return forms.TypedMultipleChoiceField(
                label=capfirst(db_field.verbose_name),
                choices=Outcome.choices,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name != "parent":
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        items = self._own_authorities(request, Authority.objects.all())
        rows = DelegationRule.objects.filter(may_subdelegate=True, authority__in=items)
        kwargs["queryset"] = rows.select_related("authority", "person")
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        # The number alone stands at several authorities, and for several people.
        field.label_from_instance = lambda row: (
            f"{row.item_no} {row.title}, {self.to(row)} ({row.authority})"
        )
        return field

    def refuse(self, request: HttpRequest, form: Any) -> None:
        ends = form.cleaned_data.get("valid_to")
        rule = form.instance
        if not rule.pk or rule.confirmed_at is None:
            return
        was = DelegationRule.objects.get(pk=rule.pk).valid_to
        if was is not None and (ends is None or ends > was):
            text = gettext("A confirmed item only ends earlier: enter another item.")
            form.add_error("valid_to", text)
        if ends is None or ends == was:
            return
        self._refuse_unexplained(request, form, ends)
        Authority.objects.select_for_update().get(pk=rule.authority_id)
        day = max(acting.today(), ends + timedelta(days=1))
        left = someone_decides(rule.authority_id, day, without_rule=rule.pk)
        decides = someone_decides(rule.authority_id, day)
        if decides and not left and not reason_in(request):
            form.add_error(
                "valid_to",
                gettext(
                    "Nobody would then decide for the authority: enter and confirm"
                    " another item first. Where the board has revoked the last one,"
                    " give its decision, with date and paragraph, as the reason."
                ),
            )

    def _refuse_unexplained(self, request: HttpRequest, form: Any, ends: date) -> None:
        """What was decided after the day on which it now ends has lost its item."""
        rows: Any = apps.get_model("requests_app.Decision")._default_manager
        after = first_instant(ends + timedelta(days=1))
        rows = rows.filter(delegation_rule=form.instance, decided_at__gte=after)
        count = rows.count()
        if count and not reason_in(request):
            text = ngettext(
                "%(n)s decision was made under the item after that day: give the"
                " reason. It is marked on the case.",
                "%(n)s decisions were made under the item after that day: give the"
                " reason. It is marked on the cases.",
                count,
            )
            form.add_error("valid_to", text % {"n": count})

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        if obj.confirmed_at is None:
            obj.made_by = request.user
        obj.version += 1
        super().save_model(request, obj, form, change)


@admin.register(FirstManagers)
class FirstManagersAdmin(CaseAdmin):
    guide = "arbetsflode#en-ny-myndighets-forsta-it-chefer"
    page_template = "lockbox/first_managers/page.html"
    is_register = True
    add_label = _("Propose first managers")
    list_display = ["authority", "first", "second", "proposed_by", "status"]
    list_select_related = ["authority", "first", "second", "proposed_by"]
    list_filter = [SecondPersonStatus]
    seen_by = SEE_STAFFING
    gives_power = True
    steps = {
        "confirm": StepPage(
            _("Confirm the first managers"),
            steps.confirm_first_managers,
            ConfirmFirstManagersForm,
            main=always,
            done=_("Both roles are confirmed and can be used."),
            guide="steg#de-forsta-it-cheferna",
        ),
        "refuse": StepPage(
            _("Refuse the first managers"),
            steps.refuse_first_managers,
            RefuseFirstManagersForm,
            done=_("Neither role comes into force."),
            guide="steg#de-forsta-it-cheferna",
        ),
    }

    @admin.display(description=_("status"))
    def status(self, obj: FirstManagers) -> Any:
        return obj.state

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[FirstManagers]:
        return first_managers_visible_to(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return runs_connections(request.user)

    begins_with = FirstManagersForm

    def beginning(self, request: HttpRequest) -> dict[str, Any]:
        return {"initial": {"authority": request.GET.get("authority", "")}}

    def begin(self, request: HttpRequest, form: FirstManagersForm) -> HttpResponse:
        if row := self.made(request, form, steps.propose_first_managers):
            text = gettext("Another manager can now confirm both roles.")
            messages.success(request, text)
            return HttpResponseRedirect(self.page_url(row))
        return self.new_page(request, gettext("Propose first managers"), form)


# What the right to give a role is asked of, and what has to be said of it.
TOLD = ("person", "role", "authority", "branch", "basis", "combined_because")

# What lies with a person, as a manager sees it, in cases (requests_app/hooks.py).
BURDEN: list[Callable[[Any, Any], int]] = []


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(DatedAdmin):
    guide = "arbetsflode#roller"
    list_display = [
        "person",
        "role",
        "authority",
        "valid_from",
        "valid_to",
        "state",
        "given_by",
        "confirmed_by",
    ]
    list_filter = ["role", "authority", Confirmed]
    list_select_related = ["person", "authority", "given_by", "confirmed_by"]
    search_fields = ["person__last_name", "person__first_name"]
    autocomplete_fields = ["person"]
    fields = ["person", *WHAT[1:4], ("valid_from", "valid_to"), *WHAT[6:]]
    # What the steps fill in; shown where there is something to show.
    by_steps = [
        ("given_by", "given_at"),
        ("usable_until",),
        ("confirmed_by", "confirmed_at"),
        ("refused_by", "refused_at"),
        ("suspended_by", "suspended_at"),
        ("ended_by", "ended_at"),
        ("stop_reason",),
    ]
    authority_path = "authority"
    kept_by = MANAGERS
    gives_power = True
    change_form_template = "lockbox/role/form.html"
    steps = {
        "confirm": StepPage(
            _("Confirm the role"),
            steps.confirm_role,
            ConfirmRoleForm,
            main=always,
            done=_("The role is confirmed and can be used."),
            guide="steg#bekrafta-en-roll",
        ),
        "refuse": StepPage(
            _("Refuse the role"),
            steps.refuse_role,
            RefuseRoleForm,
            done=_("The role is refused."),
            guide="steg#avvisa-vila-eller-avsluta-en-roll",
        ),
        "lift": StepPage(
            _("Lift the suspension"),
            steps.lift_suspension,
            StopRoleForm,
            done=_("The role can be used again."),
            guide="steg#avvisa-vila-eller-avsluta-en-roll",
        ),
        "suspend": StepPage(
            _("Suspend the role"),
            steps.suspend_role,
            SuspendRoleForm,
            done=_("The role is suspended."),
            guide="steg#avvisa-vila-eller-avsluta-en-roll",
        ),
        "end": StepPage(
            _("End the role at once"),
            steps.end_role,
            EndRoleForm,
            done=_("The role has ended."),
            guide="steg#avvisa-vila-eller-avsluta-en-roll",
        ),
    }

    def page_context(
        self, request: HttpRequest, obj: RoleAssignment, relation: Any
    ) -> dict[str, Any]:
        read_people(obj)
        context: dict[str, Any] = {}
        for burden in BURDEN:
            context["burden"] = burden(obj.person, request.user)
        if obj.stands and obj.confirmed_at is None:
            people, stand_in = who_can_confirm(obj)
            context |= {"waits": True, "confirmers": people, "stand_in": stand_in}
        return context

    @admin.display(description=_("state"))
    def state(self, obj: RoleAssignment) -> Any:
        return state_of(obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        """One's own authorities' roles; all, for whoever stands in for others; and
        those of one's own people who are lent."""
        rows = self.model._default_manager.order_by(*self.get_ordering(request))
        own = self._seen(self._rows(request, self.seen_by))
        lent = Q(pk__in=lent_by(request.user).values("pk"))
        rows = rows.filter(own | does_run(request.user) | lent)
        return rows.select_related("authority")

    @once_a_page
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return can_stop_role(request.user, obj)

    def rights_known(self, request: HttpRequest, obj: Any) -> dict[Any, bool]:
        return {can_stop_role: self.has_change_permission(request, obj)}

    def _keeps(self, request: HttpRequest, authority: Any, branch: Any) -> bool:
        # Exactly whose role they may give, `refuse` asks.
        return super()._keeps(request, authority, branch) or (
            stands_in(request.user, authority)
        )

    def _own_authorities(self, request: HttpRequest, authorities: Any) -> Any:
        own = super()._own_authorities(request, authorities)
        return own | authorities.filter(does_run(request.user, ""))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fields
        filled = [
            names
            for names in self.by_steps
            if any(getattr(obj, name) not in (None, "") for name in names)
        ]
        return [*self.fields, *filled]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is given is confirmed or refused, and ended: another wording is another
        role."""
        if obj is None:
            return ()
        steps = [name for names in self.by_steps for name in names]
        return [*(name for name in WHAT if name != "valid_to"), *steps]

    def refuse(self, request: HttpRequest, form: Any) -> None:
        if form.instance.pk:
            return _refuse_longer(form)
        given = RoleAssignment(**{name: form.cleaned_data.get(name) for name in TOLD})
        if given.person_id is None or given.authority_id is None:
            return
        if text := why_not_given(request.user, given):
            form.add_error("person", text)
        elif text := why_to_be_explained(given):
            form.add_error("combined_because", text)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        if change:
            return save(obj)
        steps.give(obj, by=request.user)
        if obj.usable_until is None:
            messages.warning(
                request,
                gettext("The role can be used when another has confirmed it."),
            )


def _refuse_longer(form: Any) -> None:
    """A role only ends earlier, from today on; at once, with a step of its own."""
    ends, row = form.cleaned_data.get("valid_to"), form.instance
    if "valid_to" not in form.fields or "valid_to" in form.errors:
        return
    was = RoleAssignment.objects.get(pk=row.pk).valid_to
    if ends != was and (ends is None or (was is not None and ends > was)):
        text = gettext("A role only ends earlier: give another from the day after.")
        form.add_error("valid_to", text)
    elif ends is not None and ends != was and ends < acting.today():
        text = gettext("The day has passed. To end the role now: end it at once.")
        form.add_error("valid_to", text)
    elif ends is not None and ends != was and (missed := why_not_ended(row, ends)):
        form.add_error("valid_to", missed)
