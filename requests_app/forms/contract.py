"""Making and keeping contract clients."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import EmptyForm, ReasonForm, StepForm
from requests_app.models import Connection, ContractClient
from requests_app.permissions.roles import CLOUD_KEEPERS, authorities_of
from requests_app.providers import registry


class NewClientForm(StepForm):
    warning = _("The secret is shown once, on the next page.")

    connection = forms.ModelChoiceField(
        Connection.objects.none(),
        label=_("Connection"),
        help_text=_("The client sees and makes requests on this connection only."),
    )
    name = forms.CharField(label=_("Name"), max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        runs = authorities_of(self.by, *CLOUD_KEEPERS)
        self.choice("connection").queryset = Connection.objects.filter(
            authority__in=runs,
            is_active=True,
            product__channel__in=registry.names(lambda can: can.can_call_us),
        ).select_related("product")

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        if ContractClient.objects.filter(name=name).exists():
            raise ValidationError(
                _("There is a client with this name: choose another name.")
            )
        return name


class RotateForm(EmptyForm):
    warning = _(
        "The old secret and its tokens stop at once. The new secret is shown once, on"
        " the next page."
    )


class WebhookSecretForm(EmptyForm):
    warning = _(
        "Two secrets are in force at a time: the new one and the one before it, so that"
        " the provider can change over. The new secret is shown once, on the next page."
    )


class ListenForm(StepForm):
    webhook_url = forms.URLField(
        label=_("Webhook address"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("https, outside our own network. Empty: nothing is told."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["webhook_url"].initial = self.subject.webhook_url


class EndClientForm(ReasonForm):
    warning = _("The client is shut out at once. What it has sent stays.")
