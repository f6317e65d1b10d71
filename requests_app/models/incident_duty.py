"""What the law asks when something has happened (incidentanmälan)."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.breach import Breach
from requests_app.models.content import Content
from requests_app.models.deviation import Deviation
from requests_app.models.official import Official, Way
from requests_app.models.person_field import person_field
from requests_app.models.retention import WITH_CASE
from requests_app.models.review import SecrecyReview
from requests_app.models.role import Role


class IncidentDuty(AuditedModel):
    """To tell somebody of it, by a clock that runs from when it became known; ended as
    done, with when and a reference, or as not needed, with a reason."""

    retention = WITH_CASE
    document = Official(Way.OUT, at="reported_at", with_whom="kind")
    belongs = ("review", "breach", "deviation")

    PROTECTED = ("reference",)

    class Kind(models.TextChoices):
        GDPR_AUTHORITY = "gdpr33", _("Notify IMY (GDPR article 33)")
        GDPR_PERSONS = "gdpr34", _("Tell the data subjects (GDPR article 34)")
        CYBER_WARNING = "cyber5", _("Early warning (Cyber Security Act 2:5)")
        CYBER_REPORT = "cyber6", _("Incident report (Cyber Security Act 2:6)")
        CYBER_FINAL = "cyber8", _("Final report (Cyber Security Act 2:8)")
        CYBER_STATUS = "cyber8st", _("Status report (Cyber Security Act 2:8)")
        SECURITY = (
            "security",
            _("Report to the Security Service (Protective Security Act 2:1)"),
        )

    class Status(models.TextChoices):
        OPEN = "open", _("To be done")
        DONE = "done", _("Done")
        NOT_NEEDED = "not_needed", _("Not needed")

    # Whose queue it is in; whoever owns the deviation has it too.
    ROLES: dict[str, str] = {
        Kind.GDPR_AUTHORITY: Role.DATA_PROTECTION_OFFICER,
        Kind.GDPR_PERSONS: Role.DATA_PROTECTION_OFFICER,
        Kind.CYBER_WARNING: Role.INFORMATION_SECURITY_MANAGER,
        Kind.CYBER_REPORT: Role.INFORMATION_SECURITY_MANAGER,
        Kind.CYBER_FINAL: Role.INFORMATION_SECURITY_MANAGER,
        Kind.CYBER_STATUS: Role.INFORMATION_SECURITY_MANAGER,
        Kind.SECURITY: Role.SECURITY_PROTECTION_MANAGER,
    }

    # Of a stop, a breach or what is known to be an incident; until then the deviation
    # waits.
    CERTAIN = Q(deviation=None) | Q(deviation__outcome=Deviation.Outcome.INCIDENT)

    # None where it is of Lockbox itself, and of no case.
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="incident_duties",
        null=True,
        editable=False,
    )
    breach = models.ForeignKey(
        Breach,
        models.PROTECT,
        verbose_name=_("breach of Lockbox"),
        related_name="duties",
        null=True,
        editable=False,
    )
    # None where the review was stopped for protective security, and of a breach.
    deviation = models.ForeignKey(
        Deviation,
        models.PROTECT,
        verbose_name=_("deviation"),
        related_name="duties",
        null=True,
        editable=False,
    )
    kind = models.CharField(_("duty"), max_length=8, choices=Kind, editable=False)
    known_at = models.DateTimeField(_("known since"), editable=False)
    due_at = models.DateTimeField(_("to be done by"), editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.OPEN, editable=False
    )
    reported_at = models.DateTimeField(_("reported"), null=True, editable=False)
    reference = models.CharField(
        _("the receiver's reference"), max_length=200, blank=True, editable=False
    )
    report = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what was reported"),
        related_name="+",
        null=True,
        editable=False,
    )
    reason = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("why it is not needed"),
        related_name="+",
        null=True,
        editable=False,
    )
    settled_by = person_field(_("settled by"), null=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("incident duty")
        verbose_name_plural = _("incident duties")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "deviation", "breach", "kind"],
                condition=~Q(kind="cyber8st"),
                nulls_distinct=False,
                name="incidentduty_once",
            ),
            models.CheckConstraint(
                condition=Q(review__isnull=False, breach=None)
                | Q(review=None, deviation=None, breach__isnull=False),
                name="incidentduty_of_a_case_or_a_breach",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=models.F("known_at")),
                name="incidentduty_due_after_it_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="open",
                    reported_at=None,
                    reason=None,
                    settled_by=None,
                    settled_at=None,
                )
                | Q(
                    status="done",
                    reported_at__isnull=False,
                    report__isnull=False,
                    reason=None,
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                )
                & ~Q(reference="")
                | Q(
                    status="not_needed",
                    reported_at=None,
                    reason__isnull=False,
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                ),
                name="incidentduty_settled_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"]),
            models.Index(
                fields=["due_at"], condition=Q(status="open"), name="incidentduty_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.incident}"

    @property
    def incident(self) -> SecrecyReview | Breach:
        """What it belongs to: a case, or a breach of Lockbox itself."""
        return self.review or self.breach  # type: ignore[return-value]

    @property
    def authority(self) -> Authority:
        return self.incident.authority

    @property
    def authority_id(self) -> int:
        return self.incident.authority_id

    @property
    def role(self) -> str:
        # Nobody's, where there is no such duty.
        return self.ROLES.get(self.kind, "")

    @property
    def is_certain(self) -> bool:
        """Is it certain that the duty applies? As `CERTAIN` asks it in a query."""
        outcome = self.deviation.outcome if self.deviation else None
        return outcome in (None, Deviation.Outcome.INCIDENT)

    @property
    def has_no_hours(self) -> bool:
        """Is it to be done without undue delay, and by no hour that the law names? Its
        time is then ours, to be reminded by."""
        return self.kind == self.Kind.GDPR_PERSONS

    @property
    def is_late(self) -> Any:
        """Was it reported after its time?"""
        end: datetime | None = self.reported_at
        return end is not None and end > self.due_at
