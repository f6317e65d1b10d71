"""An answer that was given the provider past Lockbox."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.proof import ProofField
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import OutsideAnswer


class AnsweredOutsideForm(StepForm):
    warning = _(
        "It is recorded as what happened, and takes no decision. Reviews that are open"
        " end without one, and are struck off. If somebody approved, access may be"
        " open now: find out, and have it taken back."
    )

    answer = forms.ChoiceField(
        label=_("The answer"),
        choices=OutsideAnswer.Answer.choices,
        widget=forms.RadioSelect,
    )
    given_at = MomentField(label=_("When it was answered"), initial=this_minute)
    way = forms.ChoiceField(label=_("How"), choices=OutsideAnswer.Way.choices)
    given_by = forms.CharField(
        label=_("Who answered"),
        max_length=200,
        help_text=_("Name, and in what function."),
    )
    account = PlainText(label=_("Why it was answered outside Lockbox"), rows=3)
    reference = forms.CharField(
        label=_("Reference"),
        max_length=200,
        required=False,
        help_text=_("Where the answer can be found again, such as a number."),
    )
    proof = ProofField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "proof" in cleaned and not (cleaned["proof"] or cleaned.get("reference")):
            self.add_error(
                "reference", _("Give a reference, or attach a proof: one of them.")
            )
        return cleaned
