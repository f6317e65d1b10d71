"""Confirming the answer; ending and revoking access."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import (
    ConflictGroundField,
    MomentField,
    NoConflictField,
    PlainText,
    StepForm,
    this_minute,
)

LARGEST_PROOF = 5 * 1024 * 1024  # bytes
PROOF_TYPES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
}


class ConfirmForm(StepForm):
    template = "lockbox/delivery/confirmation_form.html"

    given_at = MomentField(label=_("When you clicked"), initial=this_minute)
    provider_reference = forms.CharField(
        label=_("The provider's reference"), max_length=200, required=False
    )
    proof = forms.FileField(
        label=_("Proof"),
        required=False,
        help_text=_("A picture of the portal (PNG, JPEG) or a PDF, at most 5 MB."),
    )
    no_conflict = NoConflictField()

    def clean_proof(self) -> UploadedFile | None:
        proof = self.cleaned_data["proof"]
        if not proof:
            return None
        if proof.size > LARGEST_PROOF:
            raise ValidationError(
                _("The file is larger than 5 MB: take a smaller picture.")
            )
        head = proof.read(8)
        proof.seek(0)
        for mark, media_type in PROOF_TYPES.items():
            if head.startswith(mark):
                proof.content_type = media_type
                return proof
        raise ValidationError(
            _("The file is not a PNG, JPEG or PDF: save it as one of these.")
        )

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
