"""What the acts of a provider came out as beside what was granted, each time that it
was reckoned."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from requests_app.models.access_request import AccessRequest
from requests_app.models.deviation import Deviation
from requests_app.models.event_outcome import Confidence, Outcome, Reason, Use
from requests_app.models.message import AccessEvent
from requests_app.models.retention import WITH_CASE


class EventOutcomeQuerySet(models.QuerySet["EventOutcome"]):
    def current(self) -> "EventOutcomeQuerySet":
        """Of each act the last one: what is known may change it."""
        later = EventOutcome.objects.filter(
            event=OuterRef("event"), number__gt=OuterRef("number")
        )
        return self.exclude(Exists(later))


class EventOutcome(models.Model):
    """One reckoning of one act. Insert-only: another outcome is another row."""

    retention = WITH_CASE

    PROTECTED = ("divergences", "unsaid")

    event = models.ForeignKey(
        AccessEvent,
        models.PROTECT,
        verbose_name=_("access event"),
        related_name="outcomes",
    )
    number = models.PositiveIntegerField(_("reckoned as number"), default=1)
    outcome = models.CharField(_("came out as"), max_length=8, choices=Outcome)
    confidence = models.CharField(_("how sure"), max_length=6, choices=Confidence)
    reason = models.CharField(_("by what"), max_length=11, choices=Reason)
    # The first request of the access it was compared with; else the case in which
    # people look at it.
    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="event_outcomes",
        null=True,
    )
    divergences = models.JSONField(_("what diverges"), default=list)
    unsaid = models.JSONField(_("what the log does not say"), default=list)
    reckoned_at = models.DateTimeField(_("reckoned"))

    objects = EventOutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome of an act")
        verbose_name_plural = _("outcomes of acts")
        ordering = ["event", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["event", "number"], name="eventoutcome_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_inside(self) -> bool:
        return self.outcome == Outcome.INSIDE


class DeviationEvent(models.Model):
    """An act that a deviation is about: what belongs together is one deviation."""

    retention = WITH_CASE

    deviation = models.ForeignKey(
        Deviation, models.PROTECT, verbose_name=_("deviation"), related_name="acts"
    )
    event = models.ForeignKey(
        AccessEvent,
        models.PROTECT,
        verbose_name=_("access event"),
        related_name="in_deviations",
    )
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("act of a deviation")
        verbose_name_plural = _("acts of deviations")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["deviation", "event"], name="deviationevent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class AccessUse(models.Model):
    """What became of an access, as far as was known. Insert-only: what comes late makes
    another row, and the last one holds."""

    retention = WITH_CASE

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="uses",
    )
    number = models.PositiveIntegerField(_("reckoned as number"), default=1)
    use = models.CharField(_("use"), max_length=7, choices=Use)
    acts = models.PositiveIntegerField(_("acts"))
    outside = models.PositiveIntegerField(_("of these outside"))
    # The logs are read until then.
    known_until = models.DateTimeField(_("known until"), null=True)
    stated_at = models.DateTimeField(_("stated"))

    class Meta:
        verbose_name = _("use of an access")
        verbose_name_plural = _("uses of accesses")
        ordering = ["access_request", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["access_request", "number"], name="accessuse_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
