"""Who works a review."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def running(self) -> "AssignmentQuerySet":
        return self.filter(ended_at=None)


class Assignment(AuditedModel):
    """Who works a review, on whose behalf and on what basis, from when to when."""

    retention = WITH_CASE
    belongs = ("review",)

    class Kind(models.TextChoices):
        OFFICER = "officer", _("Case officer")
        CO_REVIEWER = "co", _("Co-reviewer")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="assignments",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="assignments",
    )
    kind = models.CharField(
        _("works as"), max_length=8, choices=Kind, default=Kind.OFFICER
    )
    on_behalf_of = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("on behalf of"), related_name="+"
    )
    basis = models.CharField(_("basis"), max_length=200)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    assigned_by = person_field(_("assigned by"))
    assigned_at = models.DateTimeField(_("assigned"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(_("why it ended"), max_length=300, blank=True)

    history = History()
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "person"],
                condition=Q(ended_at=None),
                name="assignment_running_once",
            ),
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(ended_at=None, kind="officer"),
                name="assignment_one_officer",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("assigned_at")),
                name="assignment_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
