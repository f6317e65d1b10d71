"""Who may decide what for an authority: checked data (HFD 2012 not 76)."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.reviewer import Role


class DelegationQuerySet(models.QuerySet["DelegationRule"]):
    def in_force(self, day: date) -> "DelegationQuerySet":
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


DECIDING = [
    (role.value, role.label) for role in (Role.DECISION_MAKER, Role.LEGAL_REVIEWER)
]


class DelegationRule(AuditedModel):
    """An item of an authority's scheme of delegation (KL 6:37, 7:5)."""

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="delegation_rules",
    )
    item_no = models.CharField(_("item"), max_length=20)
    title = models.CharField(_("matter"), max_length=200)
    outcomes = ArrayField(
        models.CharField(max_length=24),
        verbose_name=_("outcomes it covers"),
    )
    # Only to roles that read what they decide on.
    role = models.CharField(
        _("delegated to role"), max_length=24, choices=DECIDING, blank=True
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("delegated to person"),
        related_name="+",
        null=True,
        blank=True,
    )
    board_decision = models.CharField(
        _("the board's decision"),
        max_length=100,
        help_text=_("Date and paragraph of the board's decision to delegate."),
    )
    report_to_board = models.BooleanField(_("is reported to the board"), default=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    history = History()
    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation rule")
        verbose_name_plural = _("delegation rules")
        ordering = ["authority__name", "item_no"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="delegation_ends_after_it_starts",
                violation_error_message=_("The rule ends before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["", *(role for role, _label in DECIDING)]),
                name="delegation_to_a_role_that_reads",
            ),
            models.CheckConstraint(
                condition=Q(role="", person__isnull=False)
                | (~Q(role="") & Q(person=None)),
                name="delegation_to_role_or_person",
                violation_error_message=_("Delegate to a role or to a person."),
            ),
        ]

    def __str__(self) -> str:
        return self.item_no
