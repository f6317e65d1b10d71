"""Who is on duty, when, for which authorities and acts. It gives nobody a right."""

from collections.abc import Iterator
from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit_app.history import AuditedModel, History
from requests_app.catalogue.recurrence import Recurrence
from requests_app.models.authority import Authority
from requests_app.models.days import refuse_backward_days
from requests_app.models.person_field import person_field
from requests_app.models.retention import REGISTER
from requests_app.models.role import Role
from requests_app.models.sealed_field import SealedField


class Act(models.TextChoices):
    """What somebody on duty is there to do."""

    REGISTER = "register", pgettext_lazy("act", "Register")
    REVIEW = "review", pgettext_lazy("act", "Review")
    DECIDE = "decide", pgettext_lazy("act", "Decide")
    EXECUTE = "execute", pgettext_lazy("act", "Execute")


# Whose act each is by role alone, the usual one first.
ROLES_OF_ACT = {
    Act.REGISTER: (Role.REGISTRAR, Role.LEGAL_REVIEWER),
    Act.REVIEW: (Role.LEGAL_REVIEWER,),
    Act.DECIDE: (Role.DECISION_MAKER,),
    Act.EXECUTE: (Role.EXECUTOR,),
}


class RosterGroup(AuditedModel):
    """People who take turns, for acts of one authority or of several."""

    retention = REGISTER

    class Hours(models.TextChoices):
        ALWAYS = "always", _("Day and night")
        OFFICE = "office", _("Office hours of working days")

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="roster_groups",
        help_text=_("Its managers lay the roster."),
    )
    name = models.CharField(_("name"), max_length=100)
    acts = ArrayField(
        models.CharField(max_length=8, choices=Act), verbose_name=_("is on duty to")
    )
    hours = models.CharField(
        _("is to cover"),
        max_length=6,
        choices=Hours,
        default=Hours.ALWAYS,
        help_text=_("What lies outside is empty as planned, and no gap."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    # Of the calendar that it is taken in from; its address opens the whole of it.
    feed_host = models.CharField(
        _("host of the calendar"), max_length=253, blank=True, editable=False
    )
    feed_sealed = SealedField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History(excluded_fields=["feed_sealed"])

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        ordering = ["authority__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "name"], name="rostergroup_unique"
            ),
            models.CheckConstraint(
                condition=~Q(acts=[]),
                name="rostergroup_has_an_act",
                violation_error_message=_("Choose what they are on duty to do."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RosterAuthority(AuditedModel):
    """One more authority that a roster is laid for."""

    retention = REGISTER

    group = models.ForeignKey(
        RosterGroup, models.PROTECT, verbose_name=_("roster"), related_name="shared"
    )
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("also for the authority"),
        related_name="+",
    )

    history = History()

    class Meta:
        verbose_name = _("authority that shares a roster")
        verbose_name_plural = _("authorities that share a roster")
        ordering = ["authority__name"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["group", "authority"], name="rosterauthority_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.authority)


class RosterPattern(AuditedModel):
    """Shifts that come again: on some days of the week, every so many weeks."""

    retention = REGISTER

    class Days(models.TextChoices):
        EVERY = "every", _("Every such day")
        WORKING = "working", _("Working days only")
        FREE = "free", _("Weekends, holidays and eves only")

    group = models.ForeignKey(
        RosterGroup, models.PROTECT, verbose_name=_("roster"), related_name="patterns"
    )
    person = person_field(_("person"))
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("days of the week")
    )
    days = models.CharField(
        _("which of them"), max_length=7, choices=Days, default=Days.EVERY
    )
    begins = models.TimeField(_("from"))
    ends = models.TimeField(
        _("until"), help_text=_("Not later than from: the next day.")
    )
    every_weeks = models.PositiveSmallIntegerField(
        _("every so many weeks"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(52)],
        help_text=_("Counted from the week of the first day."),
    )
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    made_by = person_field(_("made by"), editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("pattern of shifts")
        verbose_name_plural = _("patterns of shifts")
        ordering = ["group__name", "person__last_name", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(weekdays=[]), name="rosterpattern_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1, every_weeks__lte=52),
                name="rosterpattern_comes_again",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.group}"

    def clean(self) -> None:
        refuse_backward_days(self)

    def spans(self, until: date) -> Iterator[tuple[datetime, datetime]]:
        """Its shifts, laid or not, that begin by this day."""
        return Recurrence(
            self.weekdays,
            self.days,
            self.begins,
            self.ends,
            self.every_weeks,
            self.valid_from,
            self.valid_to,
        ).spans(until)
