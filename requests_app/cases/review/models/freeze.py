"""The freeze: no approvals to a provider, product, country or information set."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.history import AuditedModel, History
from requests_app.core.fields import person_field
from requests_app.core.people.models import Authority
from requests_app.core.retention import REGISTER
from requests_app.registers.models.cloud import Provider, ProviderProduct
from requests_app.registers.models.information import InformationSet


class FreezeQuerySet(models.QuerySet["Freeze"]):
    def in_force(self, now: datetime) -> "FreezeQuerySet":
        return self.filter(
            Q(ends_at=None) | Q(ends_at__gt=now), lifted_at=None, begins_at__lte=now
        )


def _names_only(name: str) -> Q:
    empty = {
        "provider": Q(provider=None),
        "product": Q(product=None),
        "country": Q(country=""),
        "information_set": Q(information_set=None),
    }
    condition = ~empty.pop(name)
    for other in empty.values():
        condition &= other
    return condition


class Freeze(AuditedModel):
    """Stops approvals at once. One person sets it; lifting it needs two."""

    retention = REGISTER

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="freezes",
    )
    covers_all = models.BooleanField(
        _("for all authorities"),
        default=False,
        help_text=_("On the connections that this authority runs."),
    )
    provider = models.ForeignKey(
        Provider,
        models.PROTECT,
        verbose_name=_("provider"),
        related_name="+",
        null=True,
        blank=True,
    )
    product = models.ForeignKey(
        ProviderProduct,
        models.PROTECT,
        verbose_name=_("product"),
        related_name="+",
        null=True,
        blank=True,
    )
    country = models.CharField(_("country of the engineer"), max_length=2, blank=True)
    information_set = models.ForeignKey(
        InformationSet,
        models.PROTECT,
        verbose_name=_("information set"),
        related_name="+",
        null=True,
        blank=True,
    )
    reason = models.CharField(_("reason"), max_length=300)
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(
        _("ends"), null=True, blank=True, help_text=_("Empty: until it is lifted.")
    )
    made_by = person_field(_("made by"))
    lift_asked_by = person_field(_("asked to be lifted by"), null=True)
    lift_asked_at = models.DateTimeField(_("asked to be lifted"), null=True)
    lift_reason = models.CharField(_("why lifted"), max_length=300, blank=True)
    lifted_by = person_field(_("lifted by"), null=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = FreezeQuerySet.as_manager()

    class Meta:
        verbose_name = _("freeze")
        verbose_name_plural = _("freezes")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=_names_only("provider")
                | _names_only("product")
                | _names_only("country")
                | _names_only("information_set"),
                name="freeze_names_one_thing",
                violation_error_message=_(
                    "Choose one: a provider, a product, a country or an information"
                    " set."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("begins_at")),
                name="freeze_ends_after_it_begins",
                violation_error_message=_("The freeze ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None)
                | Q(lifted_by__isnull=False, lift_asked_by__isnull=False)
                & ~Q(lifted_by=F("lift_asked_by")),
                name="freeze_lifted_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_running(self) -> bool:
        return self.lifted_at is None and (
            self.ends_at is None or self.ends_at > acting.now()
        )

    @property
    def state(self) -> Any:
        if self.lifted_at:
            return _("Lifted")
        if not self.is_running:
            return _("Ended")
        return _("To be lifted") if self.lift_asked_by_id else _("In force")

    @property
    def scope(self) -> Any:
        """What it names: a provider, product, country or information set."""
        return self.provider or self.product or self.information_set or self.country
