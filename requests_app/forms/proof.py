"""A picture of a portal, or a PDF, as proof of what somebody did there."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

LARGEST_PROOF = 5 * 1024 * 1024  # bytes
PROOF_TYPES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
}


class ProofField(forms.FileField):
    """The type is told from the bytes, whatever the file calls itself."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "label": _("Proof"),
            "required": False,
            "help_text": _(
                "A picture of the portal (PNG, JPEG) or a PDF, at most 5 MB."
            ),
            **kwargs,
        }
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        proof = super().clean(data, initial)
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
