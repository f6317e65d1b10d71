"""The models of the organisation: delegation and first managers."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.core.fields import person_field, refuse_backward_days
from requests_app.core.people.models import Authority, Role, refuse_board_powers
from requests_app.core.retention import REGISTER

# Who may decide what for an authority: checked data (HFD 2012 not 76).

# Whose items may be delegated on. A company has no head of administration: the Local
# Government Act does not govern how it shares out its powers (KL 10:3, ABL 8).
HEADS = Q(parent__is_head=True) | Q(authority__kind=Authority.Kind.COMPANY)


class DelegationQuerySet(models.QuerySet["DelegationRule"]):
    def in_force(self, day: date) -> "DelegationQuerySet":
        """Confirmed by a second person, and within its days; so is its parent."""
        running = self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day),
            valid_from__lte=day,
            confirmed_at__isnull=False,
        )
        return running.filter(
            Q(parent=None)
            | Q(
                Q(parent__valid_to=None) | Q(parent__valid_to__gte=day),
                HEADS,
                parent__valid_from__lte=day,
                parent__confirmed_at__isnull=False,
                parent__may_subdelegate=True,
            )
        )


DECIDERS = (Role.DECISION_MAKER, Role.LEGAL_REVIEWER)
DECIDING = [(role.value, role.label) for role in DECIDERS]


class DelegationRule(AuditedModel):
    """An item of an authority's scheme of delegation (KL 6:37, 7:5), written by one
    person and in force once another has compared it with the scheme."""

    bounded_by = "authority__municipality"
    retention = REGISTER

    class DecisionType(models.TextChoices):
        ANSWER = "answer", _("Answer to an access request")
        STANDING = "standing", _("Standing assessment")
        HAND_OUT = "hand_out", _("Handing out of official documents")

    class Elected(models.TextChoices):
        """Who may decide in the board's place (KL 6:39)."""

        CHAIR = "chair", _("The board's chair")
        MEMBER = "member", _("A member whom the board has named")

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="delegation_rules",
    )
    item_no = models.CharField(_("item"), max_length=20)
    title = models.CharField(_("matter"), max_length=200)
    decision_type = models.CharField(
        _("decides on"),
        max_length=8,
        choices=DecisionType,
        default=DecisionType.ANSWER,
    )
    outcomes = ArrayField(
        models.CharField(max_length=24),
        verbose_name=_("outcomes it covers"),
        default=list,
        blank=True,
    )
    # Limits: empty means none.
    max_minutes = models.PositiveIntegerField(
        _("longest access (minutes)"), null=True, blank=True
    )
    max_confidentiality = models.PositiveSmallIntegerField(
        _("highest confidentiality"), null=True, blank=True
    )
    product = models.ForeignKey(
        "requests_app.ProviderProduct",
        models.PROTECT,
        verbose_name=_("only for the product"),
        related_name="+",
        null=True,
        blank=True,
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("sub-delegated from"),
        related_name="sub_rules",
        null=True,
        blank=True,
        help_text=_("Only from an item that may be delegated on (KL 7:6)."),
    )
    may_subdelegate = models.BooleanField(_("may be delegated on"), default=False)
    # KL 7:6: a board lets nobody else delegate on than the head of administration.
    is_head = models.BooleanField(
        _("to the head of administration"),
        default=False,
        help_text=_("Only a head of administration may delegate on (KL 7:6)."),
    )
    elected_as = models.CharField(
        _("in the board's place, where it can't wait, as"),
        max_length=6,
        choices=Elected,
        blank=True,
        help_text=_(
            "The chair, or a member whom the board has named, decides what is so urgent"
            " that the board can't be awaited (KL 6:39): nobody who is employed. It is"
            " reported to the next meeting (6:40)."
        ),
    )
    # Only to roles that read what they decide on.
    role = models.CharField(
        _("delegated to role"), max_length=24, choices=DECIDING, blank=True
    )
    person = person_field(_("delegated to person"), null=True, blank=True)
    board_decision = models.CharField(
        _("the board's decision"),
        max_length=100,
        help_text=_("Date and paragraph of the board's decision to delegate."),
    )
    report_to_board = models.BooleanField(_("is reported to the board"), default=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    made_by = person_field(_("entered by"), editable=False)
    confirmed_by = person_field(_("confirmed by"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

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
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                & ~Q(confirmed_by=F("made_by")),
                name="delegation_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(decision_type="answer") | ~Q(outcomes=[]),
                name="delegation_covers_an_outcome",
                violation_error_message=_("Choose the outcomes it covers."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(may_subdelegate=False),
                name="delegation_once_only",
                violation_error_message=_(
                    "What is sub-delegated can not be delegated on again (KL 7:6)."
                ),
            ),
            models.CheckConstraint(
                condition=Q(elected_as="")
                | Q(
                    role="",
                    parent=None,
                    may_subdelegate=False,
                    decision_type="answer",
                    report_to_board=True,
                ),
                name="delegation_urgent_to_one",
                violation_error_message=_(
                    "The board's place is taken by a named person, who answers requests"
                    " and delegates nothing on; it is reported (KL 6:39, 6:40)."
                ),
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

    @property
    def is_urgent(self) -> bool:
        """Is it the board's place that is taken (KL 6:39)?"""
        return bool(self.elected_as)

    def clean(self) -> None:
        """A sub-delegated item gives no more than the item it comes from."""
        refuse_backward_days(self)
        refuse_board_powers(self)
        if self.parent is None:
            return
        wider = self._wider_than(self.parent)
        if wider:
            raise ValidationError(
                {wider: _("The item it comes from does not give that.")}
            )
        if text := self._not_delegated_on(self.parent):
            raise ValidationError({"parent": text})

    def _not_delegated_on(self, parent: "DelegationRule") -> Any:
        if self.authority.kind == Authority.Kind.COMPANY:
            text = _("The power may not be passed on, by what the company has decided.")
            return "" if parent.may_subdelegate else text
        if not parent.may_subdelegate:
            return _("The item may not be delegated on (KL 7:6).")
        text = _("Only a head of administration may delegate on (KL 7:6).")
        return "" if parent.is_head else text

    def snapshot(self) -> dict[str, Any]:
        """The rule as it is, for what is decided under it to keep."""
        return {
            **{
                name: value if value is None else str(value)
                for name, value in model_to_dict(self).items()
            },
            "outcomes": list(self.outcomes),
            "authority_name": self.authority.name,
        }

    def _wider_than(self, parent: "DelegationRule") -> str:
        """The first field that gives more than the parent's, or an empty string."""
        for name in ("authority", "decision_type"):
            if getattr(parent, name) != getattr(self, name):
                return name
        if not set(self.outcomes) <= set(parent.outcomes):
            return "outcomes"
        if parent.product_id not in (None, self.product_id):
            return "product"
        for name in ("max_minutes", "max_confidentiality", "valid_to"):
            theirs, ours = getattr(parent, name), getattr(self, name)
            if theirs is not None and (ours is None or ours > theirs):
                return name
        begins = self.valid_from
        return "valid_from" if begins and begins < parent.valid_from else ""


# The first managers of a new authority: proposed by one manager of whoever runs the
# connections, confirmed by another, on a decision of the new authority's board.


def _person(label: Any, **more: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=label,
        related_name="+",
        **more,
    )


class FirstManagers(AuditedModel):
    """Two persons, since nobody acts alone; their roles come into force together."""

    retention = REGISTER

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="first_managers",
    )
    first = _person(_("first IT manager"))
    second = _person(_("second IT manager"))
    decided_on = models.DateField(_("day of the board's decision"))
    diary_number = models.CharField(_("diary number of the decision"), max_length=40)
    proposed_by = _person(_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"))
    confirmed_by = _person(_("confirmed by"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    refused_by = _person(_("refused by"), null=True)
    refused_at = models.DateTimeField(_("refused"), null=True)
    refusal_reason = models.CharField(_("why refused"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("first managers of an authority")
        verbose_name_plural = _("first managers of authorities")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority"],
                condition=Q(refused_at=None),
                name="firstmanagers_once",
                violation_error_message=_(
                    "The first managers of this authority have been proposed already."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="firstmanagers_two_persons",
                violation_error_message=_("Choose two different persons."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="firstmanagers_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(refused_at=None),
                name="firstmanagers_settled_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.authority)

    @property
    def is_settled(self) -> bool:
        return bool(self.confirmed_at or self.refused_at)

    @property
    def state(self) -> Any:
        if self.confirmed_at:
            return _("Confirmed")
        return _("Refused") if self.refused_at else _("Waits for a second person")
