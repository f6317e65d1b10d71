"""Support tickets of ours at a provider, and the consents that they carry."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.connection import Connection
from requests_app.models.retention import REGISTER


class SupportTicketQuerySet(models.QuerySet["SupportTicket"]):
    def with_consent(self) -> "SupportTicketQuerySet":
        """Those by which the provider may look further than the ticket itself says."""
        return self.exclude(advanced_diagnostics=False, other_consents="")


class SupportTicket(AuditedModel):
    """A ticket as the provider shows it: not what it is about, which may be secret."""

    retention = REGISTER

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="support_tickets",
    )
    name = models.CharField(_("name at the provider"), max_length=200)
    number = models.CharField(_("ticket number"), max_length=200)
    status = models.CharField(_("the provider's status"), max_length=100, blank=True)
    advanced_diagnostics = models.BooleanField(
        _("consent to advanced diagnostics"), default=False
    )
    other_consents = models.CharField(_("consent also for"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = SupportTicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("support ticket")
        verbose_name_plural = _("support tickets")
        ordering = ["connection", "number"]
        constraints = [
            models.UniqueConstraint(
                F("connection"), Lower("name"), name="supportticket_unique"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def carries_consent(self) -> bool:
        """As `with_consent` asks it in a query."""
        return self.advanced_diagnostics or bool(self.other_consents)
