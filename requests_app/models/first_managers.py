"""The first managers of a new authority: proposed by one manager of whoever runs the
connections, confirmed by another, on a decision of the new authority's board."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.retention import REGISTER


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
