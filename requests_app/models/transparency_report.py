"""What an authority tells everybody of how its providers came in, year by year."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.content import Content
from requests_app.models.person_field import person_field
from requests_app.models.retention import OVERSIGHT


class TransparencyReport(AuditedModel):
    """A year in numbers, without anything protected. Drawn up anew it is another: what
    was published stays."""

    retention = OVERSIGHT

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="transparency_reports",
    )
    year = models.PositiveSmallIntegerField(_("year"))
    document = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("document"), related_name="+"
    )
    numbers = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("open data (CSV)"), related_name="+"
    )
    description = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("description of the data (DCAT-AP-SE)"),
        related_name="+",
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    made_by = person_field(_("made by"))
    made_at = models.DateTimeField(_("drawn up"))

    history = History()

    class Meta:
        verbose_name = _("transparency report")
        verbose_name_plural = _("transparency reports")
        ordering = ["-year", "-id"]

    def __str__(self) -> str:
        return f"{self.authority} {self.year}"
