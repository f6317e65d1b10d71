"""Standing, of the models of the registers: standing assessment and standing
recipient."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.core.catalogue import EEA
from requests_app.core.fields import person_field, refuse_backward_days
from requests_app.core.models import Content
from requests_app.core.people.models import Authority
from requests_app.core.retention import REGISTER, WITH_CASE
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.cloud import Provider
from requests_app.registers.models.information import InformationSet

# Standing assessments: what is settled beforehand for a provider's kind of access.


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
    impact_assessment = models.CharField(
        _("impact assessment"),
        max_length=200,
        blank=True,
        help_text=_("Name and date (GDPR art. 35); empty: each case says."),
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
        "requests_app.SecrecyReview",
        models.PROTECT,
        verbose_name=_("review"),
        related_name="reliances",
    )
    proposal = models.ForeignKey(
        "requests_app.Proposal",
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


# For whom a standing assessment was made: legal entities, each at one place.

# The one decision that holds only for companies that are certified: (EU) 2023/1795.
CERTIFIED_ONLY = ("US",)


class TransferGround(models.TextChoices):
    """Chapter V of the GDPR, as far as a provider's remote access is a transfer."""

    NOT_NEEDED = "not_needed", _("None needed: no transfer")
    ADEQUACY = "adequacy", _("Adequacy decision (art. 45)")
    CLAUSES = (
        "clauses",
        _("Standard contractual clauses with an assessment (GDPR art. 46)"),
    )
    BINDING_RULES = "bcr", _("Binding corporate rules (art. 46.2 b, 47)")


def same_name(name: str) -> str:
    """A legal entity's name as it is compared: spaces and capitals apart, all of it."""
    return " ".join(name.split()).casefold()


class StandingRecipient(AuditedModel):
    """A legal entity at one place, and on what ground personal data may go there.

    A company of the provider's group is not the provider, and each place is its own.
    """

    retention = REGISTER

    class Relation(models.TextChoices):
        PROVIDER = "provider", _("The provider itself")
        GROUP = "group", _("Another company of its group")
        SUBPROCESSOR = "subcontractor", _("An approved sub-processor")

    class Certification(models.TextChoices):
        ACTIVE = "yes", _("Active")
        NOT_NEEDED = "not_needed", _("The country's decision demands none")

    CLASSES = [(level, str(level)) for level in (1, 2, 3)]

    standing_assessment = models.ForeignKey(
        StandingAssessment,
        models.PROTECT,
        verbose_name=_("standing assessment"),
        related_name="recipients",
    )
    legal_entity = models.CharField(
        _("legal entity"),
        max_length=200,
        help_text=_("As the request names the engineer's employer, all of the name."),
    )
    country = models.CharField(_("country of the engineer"), max_length=2)
    relation = models.CharField(
        _("is to the provider"), max_length=13, choices=Relation
    )
    purpose = models.CharField(
        _("purpose"),
        max_length=200,
        help_text=_("What access may be for, as in “repair in a support case”."),
    )
    highest_class = models.PositiveSmallIntegerField(
        _("highest class"), choices=CLASSES, default=3
    )
    transfer_ground = models.CharField(
        _("ground for transfer"), max_length=10, choices=TransferGround
    )
    transfer_reference = models.CharField(
        _("decision or agreement"), max_length=200, blank=True
    )
    certification = models.CharField(
        _("certification"), max_length=10, choices=Certification, blank=True
    )
    covers_staff_data = models.BooleanField(
        _("the certification covers data on employees"), default=False
    )
    certification_checked = models.DateField(
        _("certification looked up"), null=True, blank=True
    )

    history = History()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(transfer_ground="not_needed") | ~Q(transfer_reference=""),
                name="recipient_ground_says_which",
            ),
            models.CheckConstraint(
                condition=~Q(transfer_ground="adequacy") | ~Q(certification=""),
                name="recipient_adequacy_asks_certification",
            ),
            models.CheckConstraint(
                condition=~Q(certification="yes")
                | Q(certification_checked__isnull=False),
                name="recipient_certification_was_looked_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.legal_entity}, {self.country}"

    def is_of(self, employer: str, country: str, level: int) -> bool:
        """The very same legal entity at the place, for nothing more sensitive."""
        return (
            same_name(self.legal_entity) == same_name(employer)
            and self.country == country.upper()
            and level <= self.highest_class
        )

    def clean(self) -> None:
        errors = {
            **self._relation_errors(),
            **self._ground_errors(),
            **self._certification_errors(),
        }
        if errors:
            raise ValidationError(errors)

    def _relation_errors(self) -> dict[str, Any]:
        provider = self._provider
        if self.relation != self.Relation.PROVIDER or provider is None:
            return {}
        if same_name(self.legal_entity) == same_name(provider.name):
            return {}
        text = _("The provider itself is %(name)s: a company beside it is another.")
        return {"relation": ValidationError(text, params={"name": provider.name})}

    def _ground_errors(self) -> dict[str, Any]:
        grounded = self.transfer_ground != TransferGround.NOT_NEEDED
        if grounded and not self.transfer_reference:
            return {"transfer_reference": _("A ground for transfer says which.")}
        if grounded or not self._is_transfer:
            return {}
        text = _(
            "Access from a third country by another legal entity than the provider, or"
            " by one established there, is a transfer: it needs a ground."
        )
        return {"transfer_ground": text}

    def _certification_errors(self) -> dict[str, Any]:
        if self.transfer_ground != TransferGround.ADEQUACY:
            return {}
        active = self.certification == self.Certification.ACTIVE
        if not self.certification or (self.country in CERTIFIED_ONLY and not active):
            text = _("Look up whether the company itself is certified, and for what.")
            return {"certification": text}
        if active and self.certification_checked is None:
            return {"certification_checked": _("Say when it was looked up.")}
        return {}

    @property
    def _is_transfer(self) -> bool:
        """Only staff of a legal entity inside can work outside without one."""
        provider = self._provider
        own = self.relation == self.Relation.PROVIDER
        if own and provider is not None:
            return provider.country not in EEA.split()
        return self.country not in EEA.split()

    @property
    def _provider(self) -> Provider | None:
        """The provider, if one has been chosen for an assessment that is being written;
        for a row of a file it may not have been found."""
        row = getattr(self, "standing_assessment", None)
        return row.provider if row is not None and row.provider_id else None
