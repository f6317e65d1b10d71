"""From when on reading is unusual: set by two persons, seen by everybody."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.catalogue.working_days import CLOSES, OPENS
from requests_app.models.authority import Authority
from requests_app.models.retention import REGISTER

# No longer than this is anybody's reading looked back at.
MOST_DAYS = 90


class ReadingLimit(AuditedModel):
    """An authority's limits of unusual reading. Where it has none, a new row's are its
    limits: `limit_of`."""

    retention = REGISTER

    authority = models.OneToOneField(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="reading_limit",
    )
    opens = models.TimeField(_("hours begin"), default=OPENS)
    closes = models.TimeField(_("hours end"), default=CLOSES)
    many = models.PositiveSmallIntegerField(
        _("many different cases within an hour"),
        validators=[MinValueValidator(2), MaxValueValidator(1000)],
        default=10,
    )
    days = models.PositiveSmallIntegerField(
        _("days that are looked back at"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        default=30,
        help_text=_("At most 90."),
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("limit of unusual reading")
        verbose_name_plural = _("limits of unusual reading")
        ordering = ["authority__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="readinglimit_hours_end_after_they_begin",
                violation_error_message=_("The hours end before they begin."),
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=MOST_DAYS),
                name="readinglimit_at_most_ninety_days",
                violation_error_message=_("Give 1 to 90 days."),
            ),
            models.CheckConstraint(
                condition=Q(many__gte=2), name="readinglimit_many_is_more_than_one"
            ),
        ]

    def __str__(self) -> str:
        return str(self.authority)

    @property
    def hours(self) -> str:
        return f"{self.opens:%H.%M}–{self.closes:%H.%M}"


def limit_of(authority_id: int) -> ReadingLimit:
    """The limits that hold for it."""
    row = ReadingLimit.objects.filter(authority=authority_id).first()
    return row or ReadingLimit(authority_id=authority_id)
