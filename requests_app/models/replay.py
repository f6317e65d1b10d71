"""Earlier decisions tried anew under a premise: a reckoning beside the cases.

Not audited: rows are only added, nothing is decided by them, and who ordered a run is
in the ledger. What they were reckoned from has its own history.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models.authority import Authority
from requests_app.models.decision import Proposal
from requests_app.models.grant import AccessGrant
from requests_app.models.person_field import person_field
from requests_app.models.retention import OVERSIGHT
from requests_app.models.review import SecrecyReview


class ReplayRun(models.Model):
    """An order to try decisions anew. Without an authority: those of every one."""

    retention = OVERSIGHT
    belongs = ("authority",)

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="+",
        null=True,
    )
    # As law.premise writes it; empty: today's law.
    premise = models.CharField(_("premise"), max_length=500, blank=True)
    since = models.DateField(_("decisions since"), null=True)
    ordered_by = person_field(_("ordered by"))
    ordered_at = models.DateTimeField(_("ordered"))

    class Meta:
        verbose_name = _("replay of decisions")
        verbose_name_plural = _("replays of decisions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.premise or gettext("Today's law")


class ReplayBatch(models.Model):
    """How far a run has come: one row for each piece that is done."""

    retention = OVERSIGHT

    run = models.ForeignKey(ReplayRun, models.PROTECT, related_name="batches")
    # The number of the last proposal that was tried.
    up_to = models.BigIntegerField()
    cases = models.PositiveIntegerField()
    is_last = models.BooleanField()
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("batch of a replay")
        verbose_name_plural = _("batches of replays")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["run", "up_to"], name="replay_batch_once"),
            models.UniqueConstraint(
                fields=["run"], condition=models.Q(is_last=True), name="replay_one_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class ReplayedCase(models.Model):
    """A decision or open proposal that would come out differently."""

    retention = OVERSIGHT

    class Result(models.TextChoices):
        NOT_GRANTED = "not_granted", _("Could not be granted")
        NOT_ASSESSED = "not_assessed", _("Not answered: would have to be assessed")
        OTHER_TERMS = "other_terms", _("Could be granted, on other terms")
        GRANTABLE = "grantable", _("Was refused, and could be granted")

    run = models.ForeignKey(ReplayRun, models.PROTECT, related_name="cases")
    review = models.ForeignKey(SecrecyReview, models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="+")
    result = models.CharField(_("would come out"), max_length=12, choices=Result)
    reasons = ArrayField(models.TextField(), verbose_name=_("why"))
    # What it opened, where that ran when the run came by.
    access_grant = models.ForeignKey(
        AccessGrant, models.PROTECT, related_name="+", null=True
    )

    class Meta:
        verbose_name = _("case tried anew")
        verbose_name_plural = _("cases tried anew")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["run", "proposal"], name="replay_case_once")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
