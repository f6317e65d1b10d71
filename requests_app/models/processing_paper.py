"""An authority's papers on the processing of personal data in Lockbox: what it has
filled in, and of which text two persons have said that it holds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.retention import REGISTER


class ProcessingPaper(AuditedModel):
    """One of each kind and authority: by two persons, as it was on a day. `wording` is
    what the product said then, from its models and texts, and `digest` is of that."""

    class Kind(models.TextChoices):
        RECORD = "record", _("Record of processing (article 30)")
        ASSESSMENT = "assessment", _("Impact assessment (article 35)")
        STAFF = "staff", _("Notice to staff")
        RETENTION = "retention", _("Schedule of retention")
        PROCESSOR = "processor", _("Annex for a processor (article 28)")
        TRANSFERS = "transfers", _("Annex on transfers (articles 44–49)")
        CLASSIFICATION = "classification", _("Classification of Lockbox")

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="processing_papers",
    )
    kind = models.CharField(_("paper"), max_length=16, choices=Kind)
    diary_number = models.CharField(
        _("reference number of the paper"), max_length=50, blank=True
    )
    contact = models.CharField(
        _("contact of the authority"), max_length=300, blank=True
    )
    officer = models.CharField(
        _("data protection officer and contact"), max_length=300, blank=True
    )
    processor = models.CharField(
        _("who runs the system for you"),
        max_length=300,
        blank=True,
        help_text=_("If you run it yourselves: say so."),
    )
    contract = models.CharField(
        _("number of the contract with them"), max_length=100, blank=True
    )
    remarks = models.TextField(
        _("what else holds with you"),
        blank=True,
        help_text=_("Stands last on the paper: your own assessment, dates of talks."),
    )
    drawn_on = models.DateField(_("drawn up on"), editable=False)
    wording = models.TextField(_("text that was signed"), editable=False)
    digest = models.CharField(_("what the product said"), max_length=64, editable=False)

    history = History()
    retention = REGISTER

    class Meta:
        verbose_name = _("paper on processing")
        verbose_name_plural = _("papers on processing")
        ordering = ["authority__name", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind"], name="processingpaper_once_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.authority}"
