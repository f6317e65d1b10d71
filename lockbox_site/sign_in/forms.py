"""The forms by which people say who they are, with their brakes."""

import logging
import math
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lockbox_site.models import SecondFactor
from lockbox_site.sign_in.brakes import client_address, release, take_a_try
from lockbox_site.sign_in.one_time_code import OneTimeCodeField
from lockbox_site.sign_in.second_factor import accepts
from lockbox_site.sign_in.signals import note_refused, record_refused_name


def code_field() -> OneTimeCodeField:
    return OneTimeCodeField(label=gettext_lazy("One-time code"))


log = logging.getLogger(__name__)


class SignInForm(AdminAuthenticationForm):
    """Name and password; and a one-time code where there is an identity provider, which
    the account is there to do without."""

    request: Any
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": gettext_lazy("Wrong user name or password."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.IDENTITY_PROVIDERS:
            self.fields["code"] = code_field()

    def add_error(self, field: str | None, error: Any) -> None:
        """Which of the fields is wrong is not said: each may be."""
        super().add_error(field, error)
        if field is None:
            for each in self.fields.values():
                marks = {"aria-invalid": "true", "aria-describedby": "sign_in_error"}
                each.widget.attrs.update(marks)

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if name is None or not self.cleaned_data.get("password"):
            return super().clean()
        _brake(self.request, name)
        cleaned = super().clean()
        release(self.request, name)
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        """Whoever is refused here knows the password: that is on record, whatever the
        reason. Raises ValidationError."""
        try:
            self._confirm(user)
        except ValidationError as error:
            note_refused(self.request, user.get_username(), why=error.code)
            raise

    def _confirm(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if user.identity:
            text = _("You sign in through the authority's own sign-in, not here.")
            raise ValidationError(text, code="elsewhere")
        if not self._has_code(user):
            raise ValidationError(_wrong_code(user), code="code")

    def _has_code(self, user: Any) -> bool:
        needs_code = "code" in self.fields
        return not needs_code or accepts(user, self.cleaned_data.get("code", ""))


class ConfirmForm(forms.Form):
    """Whoever is signed in says again who they are."""

    keeps_nothing = True

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if settings.IDENTITY_PROVIDERS:
            self.fields["code"] = code_field()

    def clean(self) -> dict[str, Any]:
        confirm(self, "password")
        return self.cleaned_data


def confirm(form: Any, password: str) -> None:
    """Are the password, and the code where it is asked for, those of whoever is signed
    in? Under the brake of sign-in, and on record. Nothing is looked at of a form that
    lacks one."""
    data, user = form.cleaned_data, form.request.user
    if {password, "code"} & set(form.fields) - set(data):
        return
    name = user.get_username()
    _brake(form.request, name)
    if not user.check_password(data[password]):
        note_refused(form.request, name, why="confirmation")
        form.add_error(password, _("Wrong password."))
    elif "code" in data and not accepts(user, data["code"]):
        note_refused(form.request, name, why="code")
        form.add_error("code", _wrong_code(user))
    else:
        release(form.request, name)


def _wrong_code(user: Any) -> str:
    if SecondFactor.objects.filter(person=user).exists():
        return _("The one-time code is wrong, too old, or has been used.")
    return _(
        "The account has no app for one-time codes: ask a system administrator for a"
        " link, where you choose a password and register one."
    )


def _brake(request: Any, name: str) -> None:
    """Count a try. Raises ValidationError, and records it, where there is a pause."""
    if wait := take_a_try(request, name):
        seconds = math.ceil(wait.total_seconds())
        record_refused_name("user.sign_in_braked", request, name, seconds=seconds)
        log.warning("sign-in braked from %s", client_address(request))
        raise ValidationError(_too_many(wait), code="braked")


def _too_many(wait: timedelta) -> str:
    seconds = math.ceil(wait.total_seconds())
    if seconds < 60:
        length = ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    else:
        minutes = math.ceil(seconds / 60)
        length = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return _("Too many tries. Wait %(length)s, and try again.") % {"length": length}
