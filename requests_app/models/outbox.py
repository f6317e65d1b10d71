"""What leaves the database: committed first, sent after, kept with what came back."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.access_request import AccessRequest
from requests_app.models.connection import Connection
from requests_app.models.content import Content
from requests_app.models.contract import ContractClient
from requests_app.models.delivery import Delivery
from requests_app.models.message import Message
from requests_app.models.official import ELSEWHERE
from requests_app.models.retention import WITH_CASE
from requests_app.models.sandbox import SandboxRequest
from requests_app.models.side_door import SideDoor


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
