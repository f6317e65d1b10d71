"""The page on which somebody chooses a password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import (
    INTERNAL_RESET_SESSION_TOKEN,
    PasswordResetConfirmView,
)
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app.ledger import Kind, record
from audit_app.refusals import record_refusal
from lockbox_site.sign_in.brakes import client_address, take_a_try, too_many_tries
from lockbox_site.sign_in.password_form import ChooseForm
from lockbox_site.sign_in.second_factor import new_secret, register
from requests_app.workflow.person import LINKS, choose_password


class ChoosePassword(PasswordResetConfirmView):
    """Where a link leads that an administrator made: the person alone gets to know the
    password. Opened, tried in vain and used: each is on record."""

    token_generator = LINKS
    form_class = ChooseForm
    success_url = reverse_lazy("admin:login")
    template_name = "lockbox/person/choose_password.html"
    title = gettext_lazy("Choose a password")

    def get_user(self, uidb64: str) -> Any:
        person = super().get_user(uidb64)
        return person if person and person.is_active and not person.is_machine else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "secret": self._new_secret()}

    def _new_secret(self) -> str:
        """A secret of the one-time codes that are registered here; none without a
        provider. It is the person's own, also at a computer that several share."""
        if not settings.IDENTITY_PROVIDERS or self.user is None:
            return ""
        return self.request.session.setdefault(self._name, new_secret())

    @property
    def _name(self) -> str:
        return f"new_codes_{self.user.pk}"

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        if not self.validlink:
            return self._refused(context)
        if self.request.method != "POST":
            record("user.link_opened", by=None, on=self.user, kind=Kind.AUTH)
        return super().render_to_response(context, **kwargs)

    def _refused(self, context: dict[str, Any]) -> HttpResponse:
        """A link that is no longer one, or never was: who tries many waits."""
        address = client_address(self.request)
        wait = take_a_try(self.request, f"link {address}")
        record_refusal(
            "user.link_refused",
            kind=Kind.AUTH,
            about=self.user,
            on=self.user,
            address=address,
        )
        if wait:
            return too_many_tries(wait)
        return super().render_to_response(context)

    def form_valid(self, form: Any) -> HttpResponse:
        token = self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN)
        password = form.cleaned_data["new_password1"]
        try:
            with transaction.atomic():
                choose_password(self.user, token=token, password=password)
                if secret := self._new_secret():
                    register(self.user, secret)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        self.request.session.pop(self._name, None)
        text = _("The password is chosen. Sign in with it.")
        messages.success(self.request, text)
        return HttpResponseRedirect(self.get_success_url())
