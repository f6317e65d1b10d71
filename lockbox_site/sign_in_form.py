"""The forms by which people say who they are, with their brakes."""

import math
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit_app.ledger import Kind, record
from lockbox_site.brakes import client_address, release, take_a_try


class SignInForm(AdminAuthenticationForm):
    request: Any
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": gettext_lazy("Wrong user name or password."),
    }

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if name is None or not self.cleaned_data.get("password"):
            return super().clean()
        _brake(self.request, name)
        cleaned = super().clean()
        release(self.request, name)
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if user.identity:
            text = _("You sign in through the authority's own sign-in, not here.")
            raise ValidationError(text, code="elsewhere")


class ConfirmForm(forms.Form):
    """Whoever is signed in says again who they are."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        name = self.request.user.get_username()
        _brake(self.request, name)
        if not self.request.user.check_password(password):
            raise ValidationError(_("Wrong password."), code="invalid")
        release(self.request, name)
        return password


def _brake(request: Any, name: str) -> None:
    """Count a try. Raises ValidationError, and records it, where there is a pause."""
    if wait := take_a_try(request, name):
        record(
            "user.sign_in_braked",
            by=None,
            kind=Kind.AUTH,
            username=name,
            address=client_address(request),
            seconds=math.ceil(wait.total_seconds()),
        )
        raise ValidationError(_too_many(wait), code="braked")


def _too_many(wait: timedelta) -> str:
    seconds = math.ceil(wait.total_seconds())
    if seconds < 60:
        length = ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    else:
        minutes = math.ceil(seconds / 60)
        length = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return _("Too many tries. Wait %(length)s, and try again.") % {"length": length}
