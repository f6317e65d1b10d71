"""Which acts a provider's log tells of that people are to look at, or need not: set by
two persons. What an act was compared with the grant no rule changes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.catalogue.countries import NAMES
from requests_app.models.authority import Authority
from requests_app.models.connection import Connection
from requests_app.models.event_outcome import Outcome
from requests_app.models.retention import REGISTER


class ReconciliationRule(AuditedModel):
    """An act that is all that the rule says; what it leaves open is any."""

    retention = REGISTER

    class Effect(models.TextChoices):
        MARK = "mark", _("Somebody looks at it, as a deviation")
        LEAVE = "leave", _("Nobody needs to look at it")

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="reconciliation_rules",
    )
    name = models.CharField(_("name"), max_length=100)
    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Of this one alone; else of each that the authority runs."),
    )
    outcome = models.CharField(
        _("came out as"), max_length=8, choices=Outcome, blank=True
    )
    action = models.CharField(
        _("action holds"),
        max_length=200,
        blank=True,
        help_text=_("A part of what the log calls it; capitals or not is the same."),
    )
    country = models.CharField(
        _("from the country"),
        max_length=2,
        blank=True,
        help_text=_("Two letters, such as IE."),
    )
    effect = models.CharField(_("then"), max_length=5, choices=Effect)
    reason = models.CharField(_("why"), max_length=300)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("rule of reconciliation")
        verbose_name_plural = _("rules of reconciliation")
        ordering = ["authority__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "name"], name="reconciliationrule_unique"
            ),
            models.CheckConstraint(
                condition=~Q(effect="leave") | ~Q(outcome="", action="", country=""),
                name="reconciliationrule_leaves_not_everything",
                violation_error_message=_(
                    "Say what need not be looked at: an outcome, an action or a"
                    " country."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A country that there is, and a connection that is its own."""
        errors: dict[str, Any] = {}
        self.country = self.country.strip().upper()
        if self.country and self.country not in NAMES:
            errors["country"] = _("There is no country with these two letters.")
        own = self.connection.authority_id if self.connection else self.authority_id
        if self.authority_id is not None and own != self.authority_id:
            errors["connection"] = _("Another authority runs this connection.")
        if errors:
            raise ValidationError(errors)
