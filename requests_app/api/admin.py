"""The admin pages of the contract API: contract."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.api.forms import (
    EndClientForm,
    KeysForm,
    ListenForm,
    NewClientForm,
    RotateForm,
    SeeChangeForm,
    WebhookSecretForm,
)
from requests_app.cases.access import clients
from requests_app.cases.access.models import ContractClient, OutboxMessage
from requests_app.core.pages.case import CaseAdmin
from requests_app.core.pages.lists import StepPage
from requests_app.core.people.models import Role
from requests_app.core.people.rights import CLOUD_KEEPERS, has_role


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
            clients.rotate_secret,
            RotateForm,
            shows="lockbox/contract_client/secret.html",
            guide="steg#leverantorens-nycklar-och-adresser",
        ),
        "keys": StepPage(
            _("Set the public keys"),
            clients.keep_keys,
            KeysForm,
            done=_("The public keys have been set."),
            guide="steg#leverantorens-nycklar-och-adresser",
        ),
        "seen": StepPage(
            _("I have looked at what it changed"),
            clients.see_change,
            SeeChangeForm,
            done=_("It is noted that the change has been looked at."),
            guide="steg#leverantorens-nycklar-och-adresser",
        ),
        "listen": StepPage(
            _("Set the webhook address"),
            clients.listen_at,
            ListenForm,
            done=_("The webhook address has been set."),
            guide="steg#leverantorens-nycklar-och-adresser",
        ),
        "webhook-secret": StepPage(
            _("New webhook secret"),
            clients.new_webhook_secret,
            WebhookSecretForm,
            shows="lockbox/contract_client/secret.html",
            guide="steg#leverantorens-nycklar-och-adresser",
        ),
        "end": StepPage(
            _("End the client"),
            clients.end_client,
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
        if made := self.made(request, form, clients.make_client):
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
    until = clients.former_until(clients.oauth_of(client))
    return until if until and until > acting.now() else None
