"""When somebody is on duty."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.person_field import person_field
from requests_app.models.retention import REGISTER
from requests_app.models.roster import RosterGroup, RosterPattern


def during() -> Func:
    """The range from `begins_at` to `ends_at`, for constraints."""
    return Func(
        "begins_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField()
    )


class ShiftQuerySet(models.QuerySet["Shift"]):
    def standing(self) -> "ShiftQuerySet":
        return self.filter(withdrawn_at=None)


class Shift(AuditedModel):
    """That a person is on duty from one instant to another."""

    retention = REGISTER

    class Source(models.TextChoices):
        TYPED = "typed", _("Typed in")
        PATTERN = "pattern", _("A pattern")
        FEED = "feed", _("The calendar")
        OFFER = "offer", _("Taken over")

    group = models.ForeignKey(
        RosterGroup, models.PROTECT, verbose_name=_("roster"), related_name="shifts"
    )
    person = person_field(_("person"))
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    source = models.CharField(_("comes from"), max_length=7, choices=Source)
    pattern = models.ForeignKey(
        RosterPattern,
        models.PROTECT,
        verbose_name=_("pattern of shifts"),
        related_name="shifts",
        null=True,
    )
    made_at = models.DateTimeField(_("made"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["begins_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")),
                name="shift_ends_after_it_begins",
                violation_error_message=_("The shift ends before it begins."),
            ),
            ExclusionConstraint(
                name="shift_no_overlap",
                expressions=[("group", "="), ("person", "="), (during(), "&&")],
                condition=Q(withdrawn_at=None),
                violation_error_message=_(
                    "The person is on duty here already for some of this time."
                ),
            ),
        ]
        indexes = [models.Index(fields=["ends_at"])]

    def __str__(self) -> str:
        return f"{self.person}, {self.group}"
