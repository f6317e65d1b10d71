"""Decision, of the models of secrecy review: condition, correction, reservation, return
comment, service of decision, terms and translation."""

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.terms import Terms
from requests_app.core.fields import person_field
from requests_app.core.models import GRANTS, Content, Meaning, Outcome
from requests_app.core.people.models import Authority
from requests_app.core.retention import (
    ELSEWHERE,
    WITH_CASE,
    WORKING_PAPER,
    Official,
    Way,
)
from requests_app.organisation.models import DelegationRule

# What a proposal and the decision that is made of it both say.


# Proposal and decision. A decision is never edited: it is corrected or superseded.


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


# Conditions agreed for an access, and whether they were kept.


class Condition(AuditedModel):
    """A condition (villkor): contractual or technical, and what became of it."""

    retention = WITH_CASE
    document = ELSEWHERE

    class Kind(models.TextChoices):
        DURATION = "duration", _("Access at most for the time granted")
        NAMED_OBJECT = "named_object", _("Only the objects named")
        NAMED_ENGINEER = (
            "named_engineer",
            _("Carried out by an engineer named in advance"),
        )
        INSIDE_EEA = "inside_eea", _("Carried out from within the EEA")
        SCREEN_SHARE = "screen_share", _("Only as a screen shared with our staff")
        NO_COPYING = "no_copying", _("Nothing is copied, exported or read beyond need")
        ACCOUNT = "account", _("A written account afterwards")
        OTHER = "other", _("Another condition")

    class Nature(models.TextChoices):
        CONTRACTUAL = "contractual", _("By contract")
        TECHNICAL = "technical", _("Technical")

    # Kept by the provider's or our own technique, not by promise alone.
    TECHNICAL = (Kind.SCREEN_SHARE,)

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="conditions",
    )
    proposal = models.ForeignKey(
        Proposal,
        models.PROTECT,
        verbose_name=_("proposal"),
        related_name="conditions",
    )
    kind = models.CharField(_("condition"), max_length=14, choices=Kind)
    nature = models.CharField(_("nature"), max_length=11, choices=Nature)
    # As the recipient reads it.
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("wording"), related_name="+"
    )
    due_days = models.PositiveSmallIntegerField(
        _("within (working days)"), null=True, blank=True
    )

    history = History()

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def nature_of(cls, kind: str) -> str:
        technical = kind in cls.TECHNICAL
        return cls.Nature.TECHNICAL if technical else cls.Nature.CONTRACTUAL


class ConditionFollowUp(AuditedModel):
    """Was a condition kept? Said by somebody, at a time; the newest counts."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="noted_at")

    condition = models.ForeignKey(
        Condition,
        models.PROTECT,
        verbose_name=_("condition"),
        related_name="follow_ups",
    )
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="follow_ups",
    )
    is_kept = models.BooleanField(_("kept"))
    note = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("note"), related_name="+", null=True
    )
    noted_by = person_field(_("noted by"))
    noted_at = models.DateTimeField(_("noted"))

    history = History()

    class Meta:
        verbose_name = _("follow-up of a condition")
        verbose_name_plural = _("follow-ups of conditions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"


# Corrections of decisions.


class Correction(AuditedModel):
    """A clerical error corrected (FL 36 §): a record of its own beside the decision."""

    retention = WITH_CASE
    document = ELSEWHERE

    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        verbose_name=_("decision"),
        related_name="corrections",
    )
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("correction"), related_name="+"
    )
    corrected_by = person_field(_("corrected by"))
    corrected_at = models.DateTimeField(_("corrected"))

    history = History()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}"


# Reservations (förbehåll) under OSL 10:14.


class Reservation(AuditedModel):
    """A reservation (förbehåll): which person is bound, and what they may not do. Each
    person has one of their own.

    It makes a punishable duty of silence and can be appealed (OSL 6:7, 13:5, 14:2).
    """

    retention = WITH_CASE
    document = ELSEWHERE

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="reservations",
    )
    proposal = models.ForeignKey(
        Proposal,
        models.PROTECT,
        verbose_name=_("proposal"),
        related_name="reservations",
    )
    bound = models.CharField(_("who is bound"), max_length=300)
    prohibition = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what they may not do"),
        related_name="+",
    )

    history = History()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}"


# Comments on a proposal that was returned, each at what it concerns.


class ReturnCommentQuerySet(models.QuerySet["ReturnComment"]):
    def unsettled(self) -> "ReturnCommentQuerySet":
        """Those that the case officer has not ticked off."""
        return self.filter(settled_at=None)


class ReturnComment(AuditedModel):
    """What a decision-maker wants changed in a paragraph of the proposal or an answer
    of its assessment, and whether the case officer has ticked it off."""

    retention = WITH_CASE
    document = WORKING_PAPER

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="return_comments",
    )
    proposal = models.ForeignKey(
        Proposal,
        models.PROTECT,
        verbose_name=_("proposal"),
        related_name="return_comments",
    )
    # The field in which it is changed, of the form that proposes or assesses.
    about = models.CharField(_("about"), max_length=60)
    # As it read then: it may be gone since.
    quote = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("what it concerns"), related_name="+"
    )
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("comment"), related_name="+"
    )
    written_by = person_field(_("written by"))
    written_at = models.DateTimeField(_("written"))
    settled_by = person_field(_("ticked off by"), null=True)
    settled_at = models.DateTimeField(_("ticked off"), null=True)

    history = History()
    objects = ReturnCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on a returned proposal")
        verbose_name_plural = _("comments on returned proposals")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_by=None, settled_at=None)
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="returncomment_ticked_off_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# When a decision was served on its recipient (delgivning).


class ServiceOfDecision(AuditedModel):
    """When the decision was served (delgivning) on its party; a reservation binds from
    when it was served, each person by a service of their own."""

    retention = WITH_CASE

    class Way(models.TextChoices):
        EMAIL = "email", _("E-mail, receipt confirmed")
        LETTER = "letter", _("Letter with proof of receipt")
        PORTAL = "portal", _("The provider's portal or our API")
        HAND = "hand", _("Handed over")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="services",
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name=_("decision"), related_name="services"
    )
    # The one that binds the person it was served on; none of the party's service.
    reservation = models.ForeignKey(
        Reservation,
        models.PROTECT,
        verbose_name=_("reservation"),
        related_name="services",
        null=True,
    )
    served_at = models.DateTimeField(_("served"))
    way = models.CharField(_("how"), max_length=6, choices=Way)
    recipient = models.CharField(_("to whom"), max_length=200)
    recorded_by = person_field(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))

    history = History()

    class Meta:
        verbose_name = _("service of a decision")
        verbose_name_plural = _("service of decisions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "reservation"],
                name="served_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


def unserved_reservations() -> QuerySet[Reservation]:
    """The reservations not yet served, of a decision that is the outer row."""
    return Reservation.objects.filter(proposal=OuterRef("proposal"), services=None)


def is_unserved() -> Any:
    """In a query of decisions: is one not served on the party, or not on everyone who
    is bound?"""
    party = ServiceOfDecision.objects.filter(decision=OuterRef("pk"), reservation=None)
    reserved = Q(outcome=Outcome.GRANTED_WITH_RESERVATION)
    return ~Exists(party) | reserved & Exists(unserved_reservations())


def is_served(decision: Decision) -> bool:
    """Has it reached everyone whom it is for? No query where the services are at hand
    and nobody is bound by a reservation."""
    if decision.outcome != Outcome.GRANTED_WITH_RESERVATION:
        return bool(decision.services.all())
    return not Decision.objects.filter(is_unserved(), pk=decision.pk).exists()


# Translations of decisions.


class Translation(AuditedModel):
    """A decision in English, for a recipient who needs that to look after their rights
    (FL 13 §). The decision itself is the one that applies."""

    retention = WITH_CASE
    document = ELSEWHERE

    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        verbose_name=_("decision"),
        related_name="translations",
    )
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("translation"), related_name="+"
    )
    translated_by = person_field(_("translated by"))
    translated_at = models.DateTimeField(_("translated"))

    history = History()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}"
