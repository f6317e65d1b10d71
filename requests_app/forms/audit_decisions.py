"""What an auditor asks of decisions, and of changes of roles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.audit import InstantField, PeriodForm
from requests_app.models import Outcome
from requests_app.permissions.auditing import Audited
from requests_app.selectors.audit.decisions import Asked

EVERYTHING = ("", _("all"))


class DatedForm(PeriodForm):
    """From when to when, and of which authority."""

    authority = forms.TypedChoiceField(
        label=_("Authority"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, data: Any, *, audited: Audited) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["authority"].choices = [EVERYTHING, *audited.authorities.items()]
        if len(audited.authorities) < 2:
            del fields["authority"]


class DecisionsForm(DatedForm):
    within = forms.IntegerField(
        label=_("Within so many minutes of arriving"),
        min_value=0,
        max_value=525_600,
        required=False,
    )
    off_hours = forms.BooleanField(
        label=_("At night (18–06) or at a weekend"), required=False
    )
    lost = forms.BooleanField(
        label=_("Under an item of delegation that has been ended since"),
        required=False,
    )
    decider = forms.TypedChoiceField(
        label=_("Decision-maker"), coerce=int, empty_value=None, required=False
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[EVERYTHING, *Outcome.choices], required=False
    )

    def __init__(self, data: Any, *, audited: Audited) -> None:
        super().__init__(data, audited=audited)
        fields: Any = self.fields
        fields["decider"].choices = [EVERYTHING, *audited.people.items()]

    def sought(self) -> Asked:
        """Of a form without errors."""
        cleaned: Any = self.cleaned_data
        return Asked(*(cleaned.get(name) for name in Asked._fields))


class RoleChangesForm(DatedForm):
    backdated = forms.BooleanField(
        label=_("Only those that say another time than when they were recorded"),
        required=False,
    )


class InstantForm(forms.Form):
    at = InstantField(label=_("Who could see it then"))

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        self.fields["at"].required = True
