"""Corrections of decisions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.decision import Decision
from requests_app.models.official import ELSEWHERE
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE


class Correction(AuditedModel):
    """A clerical error corrected (FL 36 §): a record of its own beside the decision."""

    retention = WITH_CASE
    document = ELSEWHERE

    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        verbose_name=_("decision"),
        related_name="corrections",
    )
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("correction"), related_name="+"
    )
    corrected_by = person_field(_("corrected by"))
    corrected_at = models.DateTimeField(_("corrected"))

    history = History()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}"
