"""What is typed about a change outside the system."""

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import StepForm
from requests_app.models import Alteration


class ConcludeAlterationForm(StepForm):
    warning = _(
        "The mark stays where the row or text is shown, until it is again what was"
        " recorded. Where it is a false alarm, what did not agree is compared again,"
        " and is no longer shown on the case."
    )
    outcome = forms.ChoiceField(
        label=_("What it was"),
        choices=Alteration.Outcome.choices,
        widget=forms.RadioSelect,
    )
    conclusion = forms.CharField(
        label=_("What was found out, and what was done"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
