"""What is reported to a board: the decisions made on its behalf."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.content import Content
from requests_app.models.decision import Decision
from requests_app.models.person_field import person_field
from requests_app.models.retention import OVERSIGHT
from requests_app.models.revocation import Revocation


class BoardReport(AuditedModel):
    """The list of delegated decisions reported to a board at a meeting (KL 7:8)."""

    retention = OVERSIGHT

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="board_reports",
    )
    meeting_on = models.DateField(_("date of the meeting"))
    content = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("document"), related_name="+"
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    made_by = person_field(_("made by"))
    made_at = models.DateTimeField(_("drawn up"))

    history = History()

    class Meta:
        verbose_name = _("report to the board")
        verbose_name_plural = _("reports to the board")
        ordering = ["-meeting_on", "-id"]

    def __str__(self) -> str:
        return f"{self.authority} {self.meeting_on:%Y-%m-%d}"


class ReportedDecision(AuditedModel):
    """A decision, or a revocation, as an item of a report: each is reported once."""

    retention = OVERSIGHT

    report = models.ForeignKey(
        BoardReport, models.PROTECT, verbose_name=_("report"), related_name="items"
    )
    decision = models.OneToOneField(
        Decision,
        models.PROTECT,
        verbose_name=_("decision"),
        related_name="reported",
        null=True,
    )
    revocation = models.OneToOneField(
        Revocation,
        models.PROTECT,
        verbose_name=_("revocation of a grant"),
        related_name="reported",
        null=True,
    )

    history = History()

    class Meta:
        verbose_name = _("reported decision")
        verbose_name_plural = _("reported decisions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision=None) ^ Q(revocation=None),
                name="reporteddecision_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
