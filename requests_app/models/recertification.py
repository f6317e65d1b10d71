"""Power that is to be confirmed anew within a year, or ends (behörighetsgenomgång)."""

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.person_field import person_field
from requests_app.models.retention import REGISTER


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
