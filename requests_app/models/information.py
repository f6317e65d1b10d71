"""Information sets, how they are classified, and which secrecy may apply to them."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import (
    Authority,
    SecrecyBranch,
    refuse_foreign_branch,
)
from requests_app.models.days import refuse_backward_days
from requests_app.models.person_field import person_field
from requests_app.models.provision import Provision
from requests_app.models.retention import REGISTER


class InformationSet(AuditedModel):
    """Information an authority keeps and has classified as one (informationsmängd)."""

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
