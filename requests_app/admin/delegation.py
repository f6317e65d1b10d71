from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from requests_app.admin.filters import Confirmed
from requests_app.forms.step import EmptyForm
from requests_app.models import Authority, DelegationRule, Outcome
from requests_app.permissions.delegation import confirmers_of, someone_decides
from requests_app.permissions.roles import DELEGATION_KEEPERS, today
from requests_app.selectors.decided import decided_after
from requests_app.words.phrases import label_of
from requests_app.workbench.cases import DatedAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workbench.two_persons import reason_in
from requests_app.workflow import role


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
        "is_urgent",
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
            {"fields": ["role", "person", "is_urgent", "may_subdelegate", "is_head"]},
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
            role.confirm_delegation,
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
        day = max(today(), ends + timedelta(days=1))
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
        count = decided_after(form.instance, ends).count()
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
