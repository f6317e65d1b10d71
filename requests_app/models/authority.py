"""Authorities: each board and municipal company is its own under the secrecy act."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.catalogue import courts
from requests_app.models.municipality import Municipality
from requests_app.models.retention import REGISTER
from requests_app.words import diary_pattern


class Authority(AuditedModel):
    """A board (nämnd) or municipal company (OSL 2:3, 8:1)."""

    retention = REGISTER

    class Kind(models.TextChoices):
        BOARD = "board", _("Board")
        COMPANY = "company", _("Municipal company")

    class Regime(models.TextChoices):
        FL_FULL = "fl_full", _("A decision under the Administrative Procedure Act")
        KL_LEGALITY = "kl_legality", _("A decision open to review of legality")
        INTERNAL = "internal", _("An internal act under the contract")

    code = models.CharField(
        _("code"),
        max_length=12,
        help_text=_("Begins the authority's diary numbers, such as ABC 2026-0001."),
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.BOARD)
    # Within one, managers of whoever runs the connections stand in for each other.
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        verbose_name=_("municipality"),
        related_name="authorities",
        help_text=_("Of which the authority is part."),
    )
    managers_from = models.ForeignKey(
        Municipality,
        models.PROTECT,
        verbose_name=_("municipality whose managers stand in"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_(
            "Another one, which runs the connections, and by an agreement also gives"
            " and confirms roles here where the authority has no manager who can: its"
            " organisation number."
        ),
    )
    managers_agreement = models.CharField(
        _("agreement that says so"),
        max_length=200,
        blank=True,
        help_text=_("Its parties, date and diary number."),
    )
    # Whether an answer to a provider is a decision in law is for the city's lawyers;
    # only notices and the text on appeal depend on it (legal.md 8).
    regime = models.CharField(
        _("what an answer is in law"),
        max_length=11,
        choices=Regime,
        default=Regime.INTERNAL,
    )
    # Open points of law, settled by the authority's lawyers; until then the stricter.
    tender_secrecy_yields = models.BooleanField(
        _("OSL 10:2 a breaks tender secrecy (19:3 second paragraph)"),
        default=False,
        help_text=_(
            "The paragraph says “in no case”. Until the authority's lawyers hold"
            " otherwise, nothing breaks it."
        ),
    )
    silence_reaches_abroad = models.BooleanField(
        _("The duty of silence (2020:914) reaches staff abroad"),
        default=False,
        help_text=_(
            "Until the authority's lawyers hold so, the duty does not speak for"
            " disclosure where the engineer works outside Sweden."
        ),
    )
    dumps_are_technical = models.BooleanField(
        _("Reading a memory dump is only technical processing"),
        default=False,
        help_text=_(
            "Until the authority's lawyers hold so, OSL 10:2 a does not carry access"
            " to a memory dump or trace."
        ),
    )
    diary_pattern = models.CharField(
        _("pattern of diary numbers"),
        max_length=100,
        blank=True,
        help_text=_(
            "A regular expression that every number from the authority's own diary"
            " must match, such as GSN \\d{4}/\\d{1,5}. Left empty, any number will do."
        ),
    )
    diary_example = models.CharField(
        _("example of a diary number"),
        max_length=40,
        blank=True,
        help_text=_("Shown beside the field where the number is typed."),
    )
    diary_system = models.CharField(
        _("diary system that numbers cases too"),
        max_length=60,
        blank=True,
        help_text=_("Its name. What is registered here is to stand there as well."),
    )
    security_contact = models.CharField(
        _("whom to call when a review is stopped"),
        max_length=200,
        blank=True,
        help_text=_(
            "Name and telephone number in cases of protective security, also at night."
            " Shown where a review is stopped."
        ),
    )
    disk_encryption = models.CharField(
        _("how the disks are encrypted"),
        max_length=200,
        blank=True,
        help_text=_(
            "Of the authority that runs the servers: how the disks of the database, its"
            " backups and snapshots are encrypted, who has looked, and when."
        ),
    )
    # What a decision must say of whom to write to, and of the court.
    postal_address = models.CharField(_("postal address"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    administrative_court = models.CharField(
        _("administrative court"),
        max_length=10,
        blank=True,
        choices=courts.choices(),
        help_text=_(
            "The one in whose circuit the authority lies. Its administrative court of"
            " appeal follows from it."
        ),
    )
    # The law on protective security says “promptly”: what that is, the authority says.
    prompt_hours = models.PositiveSmallIntegerField(
        _("promptly (hours)"),
        default=24,
        validators=[MinValueValidator(1)],
        help_text=_(
            "How soon a report to the Security Service is made, from when it was known."
        ),
    )
    court_contact = models.CharField(
        _("address and e-mail of the administrative court"),
        max_length=200,
        blank=True,
        help_text=_("Stands in the notice where an appeal is sent to the court."),
    )

    history = History()

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        ordering = ["name"]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=["municipality", name],
                    name=f"authority_{name}_unique_in_municipality",
                    violation_error_message=_(
                        "Another authority of the municipality is called so already."
                    ),
                )
                for name in ("code", "name")
            ),
            # A duty that is due when it is known could not be recorded, nor the stop.
            models.CheckConstraint(
                condition=models.Q(prompt_hours__gte=1),
                name="authority_promptly_is_some_time",
            ),
            models.CheckConstraint(
                condition=models.Q(managers_from=None, managers_agreement="")
                | models.Q(managers_from__isnull=False)
                & ~models.Q(managers_agreement=""),
                name="authority_managers_by_agreement",
                violation_error_message=_(
                    "Name the municipality, and the agreement by which its managers"
                    " stand in: both, or neither."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not self.diary_pattern:
            return
        if trouble := diary_pattern.trouble_with(self.diary_pattern):
            raise ValidationError({"diary_pattern": trouble})
        if not self.numbers_like(self.diary_example):
            raise ValidationError(
                {"diary_example": _("Write an example that the pattern matches.")}
            )

    def numbers_like(self, number: str) -> bool:
        """Is it such a number as the authority's diary gives?"""
        pattern = self.diary_pattern
        return not pattern or diary_pattern.matches(pattern, number)


class SecrecyBranch(AuditedModel):
    """An independent branch of activity inside an authority (OSL 8:2)."""

    retention = REGISTER

    authority = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("authority"), related_name="branches"
    )
    name = models.CharField(_("name"), max_length=200)

    history = History()

    class Meta:
        verbose_name = _("branch of activity")
        verbose_name_plural = _("branches of activity")
        ordering = ["authority__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "name"], name="branch_unique_in_authority"
            )
        ]

    def __str__(self) -> str:
        return self.name


def refuse_foreign_branch(row: Any) -> None:
    """For rows with an authority and a branch: the branch is the authority's own."""
    if row.branch and row.branch.authority_id != row.authority_id:
        raise ValidationError({"branch": _("The branch belongs to another authority.")})
