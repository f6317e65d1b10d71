"""What is typed about a change outside the system."""

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import StepForm


class ConcludeAlterationForm(StepForm):
    warning = _(
        "The mark stays where the row or text is shown, until it is again what was"
        " recorded."
    )
    conclusion = forms.CharField(
        label=_("What was found out, and what was done"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
