"""Consultations: what a colleague is asked, and what they answered."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.fields import person_field
from requests_app.core.models import Content
from requests_app.core.retention import WITH_CASE, Official, Way


class Consultation(AuditedModel):
    """A referral for comment (remiss) to one person, with a due time (FL 26 §)."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="answered_at", with_whom="person")

    class Status(models.TextChoices):
        OPEN = "open", _("Awaiting the opinion")
        ANSWERED = "answered", _("Answered")
        WITHDRAWN = "withdrawn", _("No longer needed")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="consultations",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("asked"),
        related_name="consultations",
    )
    asked_as = models.CharField(_("asked as"), max_length=24)
    # All that the person asked gets to read: what is not needed is not written here.
    question = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("question"), related_name="+"
    )
    shows_objects = models.BooleanField(_("names the objects"), default=False)
    due_at = models.DateTimeField(_("answer by"))
    asked_by = person_field(_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.OPEN, editable=False
    )
    opinion = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("opinion"),
        related_name="+",
        null=True,
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="answered") | Q(opinion__isnull=False),
                name="consultation_answered_has_opinion",
            ),
            models.CheckConstraint(
                condition=~Q(person=F("asked_by")),
                name="consultation_of_somebody_else",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"],
                condition=Q(status="open"),
                name="consultation_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
