"""When nobody may and can act, and why: as the sweep last found it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit_app.retention import WHILE_NEEDED
from requests_app.models.authority import Authority


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
