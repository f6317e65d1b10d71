"""Following up the conditions of a decision."""

from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.working_days import working_days_after
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import Condition, ConditionFollowUp
from requests_app.selectors.acts import acts_of
from requests_app.workflow.condition import FollowUpInput
from requests_app.workflow.request_state import current_decision

KEPT, BROKEN = "kept", "broken"


class ConditionRow(NamedTuple):
    """A condition on the form: what was last said of it, and what speaks for what."""

    condition: Condition
    last: ConditionFollowUp | None
    hint: str
    choice: BoundField
    text: BoundField


class FollowUpForm(StepForm):
    template = "lockbox/follow_up/form.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.asks_again():
            self.retype({f"kept_{row.pk}": KEPT for row in self.conditions})
        for condition in self.conditions:
            self.fields[f"kept_{condition.pk}"] = forms.ChoiceField(
                label=_("Was the condition kept?"),
                choices=[(KEPT, _("Kept")), (BROKEN, _("Broken"))],
                widget=forms.RadioSelect,
                required=False,
                initial=self._initial(condition),
            )
            self.fields[f"text_{condition.pk}"] = PlainText(
                label=_("Note"), rows=2, required=False
            )

    def asks_again(self) -> bool:
        return "all_kept" in self.data

    @cached_property
    def conditions(self) -> list[Condition]:
        decision = current_decision(self.subject)
        if decision is None:
            return []
        rows = Condition.objects.filter(proposal=decision.proposal_id)
        notes = ("follow_ups__note", "follow_ups__noted_by")
        return list(rows.select_related("text").prefetch_related(*notes))

    @cached_property
    def grants(self) -> list[Any]:
        return list(self.subject.access_request.grants.all())

    @cached_property
    def outside(self) -> list[Any]:
        """What the provider says it did outside the access granted."""
        acts = acts_of(self.subject.access_request)
        return [act for act in acts if not act.is_inside]

    def _last(self, condition: Condition) -> ConditionFollowUp | None:
        return next(iter(condition.follow_ups.all()), None)

    def _is_outstayed(self, condition: Condition) -> bool:
        return condition.kind == Condition.Kind.DURATION and bool(self.outside)

    def _initial(self, condition: Condition) -> str:
        if self._last(condition) is None and self._is_outstayed(condition):
            return BROKEN
        return ""

    def _hint(self, condition: Condition) -> Any:
        if self._is_outstayed(condition):
            return _("The provider reports events outside the access granted.")
        ends = max((row.ended_at for row in self.grants if row.ended_at), default=None)
        if ends is None or not condition.due_days:
            return ""
        due = working_days_after(ends, condition.due_days)
        return _("Due %(day)s.") % {"day": date_format(due, "j F Y")}

    @property
    def rows(self) -> list[ConditionRow]:
        return [
            ConditionRow(
                condition,
                self._last(condition),
                self._hint(condition),
                self[f"kept_{condition.pk}"],
                self[f"text_{condition.pk}"],
            )
            for condition in self.conditions
        ]

    def clean(self) -> dict[str, Any]:
        """A note says of what: it is not left behind unseen."""
        cleaned = super().clean() or {}
        for condition in self.conditions:
            state, text = f"kept_{condition.pk}", f"text_{condition.pk}"
            if cleaned.get(text) and not cleaned.get(state):
                self.add_error(state, _("Say whether it was kept or broken."))
        return cleaned

    def step_fields(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "followed": [
                FollowUpInput(condition, state == KEPT, cleaned[f"text_{condition.pk}"])
                for condition in self.conditions
                if (state := cleaned[f"kept_{condition.pk}"])
            ]
        }
