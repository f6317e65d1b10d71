"""A second person's look at a decision made at night or standing in for another
(efterhandsgranskning)."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.decision import Decision
from requests_app.models.official import Official, Way
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview
from requests_app.words.phrases import label_of


class SubsequentReview(AuditedModel):
    """Ordered with the decision, and concluded by another than made or prepared it."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="concluded_at")

    class Reason(models.TextChoices):
        NIGHT = "night", _("Decided outside office hours")
        REGISTRATION = "registered", _("Registered by another than a registrar")
        SUBSTITUTE = "substitute", _("Decided by a substitute")
        UNCONFIRMED = "unconfirmed", _("Decided by a role that nobody had confirmed")

    class Conclusion(models.TextChoices):
        STANDS = "stands", _("The decision stands")
        ANEW = "anew", _("A new decision is made")
        TOO_LATE = "too_late", _("Wrong, and too late to change")
        STOPPED = "stopped", _("The case was stopped for protective security")

    decision = models.OneToOneField(
        Decision,
        models.PROTECT,
        verbose_name=_("decision"),
        related_name="subsequent_review",
        editable=False,
    )
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="subsequent_reviews",
        editable=False,
    )
    reasons = ArrayField(
        models.CharField(max_length=11, choices=Reason),
        verbose_name=_("why it is looked at again"),
        editable=False,
    )
    due_at = models.DateTimeField(_("to be looked at by"), editable=False)
    conclusion = models.CharField(
        _("conclusion"), max_length=8, choices=Conclusion, blank=True, editable=False
    )
    note = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("note"),
        related_name="+",
        null=True,
        editable=False,
    )
    concluded_by = person_field(_("concluded by"), null=True, editable=False)
    concluded_at = models.DateTimeField(_("concluded"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("subsequent review")
        verbose_name_plural = _("subsequent reviews")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reasons=[]), name="subsequentreview_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(
                    conclusion="", note=None, concluded_by=None, concluded_at=None
                )
                | ~Q(conclusion="")
                & Q(concluded_by__isnull=False, concluded_at__isnull=False)
                & (Q(conclusion="stopped") | Q(note__isnull=False)),
                name="subsequentreview_concluded_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"]),
            models.Index(
                fields=["review"],
                condition=Q(concluded_at=None),
                name="subsequentreview_open",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Subsequent review %(number)s") % {"number": self.pk}

    @property
    def reasons_in_words(self) -> str:
        """In a row, as in a sentence."""
        first, *rest = [str(label_of(self.Reason, value)) for value in self.reasons]
        return ", ".join([first, *(name[:1].lower() + name[1:] for name in rest)])

    @property
    def is_overdue(self) -> bool:
        """Does it still wait, after its time?"""
        return not self.conclusion and self.due_at < clock.now()

    @property
    def is_late(self) -> Any:
        """Was it concluded after its time?"""
        end: Any = self.concluded_at
        return end is not None and end > self.due_at
