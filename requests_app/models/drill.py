"""A drill (övning): would those whose turn it is get in, if a request came now? No case
is made, and no number taken."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.notice import NoticeWay
from requests_app.models.person_field import person_field
from requests_app.models.retention import OVERSIGHT
from requests_app.models.roster import Act
from requests_app.words.phrases import label_of

# Who is called: whoever reviews, decides and gives the answer.
CALLED = (Act.REVIEW, Act.DECIDE, Act.EXECUTE)


class Drill(AuditedModel):
    """Begun by a manager for one authority; over when its time is, or it is ended."""

    retention = OVERSIGHT

    authority = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("authority"), related_name="drills"
    )
    begun_by = person_field(_("begun by"))
    begun_at = models.DateTimeField(_("begun"))
    ends_at = models.DateTimeField(_("ends"))
    # Real requests that waited to be answered when it was begun.
    waiting = models.PositiveIntegerField(_("requests that waited"))
    ended_by = person_field(_("ended by"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("drill")
        verbose_name_plural = _("drills")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begun_at")),
                name="drill_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["authority"],
                condition=Q(ended_at=None),
                name="drill_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Drill %(number)s") % {"number": self.pk}

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.ends_at > clock.now()

    @property
    def state(self) -> Any:
        return _("Going on") if self.is_running else _("Over")


class DrillCall(AuditedModel):
    """Somebody who was called in a drill: when the message went, and when they came."""

    retention = OVERSIGHT

    drill = models.ForeignKey(
        Drill, models.PROTECT, verbose_name=_("drill"), related_name="calls"
    )
    person = person_field(_("person"))
    acts = ArrayField(
        models.CharField(max_length=8, choices=Act), verbose_name=_("called to")
    )
    ways = ArrayField(
        models.CharField(max_length=7, choices=NoticeWay),
        verbose_name=_("ways that took the message"),
        default=list,
    )
    told_at = models.DateTimeField(_("message taken"), null=True)
    # Why a way did not take it, in its own words.
    trouble = models.CharField(_("trouble"), max_length=300, blank=True)
    came_at = models.DateTimeField(_("came in"), null=True)

    history = History()

    class Meta:
        verbose_name = _("call of a drill")
        verbose_name_plural = _("calls of drills")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["drill", "person"], name="drillcall_once_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def acts_in_words(self) -> str:
        return ", ".join(str(label_of(Act, act)) for act in self.acts)

    @property
    def ways_in_words(self) -> str:
        return ", ".join(str(label_of(NoticeWay, way)) for way in self.ways)
