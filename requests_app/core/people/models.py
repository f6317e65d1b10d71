"""The models of people: absence, authority, board powers, draft, municipality, role,
role assignment, role in force and usable."""

from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from audit_app.retention import WHILE_NEEDED
from requests_app.core import catalogue
from requests_app.core.fields import days_of_row, person_field, refuse_backward_days
from requests_app.core.municipality import HERE, Municipality
from requests_app.core.retention import DRAFT, REGISTER
from requests_app.core.words import texts

# When a person is away, and who stands in.


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def in_force(self, day: date) -> "AbsenceQuerySet":
        return self.filter(valid_from__lte=day, valid_to__gte=day)


class Absence(AuditedModel):
    """A person's absence; a substitute, if there is one, needs a role of their own."""

    retention = REGISTER

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="absences",
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("substitute"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_(
            "Empty: nobody stands in, and the others with the same role are asked."
        ),
    )
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"))

    history = History()
    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="absence_ends_after_it_starts",
                violation_error_message=_("The absence ends before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(person=F("substitute")),
                name="absence_substitute_is_another",
                violation_error_message=_("Nobody stands in for themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def clean(self) -> None:
        refuse_backward_days(self)


# Authorities: each board and municipal company is its own under the secrecy act.


class Authority(AuditedModel):
    """A board (nämnd) or municipal company (OSL 2:3, 8:1)."""

    bounded_by = "municipality"
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
        choices=catalogue.choices(),
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
        if trouble := texts.trouble_with(self.diary_pattern):
            raise ValidationError({"diary_pattern": trouble})
        if not self.numbers_like(self.diary_example):
            raise ValidationError(
                {"diary_example": _("Write an example that the pattern matches.")}
            )

    def numbers_like(self, number: str) -> bool:
        """Is it such a number as the authority's diary gives?"""
        pattern = self.diary_pattern
        return not pattern or texts.matches(pattern, number)


class SecrecyBranch(AuditedModel):
    """An independent branch of activity inside an authority (OSL 8:2)."""

    bounded_by = "authority__municipality"
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


# What boards have by the Local Government Act, and a company has not.

OF_BOARDS = {
    "elected_as": _("Only a board's chair decides in its place (KL 6:39)."),
    "report_to_board": _(
        "A company has no board to report to (KL 6:40, 7:8): leave it unticked."
    ),
}


def refuse_board_powers(rule: Any) -> None:
    """Raise ValidationError at what a company's delegation rule can't say. Whose it is
    may not have been chosen."""
    if rule.authority_id and rule.authority.kind == Authority.Kind.COMPANY:
        errors = {name: text for name, text in OF_BOARDS.items() if getattr(rule, name)}
        if errors:
            raise ValidationError(errors)


# What somebody typed and has not sent, and who has which form open: given back, told,
# then gone.


class Draft(models.Model):
    """The fields of one step's form as they were posted, for their author only.

    Working paper (TF 2:12): no history; the sweep removes it after a week.
    """

    retention = DRAFT
    belongs = HERE

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    path = models.CharField(max_length=300)
    # {name: [value, …]}
    fields = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft of a form")
        verbose_name_plural = _("drafts of forms")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "path"], name="draft_one_per_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class FormInUse(models.Model):
    """That somebody has a form open: told to others who open it, and kept for no longer
    than it is true. No history, and nothing of what is typed."""

    retention = WHILE_NEEDED
    belongs = HERE

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    path = models.CharField(max_length=300)
    since = models.DateTimeField()
    # When something was last typed on it; none where it is only looked at.
    typed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("form in use")
        verbose_name_plural = _("forms in use")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "path"], name="forminuse_one_per_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# What a person can be for an authority.


class Role(models.TextChoices):
    REGISTRAR = "registrar", _("Registrar")
    IT_MANAGER = "it_manager", _("IT manager")
    LEGAL_REVIEWER = "legal_reviewer", _("Legal reviewer")
    DECISION_MAKER = "decision_maker", _("Decision-maker")
    INFORMATION_OWNER = "information_owner", _("Information owner")
    DATA_PROTECTION_OFFICER = "dpo", _("Data protection officer")
    SECURITY_PROTECTION_MANAGER = (
        "security_protection",
        _("Protective-security manager"),
    )
    INFORMATION_SECURITY_MANAGER = (
        "information_security",
        _("Information-security manager"),
    )
    EXECUTOR = "executor", _("Executor")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")
    CONFIRMER = "confirmer", _("Confirmer")


# Nobody has two of them: who makes accounts gives no roles, who gives them is not the
# one who only confirms, and the reverse.
APART = (Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR, Role.CONFIRMER)
# Nobody has both at one authority: who looks afterwards decides nothing.
LOOKS_AFTERWARDS = (Role.AUDITOR, Role.DECISION_MAKER)

# Roles asked of the database: which can be used now.

# Above this domain: named, not imported.
CONNECTION = "requests_app.Connection"


class RoleAssignmentQuerySet(models.QuerySet[Any]):
    def in_force(
        self, at: datetime, day: date | None = None
    ) -> "RoleAssignmentQuerySet":
        """The one rule of when a role is usable; `lockbox_holds_role` is the same, and
        `was_usable`.

        `day`: the moment's, where a query is written beforehand."""
        day = day or timezone.localdate(at)
        return self.of_open_accounts().filter(
            Q(valid_to=None) | Q(valid_to__gte=day),
            Q(confirmed_at__lte=at) | Q(given_at__lte=at, usable_until__gt=at),
            Q(refused_at=None) | Q(refused_at__gt=at),
            Q(ended_at=None) | Q(ended_at__gt=at),
            Q(suspended_at=None) | Q(suspended_at__gt=at),
            valid_from__lte=day,
        )

    def of_open_accounts(self) -> "RoleAssignmentQuerySet":
        """Whose directory, where it says anything, says the role too."""
        return self.filter(
            Q(person__directory_roles=None)
            | Q(person__directory_roles__contains=[F("role")]),
            person__is_active=True,
            person__is_machine=False,
        )

    def with_connections(self) -> "RoleAssignmentQuerySet":
        """Annotate roles with whether their authorities run any connections: one query
        for all of them."""
        rows = apps.get_model(CONNECTION)._default_manager
        run = rows.filter(authority=OuterRef("authority"))
        return self.annotate(runs_connections=Exists(run))

    def standing(self) -> "RoleAssignmentQuerySet":
        """Neither refused nor ended at once."""
        return self.filter(refused_at=None, ended_at=None)


# Who a person is for an authority, and when: the only source of ordinary rights.


def _moment(label: Any) -> Any:
    return models.DateTimeField(label, null=True, editable=False)


def _both_or_neither(what: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{what}_at__isnull": True, f"{what}_by__isnull": True})
        | Q(**{f"{what}_at__isnull": False, f"{what}_by__isnull": False}),
        name=f"roleassignment_{what}_by_somebody",
    )


BY_THE_BOARD = _(
    "The board decides who confirms: give the day of its decision, and the paragraph or"
    " diary number as the basis."
)


class RoleAssignment(AuditedModel):
    """A person's dated role for an authority, possibly employed by another one."""

    retention = REGISTER
    belongs = ("authority", "person")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="roles",
    )
    role = models.CharField(_("role"), max_length=24, choices=Role)
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="role_assignments",
        help_text=_("The authority on whose behalf the person acts."),
    )
    branch = models.ForeignKey(
        SecrecyBranch,
        models.PROTECT,
        verbose_name=_("branch of activity"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: the whole authority."),
    )
    employer = models.CharField(
        _("employed by"),
        max_length=200,
        blank=True,
        help_text=_(
            "Only if another organisation than the authority employs the person, such"
            " as a neighbouring municipality or a firm."
        ),
    )
    basis = models.CharField(
        _("basis"),
        max_length=200,
        blank=True,
        help_text=_(
            "On what basis somebody employed elsewhere acts for the authority."
        ),
    )
    decided_on = models.DateField(
        _("day of the board's decision"),
        null=True,
        blank=True,
        help_text=_(
            "Only of a confirmer, whom the board decides on; the paragraph or the diary"
            " number stands as the basis."
        ),
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    combined_because = models.CharField(
        _("why the person has it beside other roles"),
        max_length=300,
        blank=True,
        help_text=_(
            "Asked for where roles together take an explanation, such as that of a data"
            " protection officer who also decides."
        ),
    )
    # Each in their own name, and none overwritten: the giver, the other manager who
    # has confirmed it, and whoever has refused, suspended or ended it.
    given_by = person_field(_("role given by"), editable=False)
    given_at = models.DateTimeField(
        _("role given"), editable=False, default=timezone.now
    )
    # Given at night to somebody who is known: usable until then, unconfirmed.
    usable_until = models.DateTimeField(
        _("usable unconfirmed until"), null=True, editable=False
    )
    confirmed_by = person_field(_("confirmed by"), null=True, editable=False)
    confirmed_at = _moment(_("role confirmed"))
    refused_by = person_field(_("refused by"), null=True, editable=False)
    refused_at = _moment(_("refused"))
    suspended_by = person_field(_("suspended by"), null=True, editable=False)
    suspended_at = _moment(_("suspended"))
    ended_by = person_field(_("ended by"), null=True, editable=False)
    ended_at = _moment(_("ended"))
    # Why it was refused, suspended or ended last; the history has them all.
    stop_reason = models.CharField(
        _("reason for stopping it"), max_length=300, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["authority__name", "role", "person__last_name"]
        constraints = [
            ExclusionConstraint(
                name="roleassignment_no_overlap",
                expressions=[
                    ("person", "="),
                    ("role", "="),
                    ("authority", "="),
                    (Coalesce("branch", 0), "="),
                    (days_of_row(), "&&"),
                ],
                condition=Q(refused_at=None, ended_at=None),
                violation_error_message=_(
                    "The person has this role already for some of these days: end"
                    " it first, or give it from the day after."
                ),
            ),
            ExclusionConstraint(
                name="roleassignment_accounts_apart_from_roles",
                expressions=[("person", "="), ("role", "<>"), (days_of_row(), "&&")],
                condition=Q(role__in=APART, refused_at=None, ended_at=None),
                violation_error_message=_(
                    "Nobody has two of these: IT manager, system administrator,"
                    " confirmer. Who makes accounts gives no roles, and who gives them"
                    " is not the one who confirms them."
                ),
            ),
            ExclusionConstraint(
                name="roleassignment_auditors_decide_nothing",
                expressions=[
                    ("person", "="),
                    ("authority", "="),
                    ("role", "<>"),
                    (days_of_row(), "&&"),
                ],
                condition=Q(role__in=LOOKS_AFTERWARDS, refused_at=None, ended_at=None),
                violation_error_message=_(
                    "Nobody both decides and audits at one authority."
                ),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None)
                | ~Q(confirmed_by=F("given_by")) & ~Q(confirmed_by=F("person")),
                name="roleassignment_confirmed_by_another",
            ),
            *map(_both_or_neither, ("confirmed", "refused", "suspended", "ended")),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="roleassignment_ends_after_it_starts",
                violation_error_message=_("The role ends before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(employer="") | ~Q(basis=""),
                name="roleassignment_employed_elsewhere_has_basis",
                violation_error_message=_(
                    "Say on what basis somebody employed elsewhere acts here."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.CONFIRMER)
                | ~Q(basis="")
                & Q(branch=None, decided_on__isnull=False)
                & Q(decided_on__lte=F("valid_from")),
                name="roleassignment_confirmer_by_the_board",
                violation_error_message=_(
                    "The board decides who confirms, before the role begins, and for"
                    " the whole authority."
                ),
            ),
        ]
        indexes = [models.Index(fields=["person", "valid_from", "valid_to"])]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.authority.code}"

    @cached_property
    def runs_connections(self) -> bool:
        """Does its authority run any? A query, where `with_connections` did not ask."""
        rows = apps.get_model(CONNECTION)._default_manager
        return rows.filter(authority=self.authority_id).exists()

    def clean(self) -> None:
        refuse_backward_days(self)
        refuse_foreign_branch(self)
        if self.role == Role.CONFIRMER:
            blank = [
                name for name in ("decided_on", "basis") if not getattr(self, name)
            ]
            if blank:
                raise ValidationError(dict.fromkeys(blank, BY_THE_BOARD))

    def validate_constraints(self, exclude: Any = None) -> None:
        # No form has what the steps fill in, and the constraints ask for it.
        step_fields = {"refused_at", "ended_at"}
        super().validate_constraints(exclude=set(exclude or ()) - step_fields)

    @property
    def municipality_id(self) -> int:
        return self.authority.municipality_id

    @property
    def managers_from_id(self) -> int | None:
        return self.authority.managers_from_id

    @property
    def stands(self) -> bool:
        """Neither refused nor ended at once."""
        return self.refused_at is None and self.ended_at is None


# When a role could be used, of what has been read of it and of who holds it.


def was_usable(row: Any, account: Any, at: datetime) -> bool:
    """The rule of `in_force` for one version of a role and of its holder's account that
    have been read: for history, which no queryset of rows can ask. `account`: None of
    somebody who had none yet."""
    day = timezone.localdate(at)
    is_confirmed = row.confirmed_at is not None and row.confirmed_at <= at
    until = row.usable_until
    return (
        is_open_to(account, row.role)
        and row.valid_from <= day
        and (row.valid_to is None or row.valid_to >= day)
        and (is_confirmed or (until is not None and row.given_at <= at < until))
        and all(
            stop is None or stop > at
            for stop in (row.refused_at, row.ended_at, row.suspended_at)
        )
    )


def is_open_to(account: Any, role: str) -> bool:
    """Can whoever has the account use such a role?"""
    return (
        account is not None
        and account.is_active
        and not account.is_machine
        and (account.directory_roles is None or role in account.directory_roles)
    )
