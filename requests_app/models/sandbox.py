"""A request that is no request: what a provider's developer tries our answers with."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.contract import ContractClient
from requests_app.models.retention import REGISTER

# After so long a machine does what the request asks for.
ANSWERS_AFTER = timedelta(seconds=5)
REVOKES_AFTER = timedelta(seconds=10)
LAPSES_AFTER = timedelta(hours=12)


class SandboxRequest(models.Model):
    """A trial of the contract API, answered by what its first word in brackets says.

    Nobody at the authority has it: no page, queue, search or register reads this table,
    and what reads requests can't reach it. Not audited: nothing is decided by it.
    """

    retention = REGISTER

    class Script(models.TextChoices):
        """What becomes of it; `[grant]` where the justification begins with no word."""

        GRANT = "grant", _("Granted as asked")
        LESS = "less", _("Granted for half the time, with a condition")
        REFUSE = "refuse", _("Refused")
        REVOKE = "revoke", _("Granted, and revoked after ten seconds")
        ASK = "ask", _("A question first; granted when it is answered")
        HOLD = "hold", _("Granted, but the answer is held back as you acknowledge")
        LAPSE = "lapse", _("No answer in time")
        ELSEWHERE = "elsewhere", _("Answered in your portal")
        MERGED = "merged", _("Merged into another request")
        CLOSED = "closed", _("Closed without an answer")

    client = models.ForeignKey(
        ContractClient, models.PROTECT, related_name="sandbox_requests"
    )
    number = models.CharField(max_length=100)
    extends = models.ForeignKey("self", models.PROTECT, null=True, related_name="more")
    # As the call told it, and what has been said and reported since.
    terms = models.JSONField()
    messages = models.JSONField(default=list)
    events = models.JSONField(default=list)
    script = models.CharField(max_length=10, choices=Script)
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    # When the terms that it has by now came.
    asked_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sandbox request")
        verbose_name_plural = _("sandbox requests")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                models.F("client"),
                models.functions.Lower("number"),
                name="sandbox_number_unique",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def minutes(self) -> int:
        """As granted."""
        terms = int(self.terms["minutes"])
        return max(terms // 2, 1) if self.script == self.Script.LESS else terms

    @property
    def answer_by(self) -> datetime:
        return self.asked_at + LAPSES_AFTER

    @property
    def ready_at(self) -> datetime | None:
        """When the answer is ready; None while a question waits for its answer."""
        if self.script != self.Script.ASK:
            return self.asked_at + ANSWERS_AFTER
        answered = [row["said_at"] for row in self.messages if row["answers"] == 1]
        return datetime.fromisoformat(answered[0]) + ANSWERS_AFTER if answered else None

    @property
    def opens_at(self) -> datetime | None:
        if self.acknowledged_at is None or self.script == self.Script.REFUSE:
            return None
        running = self.extends.ends_at if self.extends else None
        return max(filter(None, (running, self.acknowledged_at)))

    @property
    def ends_at(self) -> datetime | None:
        """When it ends with what extends it."""
        opens = self.opens_at
        return opens + timedelta(minutes=self.minutes) if opens else None

    @property
    def revoked_at(self) -> datetime | None:
        first = self.extends or self
        if first.acknowledged_at is None or first.script != self.Script.REVOKE:
            return None
        return first.acknowledged_at + REVOKES_AFTER

    def status_at(self, now: datetime) -> str:
        """As its provider is told it: reckoned, so that nothing has to be run."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.revoked_at is not None and self.revoked_at <= now:
            return "access_revoked"
        if self.acknowledged_at is not None:
            return self._after_acknowledging(now)
        if now >= self.answer_by:
            return "lapsed"
        if self.ready_at is None or now < self.ready_at:
            return "in_review"
        return ENDS.get(self.script, "answer_ready")

    def _after_acknowledging(self, now: datetime) -> str:
        if self.ends_at is None:
            return "denied"
        return "access_open" if now < self.ends_at else "access_ended"

    def data_of(self, event: str, question: str, now: datetime) -> dict[str, Any]:
        """What a webhook says of it; `question` is the event that tells of one."""
        if event == question:
            return {"number": self.number, "message": 1}
        return {"number": self.number, "status": self.status_at(now)}


ENDS = {
    SandboxRequest.Script.LAPSE.value: "lapsed",
    SandboxRequest.Script.ELSEWHERE.value: "answered_elsewhere",
    SandboxRequest.Script.MERGED.value: "merged",
    SandboxRequest.Script.CLOSED.value: "closed",
}
