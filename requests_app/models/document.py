"""Decisions on paper: made once, stored, never made again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.correction import Correction
from requests_app.models.decision import Decision
from requests_app.models.official import Official, Way
from requests_app.models.request_for_reasons import RequestForReasons
from requests_app.models.retention import WITH_CASE
from requests_app.models.revocation import Revocation
from requests_app.models.translation import Translation


class DecisionDocument(AuditedModel):
    """A decision on paper, in one of its two versions. Insert-only."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="made_at", title="version")

    class Version(models.TextChoices):
        FULL = "full", _("Full")
        RECIPIENT = "recipient", _("For the recipient")

    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name=_("decision"), related_name="documents"
    )
    # Set where it is of a correction that stands beside the decision.
    correction = models.ForeignKey(
        Correction,
        models.PROTECT,
        verbose_name=_("correction"),
        related_name="documents",
        null=True,
    )
    # Set where it is of the decision that revoked it.
    revocation = models.ForeignKey(
        Revocation,
        models.PROTECT,
        verbose_name=_("revocation of a grant"),
        related_name="documents",
        null=True,
    )
    # Set where it holds reasons that were given afterwards, or says why they are not.
    reasons = models.ForeignKey(
        RequestForReasons,
        models.PROTECT,
        verbose_name=_("request for reasons"),
        related_name="documents",
        null=True,
    )
    # Set where it is a translation of the decision.
    translation = models.ForeignKey(
        Translation,
        models.PROTECT,
        verbose_name=_("translation"),
        related_name="documents",
        null=True,
    )
    version = models.CharField(_("version"), max_length=9, choices=Version)
    # The key of the content is its digest: so the digest is in the history.
    content = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("document"), related_name="+"
    )
    # SHA-256 of the bytes alone, for whoever holds the file only.
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    is_sealed = models.BooleanField(_("sealed (PAdES)"))
    made_at = models.DateTimeField(_("drawn up"))

    history = History()

    class Meta:
        verbose_name = _("decision document")
        verbose_name_plural = _("decision documents")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *["decision", "correction", "revocation", "reasons"],
                    *["translation", "version"],
                ],
                nulls_distinct=False,
                name="decisiondocument_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
