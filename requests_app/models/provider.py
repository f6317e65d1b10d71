"""Providers, their products with clocks and abilities, and our connections to them."""

from collections.abc import Callable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.retention import REGISTER
from requests_app.providers import protocol, registry


class Provider(AuditedModel):
    retention = REGISTER

    name = models.CharField(_("name"), max_length=200, unique=True)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Two letters, ISO 3166.")
    )
    contact = models.CharField(
        _("where decisions are sent"),
        max_length=200,
        blank=True,
        help_text=_("A postal address or an e-mail address."),
    )

    history = History()

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProductQuerySet(models.QuerySet["ProviderProduct"]):
    def with_approval(self) -> "ProductQuerySet":
        """Products whose provider asks before access: the others only promise."""
        return self.filter(channel__in=registry.names(lambda can: can.has_approval))


class ProviderProduct(AuditedModel):
    """A product with its two clocks and what its interface can do."""

    retention = REGISTER

    class Revocation(models.TextChoices):
        YES = "yes", _("Can be revoked")
        UNCLEAR = "unclear", _("The provider does not promise that it can be revoked")
        NO = "no", _("Can not be revoked")

    provider = models.ForeignKey(
        Provider, models.PROTECT, verbose_name=_("provider"), related_name="products"
    )
    name = models.CharField(_("name"), max_length=100, unique=True)
    channel = models.CharField(_("interface"), max_length=40, choices=registry.choices)
    answer_minutes = models.PositiveIntegerField(
        _("answer within (minutes)"),
        null=True,
        blank=True,
        help_text=_("Empty: as each request says. Silence means no access."),
    )
    access_minutes = models.PositiveIntegerField(
        _("longest access (minutes)"), null=True, blank=True
    )
    access_is_fixed = models.BooleanField(
        _("the length of access can not be shortened"), default=False
    )
    can_answer_partly = models.BooleanField(_("can grant a part"), default=False)
    revocation = models.CharField(_("revocation"), max_length=8, choices=Revocation)
    can_extend = models.BooleanField(_("can extend access"), default=False)
    portal = models.CharField(
        _("where to answer"),
        max_length=300,
        blank=True,
        help_text=_(
            "The way through the provider's portal, as the executor clicks it."
        ),
    )
    approve_label = models.CharField(
        _("button for approve"), max_length=40, default="Godkänn"
    )
    deny_label = models.CharField(_("button for deny"), max_length=40, default="Neka")

    promise = models.TextField(
        _("what the provider promises"),
        blank=True,
        help_text=_("Where no approval exists: in the provider's own words."),
    )
    promise_source = models.CharField(
        _("where the promise stands"), max_length=300, blank=True
    )
    promise_read_on = models.DateField(
        _("when the promise was read"), null=True, blank=True
    )

    history = History()
    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider product")
        verbose_name_plural = _("provider products")
        ordering = ["provider__name", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(channel="no_approval")
                | ~Q(promise="")
                & ~Q(promise_source="")
                & Q(promise_read_on__isnull=False),
                name="product_without_approval_says_what_is_promised",
                violation_error_message=_(
                    "Where no approval exists: write what the provider promises, where"
                    " it stands and when it was read."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_approval(self) -> bool:
        """As `with_approval` asks it in a query."""
        return self.abilities.has_approval

    @property
    def interface(self) -> protocol.Provider:
        return registry.PROVIDERS[self.channel]

    @property
    def abilities(self) -> protocol.Abilities:
        return self.interface.abilities


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Connections, and those in use that machines look after."""

    def polled(self) -> "ConnectionQuerySet":
        """Connections that we ask, by a call of ours."""
        return self._automatic(lambda can: can.can_be_polled)

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

    @property
    def is_answered(self) -> bool:
        """Do we answer it by a call of ours? As `answered` asks it in a query."""
        can = self.product.abilities
        return self.is_active and self.is_automatic and can.can_be_answered

    @property
    def is_asked(self) -> bool:
        """Do we put questions to it by a call of ours?"""
        can = self.product.abilities
        is_ours = can.can_be_asked and can.can_be_polled
        return self.is_active and self.is_automatic and is_ours

    @property
    def has_support_tickets(self) -> bool:
        """Do we read the support tickets of the tenant?"""
        return self.is_asked and self.product.abilities.has_support_tickets

    @property
    def is_revoked(self) -> bool:
        """Does a machine take access back, as it answers?"""
        return self.is_answered and self.product.abilities.can_be_revoked
