"""Which revision of a request somebody has looked at, for a review they work with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class SeenRevision(AuditedModel):
    """A person has looked at a revision: assessed it, decided on it, or seen what had
    changed. Never rewritten."""

    retention = WITH_CASE

    class Act(models.TextChoices):
        ASSESSMENT = "assessment", _("Assessed")
        DECISION = "decision", _("Decided or returned")
        LOOKED = "looked", _("Looked at what had changed")
        STOP = "stop", _("Took over a stop for protective security")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="seen_revisions",
    )
    person = person_field(_("person"))
    revision = models.PositiveIntegerField(_("revision"))
    act = models.CharField(_("what the person did"), max_length=10, choices=Act)
    seen_at = models.DateTimeField(_("seen"))

    history = History()

    class Meta:
        verbose_name = _("seen revision")
        verbose_name_plural = _("seen revisions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "person", "revision", "act"], name="seen_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
