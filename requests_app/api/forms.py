"""Making and keeping contract clients."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.cases.access.clients import MOST_OVERLAP, refuse_keys
from requests_app.cases.access.models import ContractClient
from requests_app.core.forms import EmptyForm, ReasonForm, StepForm
from requests_app.core.people.rights import CLOUD_KEEPERS, authorities_of
from requests_app.providers import registry
from requests_app.registers.models.cloud import Connection


class NewClientForm(StepForm):
    warning = _("The secret is shown once, on the next page.")

    connection = forms.ModelChoiceField(
        Connection.objects.none(),
        label=_("Connection"),
        help_text=_("The client sees and makes requests on this connection only."),
    )
    name = forms.CharField(label=_("Name"), max_length=100)
    is_sandbox = forms.BooleanField(
        label=_("Test credentials, for the sandbox"),
        required=False,
        help_text=_(
            "The developer tries the interface: a machine answers at once, no case is"
            " made, and nobody gets access. Let into nothing else."
        ),
    )

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


class RotateForm(StepForm):
    warning = _("The new secret is shown once, on the next page.")

    overlap_hours = forms.IntegerField(
        label=_("The old secret works for so many hours more"),
        required=False,
        min_value=0,
        max_value=MOST_OVERLAP,
        help_text=_("Empty: it and its tokens stop at once."),
    )

    def clean_overlap_hours(self) -> int:
        return self.cleaned_data["overlap_hours"] or 0


class KeysForm(StepForm):
    public_keys = forms.CharField(
        label=_("Public keys"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "A JWK Set, as the provider has it: the client then signs who it is, and"
            " sends no secret. Empty: it signs with none."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if keys := self.subject.public_keys:
            text = json.dumps({"keys": keys}, indent=2)
            self.fields["public_keys"].initial = text

    def clean_public_keys(self) -> list[Any]:
        text = self.cleaned_data["public_keys"].strip()
        if not text:
            return []
        try:
            value = json.loads(text)
        except ValueError as error:
            raise ValidationError(_("Is no JSON.")) from error
        keys = value.get("keys") if isinstance(value, dict) else value
        if not isinstance(keys, list):
            raise ValidationError(_("Names no keys (“keys”)."))
        try:
            refuse_keys(keys)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return keys


class SeeChangeForm(EmptyForm):
    warning = _(
        "The client has changed its own secret, keys or webhook address. Its history"
        " says what and when."
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
