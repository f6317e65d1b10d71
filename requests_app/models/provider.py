"""Providers, and their products with clocks and abilities."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.municipality import Municipality
from requests_app.models.retention import REGISTER
from requests_app.providers import protocol, registry


class Provider(AuditedModel):
    retention = REGISTER

    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        verbose_name=_("municipality"),
        related_name="providers",
    )
    name = models.CharField(_("name"), max_length=200)
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
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                name="provider_unique_in_municipality",
                violation_error_message=_("The provider is there already."),
            )
        ]

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

    class Seal(models.IntegerChoices):
        """Of the EU Cloud Sovereignty Framework, version 1.2.1 (October 2025)."""

        NONE = 0, _("SEAL-0: no sovereignty")
        JURISDICTION = 1, _("SEAL-1: jurisdictional sovereignty")
        DATA = 2, _("SEAL-2: data sovereignty")
        RESILIENCE = 3, _("SEAL-3: digital resilience")
        FULL = 4, _("SEAL-4: full digital sovereignty")

    provider = models.ForeignKey(
        Provider, models.PROTECT, verbose_name=_("provider"), related_name="products"
    )
    name = models.CharField(_("name"), max_length=100)
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
    seal = models.PositiveSmallIntegerField(
        _("SEAL level that the provider claims"),
        choices=Seal,
        null=True,
        blank=True,
        help_text=_(
            "By the EU Cloud Sovereignty Framework; empty where it claims none. What is"
            " measured here stands beside it at Sovereignty with evidence."
        ),
    )
    seal_source = models.CharField(
        _("where the SEAL level stands"), max_length=300, blank=True
    )
    seal_read_on = models.DateField(
        _("when the SEAL level was read"), null=True, blank=True
    )

    history = History()
    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider product")
        verbose_name_plural = _("provider products")
        ordering = ["provider__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "name"],
                name="product_unique_of_provider",
                violation_error_message=_("The product is there already."),
            ),
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
            ),
            models.CheckConstraint(
                condition=Q(seal=None, seal_source="", seal_read_on=None)
                | Q(seal__isnull=False, seal_read_on__isnull=False)
                & ~Q(seal_source=""),
                name="product_seal_says_where_it_stands",
                violation_error_message=_(
                    "A SEAL level is written with where it stands and when it was"
                    " read, all three or none."
                ),
            ),
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
