"""Who a person is for an authority, and when: the only source of ordinary rights."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import (
    Authority,
    SecrecyBranch,
    refuse_foreign_branch,
)
from requests_app.models.connection import Connection
from requests_app.models.days import days_of_row, refuse_backward_days
from requests_app.models.person_field import person_field
from requests_app.models.retention import REGISTER
from requests_app.models.role import APART, LOOKS_AFTERWARDS, Role
from requests_app.models.role_in_force import RoleAssignmentQuerySet


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
        return Connection.objects.filter(authority=self.authority_id).exists()

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
