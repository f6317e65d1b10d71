"""The form by which somebody chooses a password, and registers one-time codes."""

from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lockbox_site.sign_in.one_time_code import OneTimeCodeField
from lockbox_site.sign_in.second_factor import address, fits


class ChooseForm(SetPasswordForm):
    """With `secret`, the person takes it into an app and shows that it works."""

    # Passwords are never sent back to whoever typed them.
    keeps_nothing = True

    def __init__(self, *args: Any, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret = secret
        if secret:
            label = gettext_lazy("One-time code from the app")
            self.fields["code"] = OneTimeCodeField(label=label)

    @property
    def key(self) -> str:
        """The secret as it is typed by hand."""
        groups = range(0, len(self.secret), 4)
        return " ".join(self.secret[at : at + 4] for at in groups)

    @property
    def address(self) -> str:
        return address(self.user, self.secret)

    def clean_code(self) -> str:
        if fits(self.secret, self.cleaned_data["code"]) is None:
            raise ValidationError(
                _("That is not the code of this key now: look at the app again.")
            )
        return self.cleaned_data["code"]
