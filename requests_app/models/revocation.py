"""A grant revoked while access runs (återkallelse): a decision of its own (FL 37 §)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.content import Content
from requests_app.models.decision import Decision
from requests_app.models.delegation import DelegationRule
from requests_app.models.official import ELSEWHERE
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview
from requests_app.models.service_of_decision import ServiceOfDecision


class RevocationQuerySet(models.QuerySet["Revocation"]):
    def leaving_out(self) -> "RevocationQuerySet":
        """Whose recipient reads less than the authority keeps: where it reads all,
        there is one text."""
        return self.exclude(reason=F("reason_for_recipient"))


class Revocation(AuditedModel):
    """By a person, under a delegation rule that is copied onto it. Only its service is
    written later, once."""

    retention = WITH_CASE
    document = ELSEWHERE

    class Ground(models.TextChoices):
        """When a favourable decision may be changed for the worse (FL 37 § st. 2)."""

        PROVISO = "proviso", _("The decision says that it can be revoked")
        SECURITY = "security", _("Compelling reasons of security")
        UNTRUE = "untrue", _("The provider gave untrue or misleading information")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="revocations",
    )
    decision = models.OneToOneField(
        Decision, models.PROTECT, verbose_name=_("decision"), related_name="revocation"
    )
    ground = models.CharField(_("ground"), max_length=8, choices=Ground)
    reason = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("internal reason"), related_name="+"
    )
    reason_for_recipient = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("reason for the recipient"),
        related_name="+",
    )
    decided_by = person_field(_("decision-maker"))
    decided_by_name = models.CharField(_("decision-maker's name"), max_length=200)
    decided_at = models.DateTimeField(_("decided"))
    delegation_rule = models.ForeignKey(
        DelegationRule, models.PROTECT, verbose_name=_("delegation"), related_name="+"
    )
    delegation_snapshot = models.JSONField(_("the delegation as it was"))
    regime = models.CharField(
        _("what it is in law"), max_length=11, choices=Authority.Regime
    )
    served_at = models.DateTimeField(_("served"), null=True)
    served_way = models.CharField(
        _("how it was served"), max_length=6, choices=ServiceOfDecision.Way, blank=True
    )
    served_on = models.CharField(_("served on"), max_length=200, blank=True)
    served_recorded_by = person_field(_("service recorded by"), null=True)

    history = History()
    objects = RevocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("revocation of a grant")
        verbose_name_plural = _("revocations of grants")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    served_at=None, served_way="", served_on="", served_recorded_by=None
                )
                | Q(served_at__isnull=False, served_recorded_by__isnull=False)
                & ~Q(served_way="")
                & ~Q(served_on=""),
                name="revocation_service_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
