"""What an authority has delivered to its archive, and the receipt for it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.person_field import person_field
from requests_app.models.retention import OVERSIGHT


class ArchiveDelivery(AuditedModel):
    """A package of closed cases (E-ARK SIP), by its digest. The files are not kept
    here: whoever takes them out carries them to the archive."""

    retention = OVERSIGHT

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="archive_deliveries",
    )
    # One of the two: cases of a year, or the case with this number.
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    diary_number = models.CharField(_("diary number"), max_length=40, blank=True)
    # Keys of the reviews in it.
    cases = ArrayField(models.BigIntegerField(), verbose_name=_("cases"))
    number = models.CharField(_("number of the package"), max_length=41, unique=True)
    # SHA-256 of METS.xml, which has the digests of all other files.
    digest = models.CharField(_("SHA-256 of METS.xml"), max_length=64)
    files = models.PositiveIntegerField(_("files"))
    size = models.PositiveBigIntegerField(_("size in bytes"))
    made_by = person_field(_("taken out by"))
    made_at = models.DateTimeField(_("taken out"))
    received_by = models.CharField(_("received by"), max_length=200, blank=True)
    receipt = models.CharField(_("number of the receipt"), max_length=100, blank=True)
    received_at = models.DateTimeField(_("received"), null=True)

    history = History()

    class Meta:
        verbose_name = _("delivery to the archive")
        verbose_name_plural = _("deliveries to the archive")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year=None) & ~Q(diary_number="")
                | Q(year__isnull=False, diary_number=""),
                name="archivedelivery_of_year_or_case",
            ),
            models.CheckConstraint(
                condition=Q(received_by="", receipt="", received_at=None)
                | ~Q(received_by="") & Q(received_at__isnull=False),
                name="archivedelivery_receipt_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.diary_number or f"{self.authority.code} {self.year}"

    @property
    def is_received(self) -> bool:
        return self.received_at is not None
