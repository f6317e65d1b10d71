"""For whom a standing assessment was made: legal entities, each at one place."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.catalogue.countries import EEA
from requests_app.models.provider import Provider
from requests_app.models.retention import REGISTER
from requests_app.models.standing_assessment import StandingAssessment

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
