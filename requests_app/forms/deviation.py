"""What is typed about an act of the provider's, and about a deviation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.countries import country_choices
from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import AccessEvent, Deviation


class RecordActForm(StepForm):
    warning = _(
        "It is kept as you write it, and held against what was granted. What lies"
        " outside becomes a deviation. Leave empty what nobody has said."
    )
    happened_at = MomentField(label=_("When it was done"), initial=this_minute)
    action = forms.CharField(label=_("What was done"), max_length=200)
    act = forms.ChoiceField(
        label=_("Kind of act"),
        choices=[("", "—"), *AccessEvent.Act.choices],
        required=False,
    )
    object_name = forms.CharField(
        label=_("Object, as the provider names it"), max_length=1000, required=False
    )
    actor = forms.CharField(label=_("Who"), max_length=200, required=False)
    employer = forms.CharField(
        label=_("Employing company"), max_length=200, required=False
    )
    country = forms.ChoiceField(label=_("From which country"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("country").choices = country_choices()


class ConcludeDeviationForm(StepForm):
    outcome = forms.ChoiceField(
        label=_("What it was"),
        choices=Deviation.Outcome.choices,
        widget=forms.RadioSelect,
    )
    conclusion = PlainText(
        label=_("What was found out, and what was done"),
        rows=5,
        help_text=_("A conclusion stands: the deviation is not opened again."),
    )
