"""Who a person is for an authority, and when: the only source of ordinary rights."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import (
    Authority,
    SecrecyBranch,
    refuse_foreign_branch,
)


class Role(models.TextChoices):
    REGISTRAR = "registrar", _("Registrar")
    IT_MANAGER = "it_manager", _("IT manager")
    LEGAL_REVIEWER = "legal_reviewer", _("Legal reviewer")
    DECISION_MAKER = "decision_maker", _("Decision-maker")
    INFORMATION_OWNER = "information_owner", _("Information owner")
    DATA_PROTECTION_OFFICER = "dpo", _("Data protection officer")
    SECURITY_PROTECTION_MANAGER = (
        "security_protection",
        _("Security-protection manager"),
    )
    INFORMATION_SECURITY_MANAGER = (
        "information_security",
        _("Information-security manager"),
    )
    EXECUTOR = "executor", _("Executor")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def in_force(self, day: date) -> "RoleAssignmentQuerySet":
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day),
            valid_from__lte=day,
            person__is_active=True,
        )


class RoleAssignment(AuditedModel):
    """A person's dated role for an authority, possibly employed by another one."""

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
    employer = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("employed by"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Only if another authority employs the person."),
    )
    basis = models.CharField(
        _("basis"),
        max_length=200,
        blank=True,
        help_text=_(
            "On what basis somebody employed elsewhere acts for the authority."
        ),
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    # Who gave or changed it last, and the other manager who has looked at that.
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("role given by"),
        related_name="+",
        editable=False,
    )
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("looked at by"),
        related_name="+",
        null=True,
        editable=False,
    )
    seen_at = models.DateTimeField(_("looked at"), null=True, editable=False)
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
                    (
                        Func(
                            "valid_from",
                            "valid_to",
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                violation_error_message=_(
                    "The person has this role already for some of these days: change"
                    " that row instead."
                ),
            ),
            models.CheckConstraint(
                condition=Q(seen_by=None)
                | ~Q(seen_by=F("given_by")) & ~Q(seen_by=F("person")),
                name="roleassignment_seen_by_another",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="roleassignment_ends_after_it_starts",
                violation_error_message=_("The role ends before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(employer=None) | ~Q(basis=""),
                name="roleassignment_employed_elsewhere_has_basis",
                violation_error_message=_(
                    "Say on what basis somebody employed elsewhere acts here."
                ),
            ),
        ]
        indexes = [models.Index(fields=["person", "valid_from", "valid_to"])]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.authority.code}"

    def clean(self) -> None:
        refuse_foreign_branch(self)
