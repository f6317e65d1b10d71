"""Reasons that are asked for after the decision, where it left some out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.decision import Decision
from requests_app.models.official import ELSEWHERE
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview
from requests_app.models.revocation import Revocation


class RequestForReasons(AuditedModel):
    """Somebody needs reasons that were left out, to look after their rights (FL 32 §,
    last paragraph). They are given afterwards if that is possible; else it is said why
    not."""

    retention = WITH_CASE
    document = ELSEWHERE

    class Status(models.TextChoices):
        OPEN = "open", _("To be answered")
        GIVEN = "given", _("Reasons given")
        DECLINED = "declined", _("No reasons given")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="requests_for_reasons",
    )
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        verbose_name=_("decision"),
        related_name="requests_for_reasons",
    )
    # Where it is the grant's revocation that left them out, a decision of its own.
    revocation = models.ForeignKey(
        Revocation,
        models.PROTECT,
        verbose_name=_("revocation of a grant"),
        related_name="requests_for_reasons",
        null=True,
    )
    applicant = models.CharField(_("who asks for them"), max_length=200)
    received_at = models.DateTimeField(_("came in"))
    recorded_by = person_field(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))
    status = models.CharField(
        _("status"), max_length=8, choices=Status, default=Status.OPEN
    )
    # What the applicant reads: the reasons, or why there are none.
    text = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("answer"),
        related_name="+",
        null=True,
    )
    answered_by = person_field(_("answered by"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)

    PROTECTED = ("applicant",)

    history = History()

    class Meta:
        verbose_name = _("request for reasons")
        verbose_name_plural = _("requests for reasons")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", text=None, answered_by=None)
                | ~Q(status="open")
                & Q(
                    text__isnull=False,
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
                name="requestforreasons_answer_has_a_text",
            ),
            models.CheckConstraint(
                condition=Q(received_at__lte=models.F("recorded_at")),
                name="requestforreasons_received_before_recorded",
            ),
        ]
        indexes = [
            models.Index(
                fields=["review"],
                condition=Q(status="open"),
                name="requestforreasons_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def made(self) -> Decision | Revocation:
        """What left the reasons out."""
        return self.revocation or self.decision
