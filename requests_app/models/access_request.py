"""What a provider asks for, and everything that arrived about it."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.connection import Connection
from requests_app.models.content import Content
from requests_app.models.official import ELSEWHERE
from requests_app.models.request_clock import RequestClock, deadline_path
from requests_app.models.retention import WITH_CASE
from requests_app.models.revoked_status import get_status_display
from requests_app.providers.terms import TERM
from requests_app.words.addresses import printable


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def numbered(self, connection: Connection, number: str) -> "AccessRequestQuerySet":
        """The request of that number: typed in capitals or not, it is the same."""
        return self.keyed(connection.pk, number_key(number))

    def overdue(self, at: datetime) -> "AccessRequestQuerySet":
        """Requests whose time to answer has run out by then, and that wait for it."""
        return self.due_within(at, timedelta(0))

    def due_within(self, at: datetime, time: timedelta) -> "AccessRequestQuerySet":
        """Requests that are to be answered within so long."""
        is_due = {f"{deadline_path()}__lte": at + time}
        return self.filter(status__in=AccessRequest.AWAITING, **is_due)

    def soonest_first(self) -> "AccessRequestQuerySet":
        return self.order_by(deadline_path())

    def keyed(self, connection: int, key: str) -> "AccessRequestQuerySet":
        """The same, where a query is written beforehand."""
        rows = self.alias(number=Lower("external_id"))
        return rows.filter(connection=connection, number=key)


def number_key(number: str) -> str:
    return number.strip().lower()


def line(name: str) -> models.CharField:
    """A term of one line, empty where the provider has not told."""
    term = TERM[name]
    return models.CharField(term.label, max_length=term.longest, blank=True)


class AccessRequest(AuditedModel):
    """A provider's application to touch what we keep (åtkomstbegäran): the terms of the
    newest revision. Earlier ones are its history; what arrived is in `arrivals`."""

    retention = WITH_CASE
    document = ELSEWHERE
    belongs = ("connection", "reviews")

    class Status(models.TextChoices):
        IN_REVIEW = "in_review", _("Under review")
        TO_ANSWER = "to_answer", _("To be answered")
        ANSWERED = "answered", _("Answered")
        ACCESS_OPEN = "access_open", _("Access open")
        ACCESS_ENDED = "access_ended", _("Access ended")
        LAPSED = "lapsed", _("Lapsed without an answer")
        WITHDRAWN = "withdrawn", _("Withdrawn or solved otherwise")
        ELSEWHERE = "elsewhere", _("Answered outside Lockbox")
        MERGED = "merged", _("Merged into another")
        CLOSED = "closed", _("Closed")

    class ReceivedBy(models.TextChoices):
        MANUAL = "manual", _("Typed by hand")
        FILE = "file", _("Saved answer of the provider")
        POLL = "poll", _("The provider's interface")
        CONTRACT = "contract", _("Our contract API")
        MAIL = "mail", _("A notice by mail")
        LOG = "log", _("Seen in the provider's log")

    TYPED = (ReceivedBy.MANUAL, ReceivedBy.MAIL)  # wholly or in part
    AWAITING = (Status.IN_REVIEW, Status.TO_ANSWER)  # the provider waits for us
    # What it can be without ever having had a review: an answer takes a decision.
    WITHOUT_REVIEW = (*AWAITING, Status.LAPSED, Status.WITHDRAWN, Status.ELSEWHERE)
    # Nothing of it goes on, whoever wants to.
    ENDED = (Status.CLOSED, Status.MERGED)
    # It is over, and its reviews can be closed: one made afterwards too.
    OVER = (
        *(Status.CLOSED, Status.ANSWERED, Status.ACCESS_ENDED),
        *(Status.LAPSED, Status.WITHDRAWN, Status.ELSEWHERE),
    )

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="access_requests",
    )
    external_id = models.CharField(
        TERM["external_id"].label, max_length=TERM["external_id"].longest
    )
    received_by = models.CharField(_("came in by"), max_length=8, choices=ReceivedBy)

    revision = models.PositiveIntegerField(_("revision"), default=1)
    service = line("service")
    justification = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=TERM["justification"].label,
        related_name="+",
        null=True,
    )
    duration_minutes = models.PositiveIntegerField(
        _("access asked for (minutes)"), null=True, blank=True
    )
    duration_text = line("duration_text")
    engineer_country = line("engineer_country")
    employer_entity = line("employer_entity")
    support_case = line("support_case")
    audit_id = line("audit_id")
    requested_at = models.DateTimeField(TERM["requested_at"].label, null=True)
    received_at = models.DateTimeField(_("received"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_afterwards = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("why it was recorded afterwards"),
        related_name="+",
        null=True,
    )
    answer_deadline = models.DateTimeField(TERM["answer_deadline"].label, null=True)

    # What the provider calls it, and what we do.
    provider_status = models.CharField(
        _("the provider's status"), max_length=100, blank=True
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=Status,
        default=Status.IN_REVIEW,
        editable=False,
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("merged into"),
        null=True,
        related_name="merged",
    )
    narrows = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("narrower request after"),
        null=True,
        related_name="narrower",
    )
    extends = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("extends"),
        null=True,
        related_name="extensions",
    )
    # From here no more of this access is opened, nor of what extends it.
    revoked_at = models.DateTimeField(_("access revoked"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("access request")
        verbose_name_plural = _("access requests")
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                F("connection"), Lower("external_id"), name="accessrequest_unique"
            ),
            models.UniqueConstraint(
                F("connection"),
                Lower("audit_id"),
                condition=~Q(audit_id=""),
                name="accessrequest_audit_id_unique",
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into=None)),
                name="accessrequest_merged_says_where",
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_deadline"],
                condition=Q(status__in=["in_review", "to_answer"]),
                name="accessrequest_awaiting",
            ),
            models.Index(fields=["-received_at"]),
            models.Index(fields=["requested_at"]),
            models.Index(fields=["answer_deadline"]),
            models.Index(
                fields=["status"],
                condition=~Q(status__in=["closed", "merged"]),
                name="accessrequest_open",
            ),
            models.Index(
                fields=["revoked_at"],
                condition=Q(revoked_at__isnull=False),
                name="accessrequest_revoked",
            ),
        ]

    get_status_display = get_status_display

    def __str__(self) -> str:
        return printable(self.external_id) or f"{self.pk}"

    @property
    def is_asked(self) -> bool:
        """Does a machine put questions about it to the provider?"""
        return bool(self.asked_in) and self.connection.is_asked

    @property
    def asked_in(self) -> str:
        """The number of the thread for questions: its support case's, or its own."""
        in_tickets = self.connection.product.abilities.has_support_tickets
        return self.support_case if in_tickets else self.external_id

    @property
    def is_typed_door(self) -> bool:
        """Did a person type what the provider's record of a door does not say?"""
        is_typed = self.received_by == self.ReceivedBy.MANUAL
        return is_typed and self.connection.product.abilities.opens_grants

    @property
    def comes_incomplete(self) -> bool:
        """Is it told in less than a review takes, so that people add the rest?"""
        if self.received_by == self.ReceivedBy.POLL:
            return self.connection.product.abilities.is_completed
        return self.received_by == self.ReceivedBy.MAIL

    @property
    def is_draft(self) -> bool:
        """Has nobody said yet what it is for?"""
        return self.justification_id is None and self.comes_incomplete

    @property
    def clock(self) -> RequestClock:
        return RequestClock(self)
