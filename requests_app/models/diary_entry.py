"""What the authority's own diary system is to number, and what it has answered."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class DiaryEntryQuerySet(models.QuerySet["DiaryEntry"]):
    def owed(self) -> "DiaryEntryQuerySet":
        """Without a number of the diary system's."""
        return self.filter(number="")

    def disputed(self) -> "DiaryEntryQuerySet":
        return self.exclude(other_number="")


class DiaryEntry(AuditedModel):
    """A case that is registered here, in our own series, and is to stand in the
    authority's diary system too. Nothing waits for its number, which comes by a file or
    by a call; the first number stands, and another one is for a person to look at."""

    retention = WITH_CASE

    review = models.OneToOneField(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="diary_entry",
        editable=False,
    )
    # As it was called then.
    system = models.CharField(_("diary system"), max_length=60, editable=False)
    owed_at = models.DateTimeField(_("owed since"), editable=False)
    taken_at = models.DateTimeField(_("first fetched"), null=True, editable=False)
    number = models.CharField(
        _("number in the diary system"), max_length=40, blank=True, editable=False
    )
    came_at = models.DateTimeField(_("number came"), null=True, editable=False)
    came_by = person_field(_("number given by"), null=True, editable=False)
    # What the system answered when it answered twice, and not the same.
    other_number = models.CharField(
        _("another number that came"), max_length=40, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = DiaryEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry in the diary system")
        verbose_name_plural = _("entries in the diary system")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number="", came_at=None, came_by=None, other_number="")
                | ~Q(number="") & Q(came_at__isnull=False, came_by__isnull=False),
                name="diaryentry_numbered_whole",
            ),
        ]
        indexes = [
            models.Index(Upper("number"), name="diaryentry_number"),
            models.Index(
                fields=["owed_at"], condition=Q(number=""), name="diaryentry_owed"
            ),
        ]

    def __str__(self) -> str:
        return str(self.review)

    @property
    def is_owed(self) -> Any:
        return not self.number
