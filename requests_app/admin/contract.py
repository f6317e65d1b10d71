from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.forms.contract import (
    EndClientForm,
    KeysForm,
    ListenForm,
    NewClientForm,
    RotateForm,
    SeeChangeForm,
    WebhookSecretForm,
)
from requests_app.models import ContractClient, OutboxMessage, Role
from requests_app.permissions.roles import CLOUD_KEEPERS, has_role
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import client_keys, client_secret, contract


@admin.register(ContractClient)
class ContractClientAdmin(CaseAdmin):
    guide = "steg#leverantorens-nycklar-och-adresser"
    list_display = [
        "name",
        "connection",
        "is_sandbox",
        "webhook_url",
        "secret_made_at",
        "ended_at",
    ]
    list_select_related = ["connection__product"]
    is_register = True
    authority_path = "connection__authority"
    seen_by = [*CLOUD_KEEPERS, Role.AUDITOR]
    gives_power = True
    page_template = "lockbox/contract_client/page.html"
    steps = {
        "rotate": StepPage(
            _("New client secret"),
            contract.rotate_secret,
            RotateForm,
            shows="lockbox/contract_client/secret.html",
            guide="steg#leverantorens-nycklar-och-adresser",
        ),
        "keys": StepPage(
            _("Set the public keys"),
            client_keys.keep_keys,
            KeysForm,
            done=_("The public keys have been set."),
            guide="steg#leverantorens-nycklar-och-adresser",
        ),
        "seen": StepPage(
            _("I have looked at what it changed"),
            contract.see_change,
            SeeChangeForm,
            done=_("It is noted that the change has been looked at."),
            guide="steg#leverantorens-nycklar-och-adresser",
        ),
        "listen": StepPage(
            _("Set the webhook address"),
            contract.listen_at,
            ListenForm,
            done=_("The webhook address has been set."),
            guide="steg#leverantorens-nycklar-och-adresser",
        ),
        "webhook-secret": StepPage(
            _("New webhook secret"),
            contract.new_webhook_secret,
            WebhookSecretForm,
            shows="lockbox/contract_client/secret.html",
            guide="steg#leverantorens-nycklar-och-adresser",
        ),
        "end": StepPage(
            _("End the client"),
            contract.end_client,
            EndClientForm,
            done=_("The client has ended."),
            guide="steg#leverantorens-nycklar-och-adresser",
        ),
    }

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, *self.seen_by)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, *CLOUD_KEEPERS)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ContractClient]:
        return super().get_queryset(request).select_related("connection__product")

    begins_with = NewClientForm

    def begin(self, request: HttpRequest, form: NewClientForm) -> HttpResponse:
        if made := self.made(request, form, contract.make_client):
            template = "lockbox/contract_client/secret.html"
            return self.show_once(request, made.client, template, made)
        return self.new_page(request, gettext("New contract client"), form)

    def page_context(
        self, request: HttpRequest, obj: ContractClient, relation: Any
    ) -> dict[str, Any]:
        hooks = obj.outbox.filter(topic=OutboxMessage.Topic.WEBHOOK)
        return {
            "former_until": _former_until(obj),
            "key_names": ", ".join(row["kid"] for row in obj.public_keys),
            "secrets": obj.webhook_secrets.filter(ended_at=None),
            "troubles": hooks.exclude(trouble="").order_by("-pk")[:10],
        }


def _former_until(client: ContractClient) -> datetime | None:
    until = client_secret.former_until(client_secret.oauth_of(client))
    return until if until and until > clock.now() else None
