"""The form by which people sign in, with its brakes."""

import logging
import math
from datetime import timedelta
from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit_app.ledger import Kind, record
from lockbox_site.brakes import client_address, release, take_a_try

log = logging.getLogger(__name__)


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
        if wait := take_a_try(self.request, name):
            record(
                "user.sign_in_braked",
                by=None,
                kind=Kind.AUTH,
                username=name,
                address=client_address(self.request),
                seconds=math.ceil(wait.total_seconds()),
            )
            log.warning("sign-in braked from %s", client_address(self.request))
            raise ValidationError(_too_many(wait), code="braked")
        cleaned = super().clean()
        release(self.request, name)
        return cleaned


def _too_many(wait: timedelta) -> str:
    seconds = math.ceil(wait.total_seconds())
    if seconds < 60:
        length = ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    else:
        minutes = math.ceil(seconds / 60)
        length = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return _("Too many tries. Wait %(length)s, and try again.") % {"length": length}
