"""Secrecy marks (OSL 5:5): a remark, and what the register tells because of it."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.person_field import person_field
from requests_app.models.provision import Provision
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class SecrecyMarkQuerySet(models.QuerySet["SecrecyMark"]):
    def standing(self, day: date) -> "SecrecyMarkQuerySet":
        """Neither taken off nor ended by then."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), lifted_at=None)


class SecrecyMark(AuditedModel):
    """A document of a case, or all of it, is marked as secret: by which provision, when
    and by which authority (the case's). It binds nobody: what is asked for is tested
    each time."""

    retention = WITH_CASE

    class Publication(models.TextChoices):
        """How much the register tells of the case."""

        OPEN = "open", _("All the register tells")
        OUTSIDE = "outside", _("Number and day alone, to the public")
        PROTECTED = "protected", _("Number and day alone, here too")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="secrecy_marks",
        editable=False,
    )
    # CaseDocument.key, and what it was called; empty for all of the case.
    document = models.CharField(
        _("document"), max_length=60, blank=True, editable=False
    )
    document_name = models.CharField(
        _("which document"), max_length=300, blank=True, editable=False
    )
    provision = models.ForeignKey(
        Provision,
        models.PROTECT,
        verbose_name=_("provision"),
        related_name="secrecy_marks",
        editable=False,
    )
    publication = models.CharField(
        _("what the register tells"),
        max_length=9,
        choices=Publication,
        default=Publication.OPEN,
        editable=False,
    )
    marked_on = models.DateField(_("marked on"), editable=False)
    ends_on = models.DateField(_("ends on"), null=True, editable=False)
    marked_by = person_field(_("marked by"), editable=False)
    lifted_at = models.DateTimeField(_("taken off"), null=True, editable=False)
    lifted_by = person_field(_("taken off by"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    # What an attachment is called may tell what is secret.
    PROTECTED = ("document_name",)

    history = History()
    objects = SecrecyMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("secrecy mark")
        verbose_name_plural = _("secrecy marks")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "document", "provision"],
                condition=Q(lifted_at=None),
                name="secrecymark_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("marked_on")),
                name="secrecymark_ends_after_it_was_made",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="secrecymark_lifted_whole",
            ),
            # Levels are of the whole case: the register lists no documents.
            models.CheckConstraint(
                condition=Q(document="") | Q(publication="open"),
                name="secrecymark_level_of_a_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
