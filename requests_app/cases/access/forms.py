"""The forms of access: answered outside and delivery."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.cases.access.models import OutsideAnswer
from requests_app.cases.review.forms.people import ConflictGroundField, NoConflictField
from requests_app.core.forms import (
    MomentField,
    PlainText,
    ProofField,
    StepForm,
    this_minute,
)

# An answer that was given the provider past Lockbox.


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


# Confirming the answer; ending and revoking access.


class ConfirmForm(StepForm):
    template = "lockbox/delivery/confirmation_form.html"

    given_at = MomentField(label=_("When you clicked"), initial=this_minute)
    provider_reference = forms.CharField(
        label=_("The provider's reference"), max_length=200, required=False
    )
    proof = ProofField()
    no_conflict = NoConflictField()

    def step_fields(self) -> dict[str, Any]:
        # The clock of the form has whole minutes: not before the decision was made.
        fields = super().step_fields()
        fields["given_at"] = max(fields["given_at"], self._decided_this_minute())
        return fields

    def _decided_this_minute(self) -> Any:
        decided_at, given_at = self.subject.created_at, self.cleaned_data["given_at"]
        same_minute = decided_at.replace(second=0, microsecond=0) == given_at
        return decided_at if same_minute else given_at


class ExecutorConflictForm(StepForm):
    warning = _("You are shut out of the matter at once; somebody else answers.")

    ground = ConflictGroundField()
    text = PlainText(label=_("Account"), required=False, rows=2)


class EndAccessForm(StepForm):
    account = PlainText(label=_("What the provider reported"), rows=3, required=False)
