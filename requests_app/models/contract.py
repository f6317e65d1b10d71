"""A provider's machine at our door, by contract: who it is and where it is told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.connection import Connection
from requests_app.models.retention import API_ANSWER, REGISTER
from requests_app.models.sealed_field import SealedField


class ContractClient(AuditedModel):
    """A client of the contract API. Its secret is known to the provider only.

    The OAuth2 client itself is allauth's; this row says whose it is, and signs what it
    does with a machine account of its own.
    """

    retention = REGISTER

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="contract_clients",
        help_text=_("The client sees and makes requests on this connection only."),
    )
    name = models.CharField(_("name"), max_length=100, unique=True)
    client_id = models.CharField(
        _("client id"), max_length=100, unique=True, editable=False
    )
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("signs as"),
        related_name="contract_client",
        editable=False,
    )
    secret_made_at = models.DateTimeField(_("secret made"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    webhook_url = models.URLField(
        _("webhook address"),
        blank=True,
        editable=False,
        help_text=_("Where status changes are told, by https, outside our network."),
    )
    # Of the sandbox: its calls are answered by a machine, about nothing that is real.
    is_sandbox = models.BooleanField(
        _("of the sandbox"),
        default=False,
        help_text=_(
            "To try the interface with: a machine answers, and nobody gets access."
        ),
    )
    public_keys = models.JSONField(
        _("public keys"),
        default=list,
        editable=False,
        help_text=_("What the client signs with where it sends no secret (JWK)."),
    )
    changed_itself_at = models.DateTimeField(
        _("changed by the client itself"), null=True, editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("contract client")
        verbose_name_plural = _("contract clients")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class WebhookSecret(AuditedModel):
    """A signing secret of a client's webhook, sealed."""

    retention = REGISTER

    client = models.ForeignKey(
        ContractClient,
        models.PROTECT,
        verbose_name=_("contract client"),
        related_name="webhook_secrets",
    )
    sealed = SealedField(editable=False)
    made_at = models.DateTimeField(_("made"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    history = History(excluded_fields=["sealed"])

    class Meta:
        verbose_name = _("webhook secret")
        verbose_name_plural = _("webhook secrets")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"


class IdempotencyKey(models.Model):
    """An answer the API has given, for a call that comes again. Kept for 72 hours.

    Not audited: what the call did is.
    """

    retention = API_ANSWER

    client = models.ForeignKey(ContractClient, models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    # SHA-256 over method, path and body.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="idempotency_unique")
        ]
        indexes = [models.Index(fields=["made_at"])]

    def __str__(self) -> str:
        return self.key
