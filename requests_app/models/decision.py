"""Proposal and decision. A decision is never edited: it is corrected or superseded."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit_app.history import History
from requests_app.models.authority import Authority
from requests_app.models.content import Content
from requests_app.models.delegation import DelegationRule
from requests_app.models.official import ELSEWHERE, WORKING_PAPER
from requests_app.models.outcome import GRANTS, Meaning
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview
from requests_app.models.terms import Terms


class Proposal(Terms):
    """The case officer's proposal (föredragning)."""

    retention = WITH_CASE
    document = WORKING_PAPER

    class Status(models.TextChoices):
        OPEN = "open", _("Awaiting decision")
        DECIDED = "decided", _("Decided")
        RETURNED = "returned", _("Returned")
        OVERTAKEN = "overtaken", _("Overtaken by events")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="proposals",
    )
    proposed_by = person_field(_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"))
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.OPEN, editable=False
    )
    returned_comment = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("comment"),
        related_name="+",
        null=True,
    )

    history = History()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(status="open"),
                name="proposal_one_open_per_review",
            ),
            # Nothing is left out without a word on why that is necessary.
            models.CheckConstraint(
                condition=Q(left_out_for="", left_out_because=None)
                | ~Q(left_out_for="") & Q(left_out_because__isnull=False),
                name="proposal_says_why_reasons_are_left_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# Of rows with a proposal: those of a decision that stands.
OF_CURRENT_DECISION = Q(
    proposal__status=Proposal.Status.DECIDED, proposal__decision__superseded_by=None
)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def current(self) -> "DecisionQuerySet":
        """Decisions that stand: no later one has taken their place."""
        later = Decision.objects.filter(supersedes=OuterRef("pk"))
        return self.exclude(Exists(later))  # a join is reckoned to give one row


class Decision(Terms):
    """A decision by a person, under a delegation rule that is copied onto it.

    Insert-only: no role of the application can change a row.
    """

    retention = WITH_CASE
    document = ELSEWHERE

    # The proposal is what was read; a decision says the same or is not made.
    proposal = models.OneToOneField(
        Proposal, models.PROTECT, verbose_name=_("proposal"), related_name="decision"
    )
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="decisions",
    )
    decided_by = person_field(_("decision-maker"))
    decided_by_name = models.CharField(_("decision-maker's name"), max_length=200)
    rapporteur = person_field(_("rapporteur"))
    rapporteur_name = models.CharField(_("rapporteur's name"), max_length=200)
    decided_at = models.DateTimeField(_("decided"))
    delegation_rule = models.ForeignKey(
        DelegationRule, models.PROTECT, verbose_name=_("delegation"), related_name="+"
    )
    delegation_snapshot = models.JSONField(_("the delegation as it was"))
    security_protection = models.CharField(
        _("security-classified information"),
        max_length=12,
        choices=SecrecyReview.SecurityProtection,
    )
    # Copied: notices and the text on appeal follow it.
    regime = models.CharField(
        _("what it is in law"), max_length=11, choices=Authority.Regime
    )
    # Copied: what it means to the provider, as its product was when it was made.
    answer = models.CharField(
        _("means to the provider"), max_length=7, choices=Meaning, blank=True
    )
    # Why the board could not be awaited, where somebody decided in its place (KL 6:39).
    urgent_because = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("why it could not wait"),
        related_name="+",
        null=True,
    )
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("supersedes"),
        related_name="superseded_by",
        null=True,
    )

    history = History()
    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["-decided_at", "-id"], name="decision_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("rapporteur")), name="decision_four_eyes"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[str(outcome) for outcome in GRANTS])
                | Q(security_protection="no"),
                name="decision_security_protection_stops",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[str(outcome) for outcome in GRANTS])
                | Q(granted_minutes__isnull=False, granted_minutes__gt=0),
                name="decision_grant_has_a_length",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[str(outcome) for outcome in GRANTS])
                | ~Q(ground=""),
                name="decision_grant_names_its_ground",
            ),
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(supersedes=None),
                name="decision_first_of_review",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def has_lost_its_item(self) -> bool:
        """Was the item of delegation ended later, from a day before the decision?"""
        ends = self.delegation_rule.valid_to
        return ends is not None and ends < timezone.localdate(self.decided_at)

    @property
    def grants(self) -> bool:
        return self.outcome in GRANTS
