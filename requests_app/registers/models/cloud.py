"""Cloud, of the models of the registers: connection, event outcome, provider and
readiness."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from audit_app.retention import WHILE_NEEDED
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import (
    Authority,
    SecrecyBranch,
    refuse_foreign_branch,
)
from requests_app.core.retention import REGISTER
from requests_app.core.words.texts import names_somebody
from requests_app.providers import protocol, registry
from requests_app.registers.models.information import InformationSet

# Providers, and their products with clocks and abilities.


class Provider(AuditedModel):
    run_by = "municipality"
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

    run_by = "provider__municipality"
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


# Our connections to providers, and who runs them.


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

    run_by = "authority__municipality"
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


# What a request can touch: systems, and the objects in them.


class CloudSystem(AuditedModel):
    run_by = "connection__authority__municipality"
    retention = REGISTER

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="systems",
    )
    name = models.CharField(_("name"), max_length=100)

    history = History()

    class Meta:
        verbose_name = _("cloud system")
        verbose_name_plural = _("cloud systems")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "name"], name="system_unique_in_connection"
            )
        ]

    def __str__(self) -> str:
        return self.name


def refuse_revealing(designation: str) -> None:
    """It stands on papers and lists that others read: nobody is named in it."""
    if names_somebody(designation):
        text = gettext("“%(name)s” tells of somebody: use a name that reveals nothing.")
        raise ValidationError({"designation": text % {"name": designation}})


class CloudObject(AuditedModel):
    """A mailbox, site, virtual machine … with the authority that keeps it (OSL 6:2)."""

    retention = REGISTER

    class Kind(models.TextChoices):
        MAILBOX = "mailbox", _("Mailbox")
        SITE = "site", _("Site")
        TEAM = "team", _("Team")
        DRIVE = "drive", _("Drive")
        VIRTUAL_MACHINE = "virtual_machine", _("Virtual machine")
        SUBSCRIPTION = "subscription", _("Subscription")
        LOG = "log", _("Log")

    system = models.ForeignKey(
        CloudSystem,
        models.PROTECT,
        verbose_name=_("system"),
        related_name="cloud_objects",
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    designation = models.CharField(
        _("designation"),
        max_length=40,
        help_text=_("A name that reveals nothing, such as O-17."),
    )
    external_id = models.CharField(
        _("identifier at the provider"),
        max_length=500,
        help_text=_("Address, site URL or resource id, as the provider writes it."),
    )
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("custodian authority"),
        related_name="cloud_objects",
        help_text=_("The authority that keeps what is in it decides over it."),
    )
    branch = models.ForeignKey(
        SecrecyBranch,
        models.PROTECT,
        verbose_name=_("branch of activity"),
        null=True,
        blank=True,
        related_name="+",
    )
    # Kept, for what was decided about it, and what the provider may still have of it.
    gone_on = models.DateField(
        _("gone since"),
        null=True,
        blank=True,
        help_text=_("The day from which it is no more at the provider."),
    )

    history = History()

    class Meta:
        verbose_name = _("cloud object")
        verbose_name_plural = _("cloud objects")
        ordering = ["designation"]
        constraints = [
            # Resource ids and addresses differ in case only between two tellings.
            models.UniqueConstraint(
                F("system"),
                Lower("external_id"),
                name="cloudobject_unique_in_system",
                violation_error_message=_(
                    "The object is in the map already, perhaps for another authority:"
                    " one authority keeps it and decides. Agree on which, or divide it."
                ),
            ),
            models.UniqueConstraint(
                fields=["authority", "designation"],
                name="cloudobject_designation",
                violation_error_message=_(
                    "Another object of the authority has that designation."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.designation

    def clean(self) -> None:
        refuse_foreign_branch(self)
        refuse_revealing(self.designation)
        taken = CloudObject.objects.filter(
            authority=self.authority_id, designation=self.designation
        ).exclude(pk=self.pk)
        if self.designation and (other := taken.first()):
            # The constraint says the same, and not of which object.
            values = {"designation": other, "object": other.external_id}
            text = gettext("“%(designation)s” is what %(object)s is called already.")
            raise ValidationError({"designation": text % values})


class CloudObjectInformationSet(AuditedModel):
    """An information set that lies in an object."""

    retention = REGISTER

    cloud_object = models.ForeignKey(
        CloudObject,
        models.PROTECT,
        verbose_name=_("cloud object"),
        related_name="information_links",
    )
    information_set = models.ForeignKey(
        InformationSet,
        models.PROTECT,
        verbose_name=_("information set"),
        related_name="object_links",
    )

    history = History()

    class Meta:
        verbose_name = _("information set in object")
        verbose_name_plural = _("information sets in object")
        constraints = [
            models.UniqueConstraint(
                fields=["cloud_object", "information_set"], name="object_set_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def clean(self) -> None:
        """Refuse a set of another authority, which may not even know of it (OSL 8:1); a
        file is refused alike."""
        if self.information_set_id is None:
            return
        if self.information_set.authority_id != self.cloud_object.authority_id:
            text = gettext("The information set belongs to another authority.")
            raise ValidationError({"information_set": text})


# What came of holding a provider's record of an act against what was granted.


class Outcome(models.TextChoices):
    INSIDE = "inside", _("Within what was granted")
    OUTSIDE_TIME = "time", _("Outside the time")
    OUTSIDE_SCOPE = "scope", pgettext_lazy("act", "Outside what was granted")
    WITHOUT_GRANT = "no_grant", _("Without a grant")
    BYPASS = "bypass", _("The provider did not ask")
    UNCLEAR = "unclear", _("Can't be settled")


class Confidence(models.TextChoices):
    """How sure it is that the record belongs to the access it was matched with."""

    HIGH = "high", pgettext_lazy("confidence", "High")
    MEDIUM = "medium", pgettext_lazy("confidence", "Medium")
    LOW = "low", pgettext_lazy("confidence", "Low")


class Reason(models.TextChoices):
    """How it was matched, or why not."""

    BY_NUMBER = "number", _("By the number of the request")
    BY_OBJECT = "object", _("By the object and the time")
    BY_TIME = "time", _("By the time alone")
    UNKNOWN_NUMBER = "unknown", _("It names a request that is not known here")
    NOT_GRANTED = "not_granted", _("It names a request that was never granted")
    UNASKED = "unasked", _("The provider says that it did not ask")
    NOTHING_OPEN = "nothing", _("No access was open then")
    UNKNOWN_COUNTRY = "country", _("It names a country that is not known here")
    UNKNOWN_ACT = "act", _("It names a kind of act that is not known here")


class Use(models.TextChoices):
    """Whether access was used, as far as the provider's record tells."""

    USED = "used", pgettext_lazy("access", "Used")
    NEVER_USED = "never", pgettext_lazy("access", "Never used")
    UNKNOWN = "unknown", pgettext_lazy("access", "Not known: the record has a gap")
    RUNNING = "running", pgettext_lazy("access", "Still running")


# What must be in place at a provider before a request comes, as last asked.
#
# Not audited: it is written every hour; each turn is told in the ledger.


class Readiness(models.Model):
    """One thing that a connection needs, and what is wrong with it, if anything."""

    retention = WHILE_NEEDED

    connection = models.ForeignKey(
        Connection,
        models.CASCADE,
        verbose_name=_("connection"),
        related_name="readiness",
    )
    name = models.CharField(_("what must be in place"), max_length=200)
    trouble = models.CharField(_("trouble"), max_length=300, blank=True)
    # Since when it holds, or does not.
    since = models.DateTimeField(_("since"))
    checked_at = models.DateTimeField(_("checked"))

    class Meta:
        verbose_name = _("check of a connection")
        verbose_name_plural = _("checks of connections")
        ordering = ["connection", "name"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "name"], name="readiness_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name
