"""The form by which whoever is signed in chooses another password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import PasswordChangeForm

from audit_app.acting import acting
from audit_app.ledger import Kind, record
from lockbox_site.sign_in.forms import code_field, confirm


class ChangePasswordForm(PasswordChangeForm):
    """Says again who they are, under the brake of sign-in."""

    # Passwords are never sent back to whoever typed them.
    keeps_nothing = True

    def __init__(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if settings.IDENTITY_PROVIDERS:
            self.fields["code"] = code_field()
            self.order_fields(["old_password", "code"])

    def clean_old_password(self) -> str:
        """It is looked at with the whole form, and no earlier than the brake."""
        return self.cleaned_data["old_password"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        confirm(self, "old_password")
        return cleaned or {}

    def save(self, commit: bool = True) -> Any:
        with acting(self.user):
            person = super().save(commit)
            record("user.password_changed", by=person, on=person, kind=Kind.AUTH)
        return person
