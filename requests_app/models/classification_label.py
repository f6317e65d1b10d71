"""What an authority calls the levels of a classification."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.retention import REGISTER


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
