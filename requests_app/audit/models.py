"""An audit that is kept: what was examined, how it was drawn, and what was found."""

import hashlib
from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.fields import person_field
from requests_app.core.models import Content, Outcome
from requests_app.core.people.models import Authority
from requests_app.core.retention import OVERSIGHT

# Cases of one sample; more are several audits.
MOST = 200


def drawn(seed: str, numbers: Iterable[str]) -> list[str]:
    """The case numbers in the order in which they are drawn: by SHA-256 of the seed's
    own characters followed by the number, in UTF-8. Anybody can draw them again."""
    return sorted(
        numbers, key=lambda number: hashlib.sha256((seed + number).encode()).digest()
    )


class SavedAudit(AuditedModel):
    """A random sample of an authority's decided cases, examined case by case.

    What it was drawn from is kept with it: the auditor's seed, every case number there
    was, and how many lines of the ledger were sealed then. When it has ended nothing
    changes.
    """

    retention = OVERSIGHT

    name = models.CharField(_("name"), max_length=200)
    authority = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("authority"), related_name="+"
    )
    decided_from = models.DateField(_("decided from"))
    decided_to = models.DateField(_("decided to, included"))
    outcome = models.CharField(_("outcome"), max_length=24, choices=Outcome, blank=True)
    size = models.PositiveSmallIntegerField(_("cases in the sample"))
    seed = models.CharField(_("seed"), max_length=64)
    # A case number a line.
    population = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("drawn from"), related_name="+"
    )
    population_size = models.PositiveIntegerField(_("cases drawn from"))
    ledger_size = models.BigIntegerField(_("lines sealed when it was drawn"))
    made_by = person_field(_("made by"))
    made_at = models.DateTimeField(_("made"))
    conclusion = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("conclusion"),
        related_name="+",
        null=True,
    )
    ended_by = person_field(_("ended by"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    history = History()

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_from__lte=F("decided_to")),
                name="savedaudit_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=F("population_size")),
                name="savedaudit_sample_of_population",
            ),
            models.CheckConstraint(
                condition=Q(seed__regex=r"^\S.{6,}\S$"), name="savedaudit_seed"
            ),
            models.CheckConstraint(
                condition=Q(conclusion=None, ended_by=None, ended_at=None)
                | Q(
                    conclusion__isnull=False,
                    ended_by__isnull=False,
                    ended_at__isnull=False,
                ),
                name="savedaudit_ended_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SampledCase(AuditedModel):
    """A case of the sample, and as which it was drawn: from one."""

    retention = OVERSIGHT

    audit = models.ForeignKey(
        SavedAudit, models.PROTECT, verbose_name=_("audit"), related_name="cases"
    )
    review = models.ForeignKey(
        SecrecyReview, models.PROTECT, verbose_name=_("review"), related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("drawn as number"))

    history = History()

    class Meta:
        verbose_name = _("case of an audit")
        verbose_name_plural = _("cases of audits")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "review"], name="sampledcase_once"
            ),
            models.UniqueConstraint(
                fields=["audit", "position"], name="sampledcase_one_a_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}"


class AuditFinding(AuditedModel):
    """The answer to one question of the checklist about one case."""

    retention = OVERSIGHT

    class Question(models.TextChoices):
        """Asked of every case, in this order."""

        DELEGATION = "delegation", _("Had it been delegated to whoever decided it?")
        TWO_PERSONS = "two_persons", _("Did one prepare it and another decide it?")
        REASONS = "reasons", _("Do the reasons say which provision, and why?")
        IN_TIME = "in_time", _("Was it answered within the provider's time?")
        ACCESS_ENDED = "access_ended", _("Did access end when it was to end?")
        DEVIATIONS = "deviations", _("Were deviations from the decision dealt with?")

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        NOT_APPLICABLE = "none", _("Does not apply")

    audit = models.ForeignKey(
        SavedAudit, models.PROTECT, verbose_name=_("audit"), related_name="findings"
    )
    review = models.ForeignKey(
        SecrecyReview, models.PROTECT, verbose_name=_("review"), related_name="+"
    )
    question = models.CharField(_("question"), max_length=16, choices=Question)
    answer = models.CharField(_("answer"), max_length=4, choices=Answer)
    text = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what was found"),
        related_name="+",
        null=True,
    )
    answered_by = person_field(_("answered by"))
    answered_at = models.DateTimeField(_("answered"))

    history = History()

    class Meta:
        verbose_name = _("finding of an audit")
        verbose_name_plural = _("findings of audits")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "review", "question"], name="auditfinding_once"
            ),
            # What is not as it should be is said.
            models.CheckConstraint(
                condition=~Q(answer="no") | Q(text__isnull=False),
                name="auditfinding_no_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
