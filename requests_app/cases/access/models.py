"""The models of access: comparison, contract, delivery, grant, outbox, outside answer,
register token, sandbox, side door and support ticket."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Least, Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.history import AuditedModel, BearerToken, History
from requests_app.cases.intake.models.file import Message
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.core.fields import person_field
from requests_app.core.models import Content
from requests_app.core.municipality import KEYS, SealedField
from requests_app.core.people.models import Authority
from requests_app.core.retention import (
    API_ANSWER,
    ASSESSMENT,
    ELSEWHERE,
    REGISTER,
    WITH_CASE,
    Official,
    Way,
)
from requests_app.registers.models.cloud import Connection

# What a provider that calls us knows after a restore, and we do not.


class Comparison(AuditedModel):
    """Begun by the sweep when an older backup has been restored, and ended by a person.
    Meanwhile nothing is acknowledged on the connection, so that no access opens twice.
    """

    retention = WITH_CASE

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="comparisons",
        editable=False,
    )
    # When the backup was made: what came later is lost.
    lost_from = models.DateTimeField(_("lost from"), editable=False)
    began_at = models.DateTimeField(_("restored"), editable=False)
    # In the provider's words: number, status, and when access was acknowledged.
    told = models.JSONField(_("told by the provider"), default=list, editable=False)
    told_at = models.DateTimeField(_("told"), null=True, editable=False)
    conclusion = models.CharField(_("conclusion"), max_length=500, blank=True)
    concluded_by = person_field(_("concluded by"), null=True, editable=False)
    concluded_at = models.DateTimeField(_("concluded"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("comparison after a restore")
        verbose_name_plural = _("comparisons after restores")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=Q(concluded_at=None),
                name="comparison_open_once",
            ),
            models.CheckConstraint(
                condition=Q(concluded_at=None, concluded_by=None, conclusion="")
                | Q(concluded_at__isnull=False, concluded_by__isnull=False)
                & ~Q(conclusion=""),
                name="comparison_concluded_whole",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Comparison %(number)s") % {"number": self.pk}


# A provider's machine at our door, by contract: who it is and where it is told.


class ContractClient(AuditedModel):
    """A client of the contract API. Its secret is known to the provider only.

    The OAuth2 client itself is allauth's; this row says whose it is, and signs what it
    does with a machine account of its own.
    """

    retention = REGISTER

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="contract_clients",
        help_text=_("The client sees and makes requests on this connection only."),
    )
    name = models.CharField(_("name"), max_length=100, unique=True)
    client_id = models.CharField(
        _("client id"), max_length=100, unique=True, editable=False
    )
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("signs as"),
        related_name="contract_client",
        editable=False,
    )
    secret_made_at = models.DateTimeField(_("secret made"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    webhook_url = models.URLField(
        _("webhook address"),
        blank=True,
        editable=False,
        help_text=_("Where status changes are told, by https, outside our network."),
    )
    # Of the sandbox: its calls are answered by a machine, about nothing that is real.
    is_sandbox = models.BooleanField(
        _("of the sandbox"),
        default=False,
        help_text=_(
            "To try the interface with: a machine answers, and nobody gets access."
        ),
    )
    public_keys = models.JSONField(
        _("public keys"),
        default=list,
        editable=False,
        help_text=_("What the client signs with where it sends no secret (JWK)."),
    )
    changed_itself_at = models.DateTimeField(
        _("changed by the client itself"), null=True, editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("contract client")
        verbose_name_plural = _("contract clients")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class WebhookSecret(AuditedModel):
    """A signing secret of a client's webhook, sealed."""

    retention = REGISTER

    client = models.ForeignKey(
        ContractClient,
        models.PROTECT,
        verbose_name=_("contract client"),
        related_name="webhook_secrets",
    )
    sealed = SealedField(editable=False)
    made_at = models.DateTimeField(_("made"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    history = History(excluded_fields=["sealed"])

    class Meta:
        verbose_name = _("webhook secret")
        verbose_name_plural = _("webhook secrets")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"


class IdempotencyKey(models.Model):
    """An answer the API has given, for a call that comes again. Kept for 72 hours.

    Not audited: what the call did is.
    """

    retention = API_ANSWER

    client = models.ForeignKey(ContractClient, models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    # SHA-256 over method, path and body.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="idempotency_unique")
        ]
        indexes = [models.Index(fields=["made_at"])]

    def __str__(self) -> str:
        return self.key


# The answer to the provider: a task until somebody has seen it arrive.


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> "DeliveryQuerySet":
        """Answers that are still to be given."""
        return self.filter(status__in=Delivery.WAITING)


class Delivery(AuditedModel):
    """One answer to be given to the provider. It says what committed decisions say."""

    retention = WITH_CASE
    document = Official(Way.OUT, at="given_at")

    class Answer(models.TextChoices):
        APPROVE = "approve", _("Approve")
        DENY = "deny", _("Deny")
        REVOKE = "revoke", _("Revoke")

    class Status(models.TextChoices):
        OPEN = "open", _("To be given")
        BLOCKED = "blocked", _("Blocked: the request has changed")
        CONFIRMED = "confirmed", _("Given")
        CANCELLED = "cancelled", _("Cancelled")
        LAPSED = "lapsed", _("Too late")

    class Signature(models.TextChoices):
        """What became of a signature over the approval; blank where there is none."""

        VERIFIED = "verified", _("Verified")
        DOUBTFUL = "doubtful", _("Could not be verified")

    WAITING = (Status.OPEN, Status.BLOCKED)

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="deliveries",
    )
    answer = models.CharField(_("answer"), max_length=8, choices=Answer)
    revision = models.PositiveIntegerField(_("revision of the request"))
    # The text the executor pastes; what the recipient may read, nothing else.
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("text"), related_name="+", null=True
    )
    minutes = models.PositiveIntegerField(_("access (minutes)"), null=True)
    created_at = models.DateTimeField(_("created"))
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.OPEN, editable=False
    )
    confirmed_by = person_field(_("given by"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    given_at = models.DateTimeField(_("given"), null=True)
    # At a provider that releases apart: from here on only the release is left.
    accepted_at = models.DateTimeField(
        _("accepted, not yet released"), null=True, editable=False
    )
    signature = models.CharField(
        _("the provider's signature"),
        max_length=9,
        choices=Signature,
        blank=True,
        editable=False,
    )
    proof = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("proof"), related_name="+", null=True
    )
    provider_reference = models.CharField(
        _("the provider's reference"), max_length=200, blank=True
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to the provider")
        verbose_name_plural = _("answers to the provider")
        ordering = ["-id"]
        indexes = [models.Index(fields=["created_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["access_request"],
                condition=Q(status__in=["open", "blocked"]),
                name="delivery_one_open_per_request",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed")
                | Q(
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    given_at__isnull=False,
                ),
                name="delivery_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.access_request)


# Access while it lasts.


class AccessGrantQuerySet(models.QuerySet["AccessGrant"]):
    def running(self) -> "AccessGrantQuerySet":
        """Access that is open, or will be."""
        return self.exclude(status=AccessGrant.Status.ENDED)

    def to_be_stopped(self) -> "AccessGrantQuerySet":
        """Revoked, and running: no answer to the provider takes it back, so people ask
        in the support case that it stops."""
        tasks = Delivery.objects.filter(
            access_request=OuterRef("access_request"),
            answer=Delivery.Answer.REVOKE,
            status__in=Delivery.WAITING,
        )
        revoked = self.running().filter(access_request__revoked_at__isnull=False)
        return revoked.filter(~Exists(tasks))

    def with_window(self) -> models.QuerySet[Any]:
        """Annotate each grant with `closed_at`: from then it was no more, ended or
        revoked."""
        ends = Coalesce("ended_at", "ends_at")
        return self.annotate(closed_at=Least(ends, "access_request__revoked_at"))


class AccessGrant(AuditedModel):
    """The window a confirmed Approve opens at the provider."""

    retention = WITH_CASE
    document = ASSESSMENT

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Not yet open")
        OPEN = "open", _("Open")
        ENDED = "ended", _("Ended")

    class EndReason(models.TextChoices):
        TIME = "time", _("The time ran out")
        COMPLETED = "completed", _("The provider is done")
        REVOKED = "revoked", _("Revoked")

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="grants",
    )
    delivery = models.OneToOneField(
        Delivery, models.PROTECT, verbose_name=_("answer"), related_name="grant"
    )
    opens_at = models.DateTimeField(_("opens"))
    ends_at = models.DateTimeField(_("ends"))
    status = models.CharField(
        _("status"),
        max_length=9,
        choices=Status,
        default=Status.SCHEDULED,
        editable=False,
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(
        _("why it ended"), max_length=9, choices=EndReason, blank=True
    )
    end_note = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("note"), related_name="+", null=True
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ["ends_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opens_at")),
                name="grant_ends_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False) & ~Q(end_reason="")
                | (~Q(status="ended") & Q(ended_at=None, end_reason="")),
                name="grant_end_is_complete",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"],
                condition=~Q(status="ended"),
                name="grant_running",
            ),
            models.Index(fields=["opens_at"]),
            models.Index(fields=["ends_at"]),
        ]

    def __str__(self) -> str:
        return str(self.access_request)


# A request that is no request: what a provider's developer tries our answers with.

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

# Support tickets of ours at a provider, and the consents that they carry.


class SupportTicketQuerySet(models.QuerySet["SupportTicket"]):
    def with_consent(self) -> "SupportTicketQuerySet":
        """Those by which the provider may look further than the ticket itself says."""
        return self.exclude(advanced_diagnostics=False, other_consents="")


class SupportTicket(AuditedModel):
    """A ticket as the provider shows it: not what it is about, which may be secret."""

    retention = REGISTER

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="support_tickets",
    )
    name = models.CharField(_("name at the provider"), max_length=200)
    number = models.CharField(_("ticket number"), max_length=200)
    status = models.CharField(_("the provider's status"), max_length=100, blank=True)
    advanced_diagnostics = models.BooleanField(
        _("consent to advanced diagnostics"), default=False
    )
    other_consents = models.CharField(_("consent also for"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = SupportTicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("support ticket")
        verbose_name_plural = _("support tickets")
        ordering = ["connection", "number"]
        constraints = [
            models.UniqueConstraint(
                F("connection"), Lower("name"), name="supportticket_unique"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def carries_consent(self) -> bool:
        """As `with_consent` asks it in a query."""
        return self.advanced_diagnostics or bool(self.other_consents)


# Side doors: what stands open at a provider by another way than a request of ours.

# So long a decision elsewhere covers a door at most; then somebody looks again.
MOST_COVERED = timedelta(days=365)


class SideDoorQuerySet(models.QuerySet["SideDoor"]):
    def open(self) -> "SideDoorQuerySet":
        return self.filter(closed_at=None)

    def undecided(self, now: datetime) -> "SideDoorQuerySet":
        """As `SideDoor.is_covered` asks it of one."""
        stands = Q(withdrawn_at=None) | Q(withdrawn_at__lt=F("covered_at"))
        return self.open().exclude(stands, covered_until__gt=now)


class SideDoor(AuditedModel):
    """Open for as long as the provider shows it. A row is one thing that stood open: if
    more is opened by it, it is another row, which no decision covers yet."""

    retention = REGISTER
    document = Official(Way.IN, at="seen_at", title="place")

    class Kind(models.TextChoices):
        CONSENT = "consent", _("Consent in a support ticket")
        OPENED = "opened", _("Opened at the provider")
        DELEGATED = "managed", _("Delegated to another tenant")
        ROLE = "role", _("Role of somebody of another tenant")

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="side_doors",
    )
    kind = models.CharField(_("kind of door"), max_length=8, choices=Kind)
    place = models.CharField(_("name at the provider"), max_length=200)
    # In the provider's words: never what a ticket or case is about.
    what = models.CharField(_("what it opens"), max_length=300, blank=True)
    until = models.DateTimeField(_("closes by itself"), null=True)
    seen_at = models.DateTimeField(_("first seen"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    record = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("as the provider showed it"),
        related_name="+",
        null=True,
    )
    ticket = models.ForeignKey(
        SupportTicket,
        models.PROTECT,
        verbose_name=_("support ticket"),
        related_name="side_doors",
        null=True,
    )
    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("open longer than was granted in"),
        related_name="side_doors",
        null=True,
    )
    decision_number = models.CharField(
        _("number of the decision that covers it"), max_length=100, blank=True
    )
    covered_until = models.DateTimeField(_("covered until"), null=True)
    covered_by = person_field(_("covered by"), null=True)
    covered_at = models.DateTimeField(_("covered since"), null=True)
    reason = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("why the decision covers it"),
        related_name="+",
        null=True,
    )
    # From here it is to be taken back; what became of that is what the provider shows.
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)
    withdrawn_by = person_field(_("taken back by"), null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = SideDoorQuerySet.as_manager()

    class Meta:
        verbose_name = _("side door")
        verbose_name_plural = _("side doors")
        ordering = ["-seen_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                F("connection"),
                F("kind"),
                Lower("place"),
                condition=Q(closed_at=None),
                name="sidedoor_open_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    decision_number="",
                    covered_until=None,
                    covered_by=None,
                    covered_at=None,
                    reason=None,
                )
                | Q(
                    covered_until__gt=F("covered_at"),
                    covered_until__lte=F("covered_at") + MOST_COVERED,
                    covered_by__isnull=False,
                    reason__isnull=False,
                )
                & ~Q(decision_number=""),
                name="sidedoor_covered_whole_for_a_year_at_most",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="sidedoor_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(kind="consent", ticket__isnull=False)
                | ~Q(kind="consent") & Q(ticket=None),
                name="sidedoor_consent_has_its_ticket",
            ),
        ]
        indexes = [
            models.Index(
                fields=["connection"], condition=Q(closed_at=None), name="sidedoor_open"
            )
        ]

    def __str__(self) -> str:
        return self.place

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def covered_to(self) -> datetime | None:
        """When the cover ended or ends: in its time, or as it was taken back."""
        if self.covered_at is None or self.covered_until is None:
            return None
        if self.withdrawn_at is not None and self.withdrawn_at >= self.covered_at:
            return min(self.withdrawn_at, self.covered_until)
        return self.covered_until

    @property
    def is_covered(self) -> bool:
        return self.covered_to is not None and self.covered_to > acting.now()

    @property
    def undecided_since(self) -> datetime:
        """Of one that is not covered now."""
        return self.covered_to or self.seen_at

    @property
    def is_watched(self) -> bool:
        """Does a machine look whether it is still open?"""
        if self.kind == self.Kind.CONSENT:
            return self.connection.has_support_tickets
        if self.kind in (self.Kind.DELEGATED, self.Kind.ROLE):
            return self.connection.shows_outsiders
        return self.connection.is_polled

    @property
    def closes_by_machine(self) -> bool:
        """Does a call of ours take it back?"""
        if self.kind == self.Kind.CONSENT:
            return self.connection.has_support_tickets
        if self.kind in (self.Kind.DELEGATED, self.Kind.ROLE):
            is_ours = self.connection.shows_outsiders and self.connection.is_answered
            return is_ours and self.kind == self.Kind.DELEGATED
        return self.connection.is_revoked


# What leaves the database: committed first, sent after, kept with what came back.


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def sent_by_machine(self) -> "OutboxQuerySet":
        """Not answers of a connection that people answer by now; only one that may
        have taken effect is still read back."""
        by_hand = ~Q(access_request__connection__in=Connection.objects.answered())
        answer = OutboxMessage.Topic.ANSWER
        return self.filter(finished_at=None).exclude(
            by_hand, topic=answer, uncertain=False
        )

    def revocations(self) -> "OutboxQuerySet":
        """What stops access: an answer by machine, or what clients are told."""
        return self.filter(
            Q(event=OutboxMessage.Event.REVOKED)
            | Q(delivery__answer=Delivery.Answer.REVOKE)
        )

    def at_once(self) -> "OutboxQuerySet":
        """What can not wait for the sweep: what clients are told, what stops access,
        and answers on more of an access that runs meanwhile."""
        extension = Q(delivery__isnull=False, access_request__extends__isnull=False)
        return self.filter(
            Q(topic=OutboxMessage.Topic.WEBHOOK)
            | Q(delivery__answer=Delivery.Answer.REVOKE)
            | extension
        )


class OutboxMessage(models.Model):
    """One thing to be told to one recipient, in order within its lane.

    It says what to tell of, not what: the body is built from the committed row when it
    is sent. Not audited: attempts and leases change it by the minute; the database
    lets nothing else of it change. What was decided is in the delivery, what was sent
    and came back in the attempts, which are insert-only.
    """

    retention = WITH_CASE
    belongs = ("access_request", "client", "side_door")

    class Topic(models.TextChoices):
        ANSWER = "answer", _("Answer to the provider")
        WEBHOOK = "webhook", _("Webhook")
        QUESTION = "question", _("Question to the provider")
        DOOR = "door", _("Side door closed")

    class Event(models.TextChoices):
        STATUS = "request.status_changed", _("New status")
        QUESTION = "request.question", _("Question")
        REVOKED = "request.access_revoked", _("Access revoked")
        TEST = "webhook.test", _("Test")
        RESTORED = "service.restored", _("Restored from a backup")

    class Result(models.TextChoices):
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    topic = models.CharField(_("topic"), max_length=8, choices=Topic)
    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="outbox",
        null=True,
    )
    delivery = models.OneToOneField(
        Delivery,
        models.PROTECT,
        verbose_name=_("answer"),
        related_name="outbox_message",
        null=True,
    )
    client = models.ForeignKey(
        ContractClient,
        models.PROTECT,
        verbose_name=_("contract client"),
        related_name="outbox",
        null=True,
    )
    sandbox_request = models.ForeignKey(
        SandboxRequest,
        models.PROTECT,
        verbose_name=_("sandbox request"),
        related_name="outbox",
        null=True,
    )
    # What a webhook tells of.
    event = models.CharField(_("event"), max_length=30, choices=Event, blank=True)
    question = models.ForeignKey(
        Message, models.PROTECT, verbose_name=_("question"), related_name="+", null=True
    )
    side_door = models.ForeignKey(
        SideDoor,
        models.PROTECT,
        verbose_name=_("side door"),
        related_name="outbox",
        null=True,
    )
    # Messages of one lane go one at a time, the oldest first.
    lane = models.CharField(max_length=60)
    key = models.UUIDField(_("idempotency key"), default=uuid.uuid4, unique=True)
    created_at = models.DateTimeField(_("created"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    lease_until = models.DateTimeField(null=True)
    # A call was begun, and whether it took effect is not known yet.
    uncertain = models.BooleanField(_("effect not known"), default=False)
    finished_at = models.DateTimeField(_("finished"), null=True)
    result = models.CharField(_("result"), max_length=9, choices=Result, blank=True)
    trouble = models.TextField(_("trouble"), blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None, result="")
                | (Q(finished_at__isnull=False) & ~Q(result="")),
                name="outbox_finished_has_result",
            ),
            models.CheckConstraint(
                condition=Q(topic="answer", delivery__isnull=False, client=None)
                & Q(event="", question=None, access_request__isnull=False)
                & Q(sandbox_request=None, side_door=None)
                | Q(topic="question", delivery=None, client=None, event="")
                & Q(question__isnull=False, access_request__isnull=False)
                & Q(sandbox_request=None, side_door=None)
                | Q(topic="door", delivery=None, client=None, event="")
                & Q(question=None, access_request=None, side_door__isnull=False)
                & Q(sandbox_request=None)
                | Q(topic="webhook", delivery=None, client__isnull=False)
                & Q(side_door=None)
                & (
                    Q(
                        event__in=["request.status_changed", "request.access_revoked"],
                        question=None,
                        access_request__isnull=False,
                        sandbox_request=None,
                    )
                    | Q(
                        event="request.question",
                        question__isnull=False,
                        access_request__isnull=False,
                        sandbox_request=None,
                    )
                    | Q(
                        event__startswith="request.",
                        question=None,
                        access_request=None,
                        sandbox_request__isnull=False,
                    )
                    | Q(
                        event__in=["webhook.test", "service.restored"],
                        question=None,
                        access_request=None,
                        sandbox_request=None,
                    )
                ),
                name="outbox_tells_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(finished_at=None),
                name="outbox_waiting",
            ),
            models.Index(
                fields=["lane", "id"],
                condition=Q(finished_at=None),
                name="outbox_lane",
            ),
            models.Index(fields=["client", "id"], name="outbox_of_client"),
        ]

    def __str__(self) -> str:
        return f"{self.key}"

    def in_flight(self, now: datetime) -> bool:
        """Is a call under way, or was one begun whose effect is not known?"""
        return self.is_under_way(now) or (self.finished_at is None and self.uncertain)

    def is_under_way(self, now: datetime) -> bool:
        leased = self.lease_until is not None and self.lease_until > now
        return self.finished_at is None and leased


class OutboxAttempt(models.Model):
    """One call: what was sent, and what came back. Insert-only."""

    retention = WITH_CASE
    document = ELSEWHERE

    message = models.ForeignKey(
        OutboxMessage,
        models.PROTECT,
        verbose_name=_("outgoing message"),
        related_name="tries",
    )
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"))
    sent = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("sent"), related_name="+", null=True
    )
    came_back = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("came back"),
        related_name="+",
        null=True,
    )
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    result = models.TextField(_("result"))

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"


# An answer that somebody gave the provider past Lockbox.


class OutsideAnswer(AuditedModel):
    """What was answered outside Lockbox, by whom and with what proof. It is a fact that
    is recorded: no decision, and nothing that opens access here."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="recorded_at")

    class Answer(models.TextChoices):
        APPROVE = "approve", _("Approve")
        DENY = "deny", _("Deny")

    class Way(models.TextChoices):
        PORTAL = "portal", _("In the provider's portal")
        SUPPORT = "support", _("In the support case or by e-mail")
        PHONE = "phone", _("By telephone")
        OTHER = "other", _("Another way")

    access_request = models.OneToOneField(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="outside_answer",
    )
    answer = models.CharField(_("answer"), max_length=7, choices=Answer)
    given_at = models.DateTimeField(_("when it was answered"))
    way = models.CharField(_("how"), max_length=7, choices=Way)
    given_by = models.CharField(_("who answered"), max_length=200)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    proof = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("proof"),
        related_name="+",
        null=True,
    )
    account = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("why it was answered outside Lockbox"),
        related_name="+",
    )
    recorded_by = person_field(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))

    history = History()

    class Meta:
        verbose_name = _("answer outside Lockbox")
        verbose_name_plural = _("answers outside Lockbox")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reference="") | Q(proof__isnull=False),
                name="outsideanswer_is_proven",
            ),
            models.CheckConstraint(
                condition=Q(given_at__lte=models.F("recorded_at")),
                name="outsideanswer_given_before_recorded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# What another system shows to fill registers, and the person who answers for it.


class RegisterToken(BearerToken):
    """Never more than the person's own rights: what is written is signed by them, and
    what nobody changes alone waits for another than them."""

    retention = REGISTER
    belongs = KEYS

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="+",
    )
    # None: every authority for which the person keeps rows.
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="+",
        null=True,
    )

    class Meta:
        verbose_name = _("key of a system that fills registers")
        default_permissions = ()
