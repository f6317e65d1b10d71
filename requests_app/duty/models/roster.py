"""Roster, of the models of duty: coverage gap, recertification, roster calendar, shift
and shift offer."""

from collections.abc import Iterator
from datetime import date, datetime

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit_app.history import AuditedModel, BearerToken, History
from audit_app.retention import WHILE_NEEDED
from requests_app.core.calendar import Recurrence
from requests_app.core.fields import person_field, refuse_backward_days
from requests_app.core.municipality import SealedField
from requests_app.core.people.models import Authority, Role
from requests_app.core.retention import REGISTER

# When nobody may and can act, and why: as the sweep last found it.


class CoverageGap(models.Model):
    """The first gap of an authority, an act and a cause. Not audited: it follows from
    rows that are; what was told of it the ledger has."""

    retention = WHILE_NEEDED

    class Act(models.TextChoices):
        """What can lack somebody; a roster knows both decisions as one act."""

        REGISTER = "register", pgettext_lazy("act", "Register")
        REVIEW = "review", pgettext_lazy("act", "Review")
        GRANT = "grant", pgettext_lazy("act", "Decide to grant")
        # Whoever may not even refuse may not decide at all.
        REFUSE = "refuse", pgettext_lazy("act", "Decide")
        TWO_PERSONS = "two_persons", pgettext_lazy("act", "Review and decide, by two")
        EXECUTE = "execute", pgettext_lazy("act", "Execute")

    class Cause(models.TextChoices):
        """The first link that is missing; each stands for all before it being there."""

        ROLE = "role", _("nobody has the role")
        SUSPENDED = "suspended", _("all who have the role are suspended")
        DELEGATION = "delegation", _("no delegation covers it")
        AWAY = "away", _("all who may are away")
        UNREACHED = "unreached", _("nobody can be reached and sign in")
        OFF_DUTY = "off_duty", _("nobody on duty may")
        ALONE = "alone", _("one and the same person is alone")

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    act = models.CharField(max_length=11, choices=Act)
    cause = models.CharField(max_length=10, choices=Cause)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # Since when it is known; and the beginning that people are told of.
    found_at = models.DateTimeField()
    told_begins_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("gap in the roster")
        verbose_name_plural = _("gaps in the roster")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "act", "cause"],
                condition=Q(closed_at=None),
                name="coveragegap_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# Power that is to be confirmed anew within a year, or ends (behörighetsgenomgång).


class Recertification(AuditedModel):
    """Opened by the sweep before something's year is over, for whoever answers for it.

    Settled once: by a person who confirms or ends it, or by the sweep, after two
    reminders.
    """

    retention = REGISTER
    belongs = ("authority",)

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        ENDED = "ended", _("Ended")
        # Somebody has ended it on its own page meanwhile.
        GONE = "gone", _("Had ended already")

    # The table and the key of what gives the power.
    row_table = models.CharField(_("kind"), max_length=63, editable=False)
    row_id = models.BigIntegerField(_("row"), editable=False)
    # What it was called when it was opened: it may be gone afterwards.
    name = models.CharField(_("what"), max_length=300, editable=False)
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="recertifications",
        null=True,
        editable=False,
    )
    # Who has the power: another than they confirms it.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="+",
        null=True,
        editable=False,
    )
    opened_at = models.DateTimeField(_("opened"), editable=False)
    due_on = models.DateField(_("to be confirmed by"), editable=False)
    reminded_at = models.DateTimeField(_("first reminder"), null=True, editable=False)
    reminded_again_at = models.DateTimeField(
        _("second reminder"), null=True, editable=False
    )
    # Why it could not end when its time was out; empty where it could.
    kept_because = models.CharField(
        _("why it stays"), max_length=500, blank=True, editable=False
    )
    outcome = models.CharField(
        _("outcome"), max_length=9, choices=Outcome, blank=True, editable=False
    )
    settled_by = person_field(_("settled by"), null=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("recertification")
        verbose_name_plural = _("recertifications")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["row_table", "row_id"],
                condition=Q(outcome=""),
                name="recertification_one_open",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_by=None, settled_at=None)
                | ~Q(outcome="")
                & Q(settled_by__isnull=False, settled_at__isnull=False),
                name="recertification_settled_whole",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="confirmed", settled_by=F("person")),
                name="recertification_confirmed_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(outcome=""), name="recertification_open"
            ),
            models.Index(
                fields=["row_table", "row_id", "-settled_at"],
                name="recertification_of_row",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> str:
        """What sort of power it is, in words."""
        for model in apps.get_models():
            if model._meta.db_table == self.row_table:
                return str(model._meta.verbose_name)
        return self.row_table


# Who is on duty, when, for which authorities and acts. It gives nobody a right.


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


# Where a person's own calendar reads their shifts.


class RosterCalendar(AuditedModel):
    """The secret address at which a person's own calendar reads their shifts."""

    retention = REGISTER

    person = person_field(_("person"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History(excluded_fields=["digest"])

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at=None),
                name="rostercalendar_one_each",
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    @staticmethod
    def digest_of(secret: str) -> str:
        return BearerToken.digest_of(secret)


# When somebody is on duty.


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


# A stretch of duty that somebody else is asked to take.


class ShiftOfferQuerySet(models.QuerySet["ShiftOffer"]):
    def open(self) -> "ShiftOfferQuerySet":
        return self.filter(taken_at=None, withdrawn_at=None)


class ShiftOffer(AuditedModel):
    """A shift given away, perhaps for another; or time that nobody has."""

    retention = REGISTER

    group = models.ForeignKey(
        RosterGroup, models.PROTECT, verbose_name=_("roster"), related_name="offers"
    )
    shift = models.ForeignKey(
        Shift,
        models.PROTECT,
        verbose_name=_("shift"),
        related_name="offers",
        null=True,
    )
    in_return = models.ForeignKey(
        Shift,
        models.PROTECT,
        verbose_name=_("in return for"),
        related_name="+",
        null=True,
    )
    offered_to = person_field(_("offered to"), null=True)
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    made_by = person_field(_("made by"))
    made_at = models.DateTimeField(_("made"))
    taken_by = person_field(_("taken by"), null=True)
    taken_at = models.DateTimeField(_("taken"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = ShiftOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of a shift")
        verbose_name_plural = _("offers of shifts")
        ordering = ["begins_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")),
                name="shiftoffer_ends_after_it_begins",
                violation_error_message=_("It ends before it begins."),
            ),
            models.UniqueConstraint(
                fields=["shift"],
                condition=Q(taken_at=None, withdrawn_at=None),
                name="shiftoffer_one_open",
                violation_error_message=_("The shift is offered already."),
            ),
            models.CheckConstraint(
                condition=Q(in_return=None)
                | Q(shift__isnull=False, offered_to__isnull=False),
                name="shiftoffer_return_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by=None)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="shiftoffer_taken_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}, {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.taken_at is None and self.withdrawn_at is None
