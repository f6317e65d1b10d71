"""What is typed when a comparison after a restore ends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import StepForm


class ConcludeComparisonForm(StepForm):
    warning = _(
        "From here the provider acknowledges answers again. Settle the differences"
        " first, or agree with the provider on what becomes of each. Access that the"
        " provider knows to be revoked is held as revoked here too."
    )
    conclusion = forms.CharField(
        label=_("What was found out, and what was done"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
