"""Translations of decisions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.decision import Decision
from requests_app.models.official import ELSEWHERE
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE


class Translation(AuditedModel):
    """A decision in English, for a recipient who needs that to look after their rights
    (FL 13 §). The decision itself is the one that applies."""

    retention = WITH_CASE
    document = ELSEWHERE

    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        verbose_name=_("decision"),
        related_name="translations",
    )
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("translation"), related_name="+"
    )
    translated_by = person_field(_("translated by"))
    translated_at = models.DateTimeField(_("translated"))

    history = History()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}"
