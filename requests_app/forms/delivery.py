"""Confirming the answer; ending and revoking access."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.proof import ProofField
from requests_app.forms.step import PlainText, StepForm
from requests_app.forms.taking_part import ConflictGroundField, NoConflictField


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
