"""An appeal that came in: in time or not, handed over, and what became of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.content import Content
from requests_app.models.decision import Decision
from requests_app.models.disclosure_decision import DisclosureDecision
from requests_app.models.official import Official, Way
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview
from requests_app.models.revocation import Revocation


class IncomingAppeal(AuditedModel):
    """An appeal against a decision, which the authority itself receives (FL 43 §).

    Whether it came in time is the authority's to try (45 §), everything else the
    court's, to which it is handed over without delay (46 §). Of a review of legality
    the court tries the time as well (FL 2 §, KL 13:5).
    """

    retention = WITH_CASE
    belongs = ("review", "hand_out")
    document = Official(Way.IN, at="received_at", with_whom="appellant")

    class Timeliness(models.TextChoices):
        IN_TIME = "in_time", _("In time")
        LATE = "late", _("Too late: to be dismissed (FL 45 §)")
        EXCUSED = "excused", _("Late, and not dismissed (FL 45 § second paragraph)")
        COURT = "court", _("The administrative court's to try (KL 13:5)")
        NOT_TRIED = "not_tried", _("Not tried yet")

    class Status(models.TextChoices):
        TO_TRY = "to_try", _("In time? To be tried")
        TO_HAND_OVER = "to_hand_over", _("To be handed over to the court")
        AT_COURT = "at_court", _("Handed over to the court")
        DISMISSED = "dismissed", _("Dismissed as too late")
        ENDED = "ended", _("Tried by the court")

    class Outcome(models.TextChoices):
        REJECTED = "rejected", _("Rejected: the decision stands")
        UPHELD = "upheld", _("Upheld: the decision is changed or quashed")
        PARTLY = "partly", _("Upheld in part")
        REMITTED = "remitted", _("Remitted to the authority")
        NOT_TRIED = "not_tried", _("Not tried: dismissed, withdrawn or no leave")

    # Statuses in which something waits for the authority.
    WAITING = (Status.TO_TRY, Status.TO_HAND_OVER)
    OPEN = (*WAITING, Status.AT_COURT)

    # None where a hand-out is appealed of which no document is of a case.
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="appeals",
        null=True,
    )
    # None where it is not the review that was decided on.
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        verbose_name=_("decision"),
        related_name="appeals",
        null=True,
    )
    # Where it is the grant's revocation that is appealed, a decision of its own.
    revocation = models.ForeignKey(
        Revocation,
        models.PROTECT,
        verbose_name=_("revocation of a grant"),
        related_name="appeals",
        null=True,
    )
    # Where it is that documents of the case were not handed out.
    hand_out = models.ForeignKey(
        DisclosureDecision,
        models.PROTECT,
        verbose_name=_("decision on a hand-out"),
        related_name="appeals",
        null=True,
    )
    received_at = models.DateTimeField(_("came in"))
    appellant = models.CharField(_("who appeals"), max_length=200)
    text = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what is asked for"),
        related_name="+",
        null=True,
    )
    # As it stood when it was registered, from the service; None where nobody knew.
    last_day = models.DateField(_("last day of appeal"), null=True)
    timeliness = models.CharField(
        _("in time"), max_length=9, choices=Timeliness, default=Timeliness.NOT_TRIED
    )
    timeliness_reason = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("why it is held to be so"),
        related_name="+",
        null=True,
    )
    court = models.CharField(_("court"), max_length=200, blank=True)
    handed_over_at = models.DateTimeField(_("handed over"), null=True)
    court_number = models.CharField(_("the court's number"), max_length=60, blank=True)
    outcome = models.CharField(
        _("outcome in court"), max_length=9, choices=Outcome, blank=True
    )
    decided_on = models.DateField(_("decided by the court"), null=True)
    outcome_note = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what it means"),
        related_name="+",
        null=True,
    )
    status = models.CharField(_("status"), max_length=12, choices=Status)
    recorded_by = person_field(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))

    PROTECTED = ("appellant",)

    history = History()

    class Meta:
        verbose_name = _("incoming appeal")
        verbose_name_plural = _("incoming appeals")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__isnull=False, review__isnull=False, hand_out=None)
                | Q(decision=None, revocation=None, hand_out__isnull=False),
                name="appeal_of_one_decision",
            ),
            models.CheckConstraint(
                condition=Q(received_at__lte=F("recorded_at")),
                name="appeal_received_before_recorded",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["at_court", "ended"])
                | Q(handed_over_at__isnull=False) & ~Q(court=""),
                name="appeal_says_where_it_went",
            ),
            models.CheckConstraint(
                condition=~Q(status="ended")
                | ~Q(outcome="") & Q(decided_on__isnull=False),
                name="appeal_ended_says_how",
            ),
            models.CheckConstraint(
                condition=Q(status="to_try", timeliness="not_tried")
                | Q(status="dismissed", timeliness="late")
                | Q(
                    status__in=["to_hand_over", "at_court", "ended"],
                    timeliness__in=["in_time", "excused", "court"],
                ),
                name="appeal_goes_on_only_in_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["review"],
                condition=Q(status__in=["to_try", "to_hand_over", "at_court"]),
                name="appeal_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def appealed(self) -> Decision | Revocation | DisclosureDecision:
        appealed = self.hand_out or self.revocation or self.decision
        assert appealed is not None  # noqa: S101 — by a constraint
        return appealed


# That the decision that stands lies at the court that is to change it; one whose
# legality alone is tried may be changed meanwhile (FL 2 and 39 §§).
AT_COURT = Q(
    status=IncomingAppeal.Status.AT_COURT,
    revocation=None,
    hand_out=None,
    decision__superseded_by=None,
) & ~Q(timeliness=IncomingAppeal.Timeliness.COURT)
