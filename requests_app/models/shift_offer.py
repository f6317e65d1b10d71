"""A stretch of duty that somebody else is asked to take."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.person_field import person_field
from requests_app.models.retention import REGISTER
from requests_app.models.roster import RosterGroup
from requests_app.models.shift import Shift


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
