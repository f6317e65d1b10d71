"""Information, of the models of the registers: classification label and origin."""

from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.core.fields import person_field, refuse_backward_days
from requests_app.core.people.models import (
    Authority,
    SecrecyBranch,
    refuse_foreign_branch,
)
from requests_app.core.retention import REGISTER
from requests_app.core.two_persons import RegisterChange
from requests_app.registers.models.provisions import Provision

# What an authority calls the levels of a classification.


class ClassificationLabel(AuditedModel):
    """What an authority calls a level: only the number is common to all."""

    retention = REGISTER

    class Aspect(models.TextChoices):
        CONFIDENTIALITY = "confidentiality", _("Confidentiality")
        INTEGRITY = "integrity", _("Integrity")
        AVAILABILITY = "availability", _("Availability")
        TRACEABILITY = "traceability", _("Traceability")

    authority = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("authority"), related_name="labels"
    )
    aspect = models.CharField(_("aspect"), max_length=15, choices=Aspect)
    level = models.PositiveSmallIntegerField(_("level"))
    label = models.CharField(_("label"), max_length=60)
    description = models.CharField(_("description"), max_length=300, blank=True)

    history = History()

    class Meta:
        verbose_name = _("classification label")
        verbose_name_plural = _("classification labels")
        ordering = ["authority__name", "aspect", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "aspect", "level"], name="label_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(level__lte=4), name="label_level_0_to_4"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_aspect_display()} {self.level}"


# Information sets, how they are classified, and which secrecy may apply to them.


class InformationSet(AuditedModel):
    """Information an authority keeps and has classified as one (informationsmängd)."""

    bounded_by = "authority__municipality"
    retention = REGISTER

    class PersonalData(models.TextChoices):
        NONE = "none", _("None")
        ORDINARY = "ordinary", _("Ordinary")
        SPECIAL = "special", _("Special categories (art. 9)")
        CRIMINAL = "criminal", _("Criminal offences (art. 10)")

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="information_sets",
    )
    branch = models.ForeignKey(
        SecrecyBranch,
        models.PROTECT,
        verbose_name=_("branch of activity"),
        null=True,
        blank=True,
        related_name="+",
    )
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    process_code = models.CharField(_("process code"), max_length=40, blank=True)
    personal_data = models.CharField(
        _("personal data"), max_length=8, choices=PersonalData
    )
    protected_identities_possible = models.BooleanField(
        _("persons with protected identity may occur"), default=False
    )
    is_named_list = models.BooleanField(
        _("reviews only for people named"),
        default=False,
        help_text=_(
            "Whistle-blowing, staff matters and the like: no role opens a review of"
            " it; the people named below do."
        ),
    )

    history = History()

    class Meta:
        verbose_name = _("information set")
        verbose_name_plural = _("information sets")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "name"], name="informationset_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        refuse_foreign_branch(self)


class InformationSetPerson(AuditedModel):
    """Somebody named for a set whose reviews no role opens."""

    retention = REGISTER

    information_set = models.ForeignKey(
        InformationSet,
        models.PROTECT,
        verbose_name=_("information set"),
        related_name="named_people",
    )
    person = person_field(_("person"))

    history = History()

    class Meta:
        verbose_name = _("person named for an information set")
        verbose_name_plural = _("people named for an information set")
        constraints = [
            models.UniqueConstraint(
                fields=["information_set", "person"], name="set_person_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class InformationSetProvision(AuditedModel):
    """A provision that may apply to an information set: a proposal, no answer."""

    retention = REGISTER

    information_set = models.ForeignKey(
        InformationSet,
        models.PROTECT,
        verbose_name=_("information set"),
        related_name="provision_links",
    )
    provision = models.ForeignKey(
        Provision, models.PROTECT, verbose_name=_("provision"), related_name="set_links"
    )

    history = History()

    class Meta:
        verbose_name = _("provision that may apply")
        verbose_name_plural = _("provisions that may apply")
        constraints = [
            models.UniqueConstraint(
                fields=["information_set", "provision"], name="set_provision_unique"
            )
        ]

    def __str__(self) -> str:
        return self.provision.code


class ClassificationQuerySet(models.QuerySet["SecurityClassification"]):
    def in_force(self, day: date) -> "ClassificationQuerySet":
        """One row for each information set: the newest that has begun. Composes: no
        DISTINCT, so that it can be sorted, joined and asked from an outer query."""
        begun = SecurityClassification.objects.filter(valid_from__lte=day)
        newer = begun.filter(
            information_set=models.OuterRef("information_set"),
            valid_from__gt=models.OuterRef("valid_from"),
        )
        return self.filter(~models.Exists(newer), valid_from__lte=day)


class SecurityClassification(AuditedModel):
    """A dated classification, 0–4 (KLASSA); 4 concerns Sweden's security."""

    retention = REGISTER

    information_set = models.ForeignKey(
        InformationSet,
        models.PROTECT,
        verbose_name=_("information set"),
        related_name="classifications",
    )
    valid_from = models.DateField(_("valid from"))
    confidentiality = models.PositiveSmallIntegerField(_("confidentiality"))
    integrity = models.PositiveSmallIntegerField(_("integrity"))
    availability = models.PositiveSmallIntegerField(_("availability"))
    traceability = models.PositiveSmallIntegerField(
        _("traceability"), null=True, blank=True
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    review_due = models.DateField(_("to be reviewed by"), null=True, blank=True)

    history = History()
    objects = ClassificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("security classification")
        verbose_name_plural = _("security classifications")
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["information_set", "valid_from"], name="classification_day"
            ),
            models.CheckConstraint(
                condition=Q(confidentiality__lte=4)
                & Q(integrity__lte=4)
                & Q(availability__lte=4)
                & (Q(traceability=None) | Q(traceability__lte=4)),
                name="classification_levels_0_to_4",
                violation_error_message=_("A level is a number from 0 to 4."),
            ),
        ]

    def clean(self) -> None:
        refuse_backward_days(self, "review_due")

    def __str__(self) -> str:
        levels = f"K{self.confidentiality} R{self.integrity} T{self.availability}"
        return levels if self.traceability is None else f"{levels} S{self.traceability}"


# Where a row of a register comes from: what a package said, when it was taken.


class Origin(AuditedModel):
    """One entry of a package that somebody took as a draft. It stays as it was read,
    whatever becomes of the row."""

    retention = REGISTER

    authority = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("authority"), related_name="origins"
    )
    publisher = models.CharField(_("publisher"), max_length=200)
    package = models.CharField(_("package"), max_length=100)
    edition = models.PositiveIntegerField(_("edition"))
    kind = models.CharField(_("kind of entry"), max_length=40)
    key = models.CharField(_("entry"), max_length=100)
    title = models.CharField(_("what it is about"), max_length=300)
    dated = models.DateField(_("dated"))
    sources = models.JSONField(_("sources"), default=list)
    unknown = models.TextField(_("what is not known"), blank=True)
    values = models.JSONField(_("what it said"), encoder=DjangoJSONEncoder)
    digest = models.CharField(_("digest of the entry"), max_length=64)
    row_table = models.CharField(_("register"), max_length=60, blank=True)
    # Nothing until a second person has confirmed the change that adds the row.
    row_id = models.BigIntegerField(_("row"), null=True)
    change = models.OneToOneField(
        RegisterChange,
        models.PROTECT,
        verbose_name=_("change for a second person"),
        related_name="origin",
        null=True,
    )
    taken_by = person_field(_("taken by"))
    taken_at = models.DateTimeField(_("taken"))
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("origin")
        verbose_name_plural = _("origins")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["row_table", "row_id"], name="origin_of_row"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> Any:
        """The package, as people call it."""
        words = {"name": self.package, "edition": self.edition, "by": self.publisher}
        return _("%(name)s, edition %(edition)s, of %(by)s") % words
