"""The authority's own decision on a hand-out: on what an official refused, or on a
reservation, with reasons and how it is appealed (OSL 6:3, 10:14, TF 2:19)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.content_field import content_field
from requests_app.models.delegation import DelegationRule
from requests_app.models.disclosure_request import DisclosureRequest
from requests_app.models.person_field import person_field
from requests_app.models.retention import HANDED_OUT


class DisclosureDecision(AuditedModel):
    """Signed once, and served: from then on three weeks run (FL 44 §), and a
    reservation binds. One of each of a request at most."""

    retention = HANDED_OUT

    class Outcome(models.TextChoices):
        """What the authority decided of what an official had kept back or masked; or
        that something is handed out with a reservation."""

        REFUSED = "refused", pgettext_lazy("of a hand-out", "Refused: none of it")
        PARTLY = "partly", pgettext_lazy("of a hand-out", "Refused in part")
        GRANTED = "granted", pgettext_lazy("of a hand-out", "All is handed out")
        RESERVED = "reserved", _("Handed out with a reservation")

    AGAINST = (Outcome.REFUSED, Outcome.PARTLY, Outcome.RESERVED)
    # What can become of what was kept back.
    ON_REFUSAL = (Outcome.REFUSED, Outcome.PARTLY, Outcome.GRANTED)

    request = models.ForeignKey(
        DisclosureRequest,
        models.PROTECT,
        verbose_name=_("request for documents"),
        related_name="decisions",
        editable=False,
    )
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=Outcome, editable=False
    )
    # What the person may not do with it: of a reservation alone.
    prohibition = content_field(_("what they may not do"), null=True)
    reasons = content_field(_("reasons"))
    delegation_rule = models.ForeignKey(
        DelegationRule,
        models.PROTECT,
        verbose_name=_("delegation"),
        related_name="+",
        editable=False,
    )
    delegation_snapshot = models.JSONField(_("delegation as it was"), editable=False)
    paper = content_field(_("the decision on paper"))
    sha256 = models.CharField(_("SHA-256 of the paper"), max_length=64, editable=False)
    decided_by = person_field(_("decided by"), editable=False)
    decided_at = models.DateTimeField(_("decided"), editable=False)
    served_at = models.DateTimeField(_("served"), null=True, editable=False)
    served_by = person_field(_("service recorded by"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("decision on a hand-out")
        verbose_name_plural = _("decisions on hand-outs")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(outcome="reserved"),
                name="disclosuredecision_one_reservation",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=~Q(outcome="reserved"),
                name="disclosuredecision_one_on_what_was_kept_back",
            ),
            models.CheckConstraint(
                condition=Q(outcome="reserved", prohibition__isnull=False)
                | ~Q(outcome="reserved") & Q(prohibition=None),
                name="disclosuredecision_reserves_something",
            ),
            models.CheckConstraint(
                condition=Q(served_at=None, served_by=None)
                | Q(
                    served_by__isnull=False,
                    served_at__isnull=False,
                    served_at__gte=F("decided_at"),
                ),
                name="disclosuredecision_served_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return str(self.request)

    @property
    def authority(self) -> Authority:
        return self.request.authority

    @property
    def goes_against(self) -> bool:
        return self.outcome in self.AGAINST
