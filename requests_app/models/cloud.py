"""What a request can touch: systems, and the objects in them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import (
    Authority,
    SecrecyBranch,
    refuse_foreign_branch,
)
from requests_app.models.connection import Connection
from requests_app.models.information import InformationSet
from requests_app.models.retention import REGISTER
from requests_app.words.addresses import names_somebody


class CloudSystem(AuditedModel):
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
