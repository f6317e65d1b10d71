"""That a case was disposed of: all that is left of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.authority import Authority
from requests_app.models.disposal import DisposalItem
from requests_app.models.disposal_rule import DisposalRule
from requests_app.models.retention import FOR_EVER


class DisposedCase(models.Model):
    """That a case was disposed of: all that is left of it. Written by the database when
    it goes, and never changed."""

    retention = FOR_EVER

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="disposed_cases",
    )
    item = models.OneToOneField(
        DisposalItem,
        models.PROTECT,
        verbose_name=_("case of a list to dispose of"),
        related_name="disposed_case",
    )
    case_key = models.BigIntegerField(_("case"), unique=True)
    diary_number = models.CharField(_("diary number"), max_length=40)
    registered_on = models.DateField(_("registered"), null=True)
    closed_on = models.DateField(_("closed"))
    rule = models.ForeignKey(
        DisposalRule,
        models.PROTECT,
        verbose_name=_("rule of disposal"),
        related_name="+",
    )
    disposal_decision = models.CharField(_("decision on disposal"), max_length=100)
    # How much went: rows, their versions, texts and files, and details of the ledger.
    rows = models.PositiveIntegerField(_("rows"))
    versions = models.PositiveIntegerField(_("versions"))
    details = models.PositiveIntegerField(_("details of lines"))
    disposed_at = models.DateTimeField(_("disposed of"))

    class Meta:
        verbose_name = _("case that was disposed of")
        verbose_name_plural = _("cases that were disposed of")
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["authority", "diary_number"], name="disposedcase_number"
            )
        ]

    def __str__(self) -> str:
        return self.diary_number or f"# {self.case_key}"
