"""A review that ended before anything was decided: why, and who closed it alone."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview

# Its cause is to be given, or its closing to be looked at.
TO_LOOK_AT = Q(closed_by__isnull=False, confirmed_by=None)
WAITING = Q(cause="") | TO_LOOK_AT


class Lapse(AuditedModel):
    """Made when the review lapses; its cause is chosen afterwards, by a person. Whoever
    closes the case without a decision is looked at by another."""

    retention = WITH_CASE

    PROTECTED = ("text",)

    class Cause(models.TextChoices):
        NOBODY_ON_DUTY = "nobody", _("Nobody was on duty")
        NOT_ANSWERED = "unanswered", _("Somebody was told, and did not answer")
        TOO_LATE = "too_late", _("It was answered too late")
        ELSEWHERE = "elsewhere", _("It was answered outside Lockbox")
        WITHDRAWN = "withdrawn", _("The provider took the time back")
        FAULT = "fault", _("A technical fault")
        OTHER = "other", _("Something else")

    review = models.OneToOneField(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="lapse",
        editable=False,
    )
    lapsed_at = models.DateTimeField(_("lapsed"), editable=False)
    # By when the cause is to be given, or the closing looked at.
    due_at = models.DateTimeField(_("to be done by"), editable=False)
    cause = models.CharField(
        _("cause"), max_length=10, choices=Cause, blank=True, editable=False
    )
    text = models.CharField(_("account"), max_length=500, blank=True, editable=False)
    given_by = person_field(_("cause given by"), null=True, editable=False)
    given_at = models.DateTimeField(_("cause given"), null=True, editable=False)
    closed_by = person_field(
        _("closed without a decision by"), null=True, editable=False
    )
    confirmed_by = person_field(_("closing confirmed by"), null=True, editable=False)
    confirmed_at = models.DateTimeField(
        _("closing confirmed"), null=True, editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("lapse")
        verbose_name_plural = _("lapses")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cause="", text="", given_by=None, given_at=None)
                | ~Q(cause="") & Q(given_by__isnull=False, given_at__isnull=False),
                name="lapse_cause_given_whole",
            ),
            models.CheckConstraint(
                condition=~Q(cause="other") | ~Q(text=""),
                name="lapse_other_cause_in_words",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | ~Q(cause=""),
                name="lapse_closed_with_its_cause",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(
                    closed_by__isnull=False,
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                )
                & ~Q(confirmed_by=F("closed_by")),
                name="lapse_confirmed_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["lapsed_at"]),
            models.Index(fields=["review"], condition=WAITING, name="lapse_waiting"),
        ]

    def __str__(self) -> str:
        return gettext("Lapse %(number)s") % {"number": self.pk}
