"""File notes: what was learnt otherwise than in writing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.official import Official, Way
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class FileNote(AuditedModel):
    """What was learnt otherwise than in writing: when, and noted by whom (FL 27 §)."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="noted_at", with_whom="source")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="file_notes",
    )
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("note"), related_name="+"
    )
    source = models.CharField(_("from whom"), max_length=200, blank=True)
    happened_at = models.DateTimeField(_("when"))
    tells_need = models.BooleanField(
        _("says what the support case needs"), default=False
    )
    noted_by = person_field(_("noted by"))
    noted_at = models.DateTimeField(_("noted"))

    PROTECTED = ("source",)

    history = History()

    class Meta:
        verbose_name = _("file note")
        verbose_name_plural = _("file notes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"
