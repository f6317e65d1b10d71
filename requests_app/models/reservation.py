"""Reservations (förbehåll) under OSL 10:14."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.decision import Proposal
from requests_app.models.official import ELSEWHERE
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview


class Reservation(AuditedModel):
    """A reservation (förbehåll): which person is bound, and what they may not do. Each
    person has one of their own.

    It makes a punishable duty of silence and can be appealed (OSL 6:7, 13:5, 14:2).
    """

    retention = WITH_CASE
    document = ELSEWHERE

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="reservations",
    )
    proposal = models.ForeignKey(
        Proposal,
        models.PROTECT,
        verbose_name=_("proposal"),
        related_name="reservations",
    )
    bound = models.CharField(_("who is bound"), max_length=300)
    prohibition = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what they may not do"),
        related_name="+",
    )

    history = History()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}"
