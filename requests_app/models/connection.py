"""Our connections to providers, and who runs them."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.provider import ProviderProduct
from requests_app.models.retention import REGISTER
from requests_app.providers import protocol, registry


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Connections, and those in use that machines look after."""

    def polled(self) -> "ConnectionQuerySet":
        """Connections that we ask, by a call of ours."""
        return self._automatic(lambda can: can.can_be_polled)

    def with_logs(self) -> "ConnectionQuerySet":
        """Connections whose logs we read, by a call of ours."""
        return self._automatic(lambda can: can.logs)

    def answered(self) -> "ConnectionQuerySet":
        """Connections that we answer by a call of ours."""
        return self._automatic(lambda can: can.can_be_answered)

    def called(self) -> "ConnectionQuerySet":
        """Connections whose provider calls us, and fetches its answers: those with a
        client."""
        return self.filter(
            is_active=True,
            contract_clients__isnull=False,
            contract_clients__ended_at=None,
            contract_clients__is_sandbox=False,
        )

    def covered(self) -> "ConnectionQuerySet":
        """Connections in use whose provider asks before access."""
        products = ProviderProduct.objects.with_approval()
        return self.filter(is_active=True, product__in=products)

    def reached(self) -> "ConnectionQuerySet":
        """Connections to which we have a way over the network."""
        return self._automatic(lambda can: can.can_be_polled or can.can_be_answered)

    def _automatic(
        self, ability: Callable[[protocol.Abilities], object]
    ) -> "ConnectionQuerySet":
        channels = registry.names(ability)
        return self.filter(
            is_active=True, is_automatic=True, product__channel__in=channels
        )


class Connection(AuditedModel):
    """A tenant or subscription of ours at a provider, and who runs it."""

    retention = REGISTER

    product = models.ForeignKey(
        ProviderProduct,
        models.PROTECT,
        verbose_name=_("product"),
        related_name="connections",
    )
    name = models.CharField(_("name"), max_length=100)
    external_id = models.CharField(
        _("tenant or subscription id"), max_length=200, help_text=_("At the provider.")
    )
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("run by"),
        related_name="connections",
        help_text=_("Its registrars see what is not yet routed; its executors answer."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    is_automatic = models.BooleanField(
        _("asked and answered by machine"),
        default=False,
        help_text=_("Through the product's interface; else an executor clicks."),
    )

    history = History()
    objects = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ["product__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "external_id"], name="connection_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.product.name}: {self.name}"

    def clean(self) -> None:
        if self.product_id is None or self.authority_id is None:
            return
        if self.product.provider.municipality_id != self.authority.municipality_id:
            text = _("The product is another municipality's.")
            raise ValidationError({"product": text})

    @property
    def is_answered(self) -> bool:
        """Do we answer it by a call of ours? As `answered` asks it in a query."""
        can = self.product.abilities
        return self.is_active and self.is_automatic and can.can_be_answered

    @property
    def is_polled(self) -> bool:
        """Does a machine ask it what waits? As `polled` asks it in a query."""
        can = self.product.abilities
        return self.is_active and self.is_automatic and can.can_be_polled

    @property
    def is_asked(self) -> bool:
        """Do we put questions to it by a call of ours?"""
        can = self.product.abilities
        return self.is_polled and can.can_be_asked

    @property
    def has_support_tickets(self) -> bool:
        """Do we read the support tickets of the tenant?"""
        return self.is_asked and self.product.abilities.has_support_tickets

    @property
    def shows_outsiders(self) -> bool:
        """Do we read who of another tenant may enter without asking?"""
        return self.is_polled and self.product.abilities.shows_outsiders

    @property
    def is_revoked(self) -> bool:
        """Does a machine take access back, as it answers?"""
        return self.is_answered and self.product.abilities.can_be_revoked
