"""Standing assessments: what is settled beforehand for a provider's kind of access."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.content import Content
from requests_app.models.days import refuse_backward_days
from requests_app.models.decision import Proposal
from requests_app.models.delegation import DelegationRule
from requests_app.models.information import InformationSet
from requests_app.models.person_field import person_field
from requests_app.models.provider import Provider
from requests_app.models.retention import REGISTER, WITH_CASE
from requests_app.models.review import SecrecyReview


class Factor(models.TextChoices):
    """What suitability under OSL 10:2 a is weighed on (legal.md 1.5)."""

    DATA = "data", _("Kind and amount of data")
    STRENGTH = "strength", _("Strength of the secrecy")
    PERSONS = "persons", _("Number of persons who get access")
    SILENCE = "silence", _("Punishable duty of silence (2020:914)")
    FOREIGN_LAW = "foreign_law", _("Law of another country")
    SECURITY = "security", _("Security measures")
    ALTERNATIVES = "alternatives", _("Alternatives")
    EXPECTATIONS = "expectations", _("What the individual can expect")


class Weight(models.TextChoices):
    """What a factor says of the suitability."""

    FOR = "for", _("Speaks for")
    NEUTRAL = "neutral", _("Neutral")
    AGAINST = "against", _("Speaks against")


class StandingAssessmentQuerySet(models.QuerySet["StandingAssessment"]):
    def valid(self, day: date) -> "StandingAssessmentQuerySet":
        return self.filter(
            confirmed_at__isnull=False,
            revoked_at=None,
            valid_from__lte=day,
            review_due__gte=day,
        )


class StandingAssessment(AuditedModel):
    """For an authority, a provider and an information set (or all of its sets): for
    the recipients that it names.

    Made by one person and confirmed by another. One request's review relies on it.
    """

    retention = REGISTER

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="standing_assessments",
    )
    provider = models.ForeignKey(
        Provider,
        models.PROTECT,
        verbose_name=_("provider"),
        related_name="standing_assessments",
    )
    information_set = models.ForeignKey(
        InformationSet,
        models.PROTECT,
        verbose_name=_("information set"),
        related_name="standing_assessments",
        null=True,
        blank=True,
        help_text=_("Empty: every set of the authority that has none of its own."),
    )
    is_suitable = models.BooleanField(
        _("not unsuitable (OSL 10:2 a)"),
        help_text=_(
            "As a rule, for access of the usual kind; each request is weighed."
        ),
    )
    # {factor: "for" | "against" | "neutral"}: proposals for each request's review.
    factors = models.JSONField(_("factors"), default=dict, blank=True)
    suitability = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("reasons for the suitability"),
        related_name="+",
    )
    assignment = models.CharField(
        _("assignment"),
        max_length=200,
        blank=True,
        help_text=_("The contract and the board's instruction; empty: there is none."),
    )
    processor_agreement = models.CharField(
        _("processor agreement"),
        max_length=200,
        blank=True,
        help_text=_("Name and date (GDPR art. 28); empty: there is none."),
    )
    valid_from = models.DateField(_("valid from"))
    review_due = models.DateField(_("to be reviewed by"))
    contract_ends = models.DateField(
        _("the contract ends"),
        null=True,
        blank=True,
        help_text=_("Empty: until further notice. Nothing rests on it after that day."),
    )
    made_by = person_field(_("made by"))
    confirmed_by = person_field(_("confirmed by"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    # Confirming is a decision under delegation, and the rule is copied onto it.
    delegation_rule = models.ForeignKey(
        DelegationRule,
        models.PROTECT,
        verbose_name=_("delegation rule"),
        related_name="+",
        null=True,
        editable=False,
    )
    delegation_snapshot = models.JSONField(
        _("the rule as it was"), null=True, editable=False
    )
    revoked_by = person_field(_("revoked by"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_reason = models.CharField(_("why revoked"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = StandingAssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing assessment")
        verbose_name_plural = _("standing assessments")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(review_due__gt=F("valid_from")),
                name="standing_review_due_after_start",
                violation_error_message=_("It is due for review before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(contract_ends=None) | Q(review_due__lte=F("contract_ends")),
                name="standing_within_the_contract",
                violation_error_message=_(
                    "It is to be reviewed no later than the contract ends."
                ),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("made_by")),
                name="standing_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="standing_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None)
                | (Q(revoked_by__isnull=False) & ~Q(revoked_reason="")),
                name="standing_revoked_says_why",
            ),
        ]
        indexes = [models.Index(fields=["authority", "provider", "information_set"])]

    def __str__(self) -> str:
        return f"{self.provider} – {self.information_set or self.authority}"

    def clean(self) -> None:
        refuse_backward_days(self, "review_due")

    @property
    def state(self) -> Any:
        if self.revoked_at:
            return _("Revoked")
        return _("In force") if self.confirmed_at else _("To be confirmed")


class StandingReliance(AuditedModel):
    """What a review's proposal relied on: who revokes it is told."""

    retention = WITH_CASE

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="reliances",
    )
    proposal = models.ForeignKey(
        Proposal,
        models.PROTECT,
        verbose_name=_("proposal"),
        related_name="reliances",
    )
    standing_assessment = models.ForeignKey(
        StandingAssessment,
        models.PROTECT,
        verbose_name=_("standing assessment"),
        related_name="reliances",
    )

    history = History()

    class Meta:
        verbose_name = _("reliance on a standing assessment")
        verbose_name_plural = _("reliance on standing assessments")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "standing_assessment"], name="reliance_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
