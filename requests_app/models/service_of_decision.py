"""When a decision was served on its recipient (delgivning)."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.decision import Decision
from requests_app.models.outcome import Outcome
from requests_app.models.person_field import person_field
from requests_app.models.reservation import Reservation
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class ServiceOfDecision(AuditedModel):
    """When the decision was served (delgivning) on its party; a reservation binds from
    when it was served, each person by a service of their own."""

    retention = WITH_CASE

    class Way(models.TextChoices):
        EMAIL = "email", _("E-mail, receipt confirmed")
        LETTER = "letter", _("Letter with proof of receipt")
        PORTAL = "portal", _("The provider's portal or our API")
        HAND = "hand", _("Handed over")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="services",
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name=_("decision"), related_name="services"
    )
    # The one that binds the person it was served on; none of the party's service.
    reservation = models.ForeignKey(
        Reservation,
        models.PROTECT,
        verbose_name=_("reservation"),
        related_name="services",
        null=True,
    )
    served_at = models.DateTimeField(_("served"))
    way = models.CharField(_("how"), max_length=6, choices=Way)
    recipient = models.CharField(_("to whom"), max_length=200)
    recorded_by = person_field(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))

    history = History()

    class Meta:
        verbose_name = _("service of a decision")
        verbose_name_plural = _("service of decisions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "reservation"],
                name="served_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


def unserved_reservations() -> QuerySet[Reservation]:
    """The reservations not yet served, of a decision that is the outer row."""
    return Reservation.objects.filter(proposal=OuterRef("proposal"), services=None)


def is_unserved() -> Any:
    """In a query of decisions: is one not served on the party, or not on everyone who
    is bound?"""
    party = ServiceOfDecision.objects.filter(decision=OuterRef("pk"), reservation=None)
    reserved = Q(outcome=Outcome.GRANTED_WITH_RESERVATION)
    return ~Exists(party) | reserved & Exists(unserved_reservations())


def is_served(decision: Decision) -> bool:
    """Has it reached everyone whom it is for? No query where the services are at hand
    and nobody is bound by a reservation."""
    if decision.outcome != Outcome.GRANTED_WITH_RESERVATION:
        return bool(decision.services.all())
    return not Decision.objects.filter(is_unserved(), pk=decision.pk).exists()
