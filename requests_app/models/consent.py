"""Consents of those whom a secrecy protects: given, and perhaps withdrawn."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.official import ASSESSMENT
from requests_app.models.person_field import person_field
from requests_app.models.provision import Provision
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)


class Consent(AuditedModel):
    """One person's consent to lift the secrecy that protects them (OSL 12:2–3).

    What it says never changes; a withdrawal is written beside it.
    """

    retention = WITH_CASE
    document = ASSESSMENT

    class GivenBy(models.TextChoices):
        SELF = "self", _("The individual, of age")
        GUARDIAN = "guardian", _("The guardian of a minor")
        BOTH = "both", _("The guardian and the minor together")
        CHILD = "child", _("The minor alone")
        REPRESENTATIVE = "representative", _("A representative")

    class Way(models.TextChoices):
        WRITTEN = "written", _("In writing")
        EMAIL = "email", _("By e-mail")
        ORAL = "oral", _("Orally, noted here")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="consents",
    )
    provision = models.ForeignKey(
        Provision, models.PROTECT, verbose_name=_("provision"), related_name="+"
    )
    whom = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("whom it protects"), related_name="+"
    )
    what = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("to what"), related_name="+"
    )
    given_by = models.CharField(_("given by"), max_length=14, choices=GivenBy)
    given_at = models.DateTimeField(_("given"))
    way = models.CharField(_("how"), max_length=7, choices=Way)
    # Empty: given without any; else the reservation it demands (12:2 second paragraph).
    reservation = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("on condition of the reservation"),
        related_name="+",
        null=True,
    )
    recorded_by = person_field(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawal = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("by whom it was withdrawn, and how"),
        related_name="+",
        null=True,
    )
    withdrawal_recorded_by = person_field(_("withdrawal recorded by"), null=True)
    withdrawal_recorded_at = models.DateTimeField(_("withdrawal recorded"), null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    withdrawn_at=None,
                    withdrawal=None,
                    withdrawal_recorded_by=None,
                    withdrawal_recorded_at=None,
                )
                | Q(
                    withdrawn_at__isnull=False,
                    withdrawal__isnull=False,
                    withdrawal_recorded_by__isnull=False,
                    withdrawal_recorded_at__isnull=False,
                ),
                name="consent_withdrawn_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.provision} ({self.get_given_by_display()})"
