"""Request, of the models of intake: access request, arrival, mail, provider status,
request clock, requested object and revoked status."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5, Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from audit_app.retention import WHILE_NEEDED
from requests_app.core.fields import person_field
from requests_app.core.models import Content
from requests_app.core.municipality import HERE
from requests_app.core.retention import ELSEWHERE, REGISTER, WITH_CASE, Official, Way
from requests_app.core.words.texts import printable
from requests_app.providers.application import TERM, Application
from requests_app.providers.mail import BadPattern, compiled
from requests_app.registers.models.cloud import CloudObject, Connection

# The clocks of a request: until when the provider waits for an answer, and until when
# access runs. Nobody else reads or writes the column of the deadline.

COLUMN = "answer_deadline"
# The columns that a request's clock may write.
COLUMNS = (COLUMN,)


def deadline_path(path: str = "") -> str:
    """In a query: the deadline of the request at the end of this path."""
    return f"{path}__{COLUMN}" if path else COLUMN


def first_deadline(
    product: Any, application: Application, received_at: datetime
) -> dict[str, datetime | None]:
    """The deadline of a request that is made, as a column."""
    return {COLUMN: deadline_of(product, application, received_at)}


def deadline_of(
    product: Any, application: Application, received_at: datetime
) -> datetime | None:
    """Until when an application can be answered: the earlier of what the provider says
    and what its product allows.

    A provider's clock that runs ahead must not give us hours that do not exist.
    """
    minutes, provider_says = product.answer_minutes, application.answer_deadline
    if minutes is None:
        return provider_says
    if provider_says is not None:
        return min(provider_says, received_at + timedelta(minutes=minutes))
    start = min(application.requested_at or received_at, received_at)
    return start + timedelta(minutes=minutes)


@dataclass(frozen=True)
class RequestClock:
    """The clocks of one request; instants are aware. `answer_by` is None where the
    provider waits for as long as it takes."""

    request: Any

    @property
    def answer_by(self) -> datetime | None:
        return getattr(self.request, COLUMN)

    def is_out(self, at: datetime) -> bool:
        """Has the time to answer run out by then?"""
        return self.answer_by is not None and self.answer_by <= at

    @property
    def access_ends(self) -> datetime | None:
        """When running access ends, if any runs."""
        running = self.request.grants.running().values_list("ends_at", flat=True)
        return running.order_by("ends_at").first()

    def moved_to(self, deadline: datetime | None) -> dict[str, datetime | None]:
        """Another deadline, as a column to save. A request that extends an access stops
        when that does, whatever the provider changes, for silence means no extension.
        """
        extended = self.request.extends
        if extended is None:
            return {COLUMN: deadline}
        ends = extended.clock.access_ends or extended.clock.answer_by
        known = (moment for moment in (deadline, ends) if moment is not None)
        return {COLUMN: min(known, default=None)}


# A status as people read it, once what was granted has been revoked, and of access
# that nobody asked for.

# Of a review, and of a request: the status stays what it was.
STAYS = ("decided", "closed", "access_open", "access_ended")


@admin.display(description=_("status"), ordering="status")
def get_status_display(row: Any) -> str:
    """The method of a review or a request; lists name it as their column. A base class
    would not do: Django sets its own where a model has none itself."""
    if row.status == "elsewhere" and row.received_by == "log":
        return gettext("Access without a request")
    label = str(row.Status(row.status).label)
    if row.status not in STAYS:
        return label
    request = getattr(row, "access_request", row)
    return f"{label}, {gettext('grant revoked')}" if request.revoked_at else label


# What a provider asks for, and everything that arrived about it.


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


# What came from a provider, as it came, and what was done with it by hand.


class Arrival(models.Model):
    """Something that arrived, byte for byte, whether or not we could read it.

    Insert-only, its own history: the row is never changed.
    """

    retention = WITH_CASE
    document = Official(Way.IN, at="arrived_at", title="result")

    class Result(models.TextChoices):
        NEW = "new", _("New request")
        REVISION = "revision", _("New revision")
        CORRECTION = "correction", _("Corrected by us")
        STATUS = "status", _("New status at the provider")
        COMPLETION = "completion", _("Completed by us")
        NOTICE = "notice", _("Notice by mail")
        NOT_TAKEN_IN = "not_taken", _("Could not be taken in")

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="arrivals",
    )
    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="arrivals",
        null=True,
    )
    revision = models.PositiveIntegerField(_("revision"), null=True)
    payload = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("payload"), related_name="+"
    )
    # What it was typed from: a picture of the portal, or what stood there.
    source = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("typed from"),
        related_name="+",
        null=True,
    )
    # SHA-256 of what the provider decides over, without its status: tells whether a
    # second arrival changes the application itself.
    terms_digest = models.CharField(max_length=64, blank=True)
    provider_status = models.CharField(
        _("the provider's status"), max_length=100, blank=True
    )
    result = models.CharField(_("result"), max_length=10, choices=Result)
    trouble = models.TextField(_("trouble"), blank=True)
    # Of what was typed by hand: why it was corrected, or how the change was learnt.
    reason = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("reason"),
        related_name="+",
        null=True,
    )
    arrived_at = models.DateTimeField(_("arrived"))
    arrived_by = person_field(_("arrived by"))

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        ordering = ["-id"]
        indexes = [
            # What could not be taken in is a small part of all that came.
            models.Index(
                fields=["connection"],
                condition=models.Q(result="not_taken"),
                name="arrival_not_taken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_unhandled(self) -> bool:
        return not hasattr(self, "handled")


class ArrivalHandled(AuditedModel):
    """A person has dealt with an arrival that could not be read."""

    retention = WITH_CASE

    arrival = models.OneToOneField(
        Arrival, models.PROTECT, verbose_name=_("arrival"), related_name="handled"
    )
    note = models.CharField(_("what was done"), max_length=300)

    history = History()

    class Meta:
        verbose_name = _("handled arrival")
        verbose_name_plural = _("handled arrivals")

    def __str__(self) -> str:
        return f"{self.pk}"


# Providers' notices by mail: the rules that know them, and what has been read.


class MailRule(AuditedModel):
    """What a provider's notice looks like, and where its numbers stand in it."""

    retention = REGISTER

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="mail_rules",
    )
    name = models.CharField(_("name"), max_length=100)
    sender = models.CharField(
        _("from"),
        max_length=254,
        help_text=_("An address, or a domain alone, as the mail says who it is from."),
    )
    signed_by = models.CharField(
        _("signed by the domain"),
        max_length=253,
        help_text=_(
            "d= of the provider's DKIM signature. Others are taken for forged."
        ),
    )
    sealed_by = models.CharField(
        _("or forwarded and sealed by the domain"),
        max_length=253,
        blank=True,
        help_text=_(
            "Where our own mail system alters what it forwards: d= of its ARC seal,"
            " whose word for the provider's signature is trusted."
        ),
    )
    subject_pattern = models.CharField(
        _("pattern of the subject"),
        max_length=300,
        help_text=_("A regular expression (RE2). Capitals or not is the same."),
    )
    number_pattern = models.CharField(
        _("pattern of the request number"),
        max_length=300,
        help_text=_(
            "What stands in its brackets, in subject or text, such as (EXSR[0-9]+)."
        ),
    )
    case_pattern = models.CharField(
        _("pattern of the support case"),
        max_length=300,
        blank=True,
    )
    tenant = models.CharField(
        _("text that names our tenant"),
        max_length=200,
        blank=True,
        help_text=_(
            "Stands in every notice for this connection and in no other. Without it all"
            " are taken to be for this connection."
        ),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    history = History()

    class Meta:
        verbose_name = _("mail rule")
        verbose_name_plural = _("mail rules")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "name"], name="mailrule_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Patterns are patterns."""
        errors = {}
        for name in ("subject_pattern", "number_pattern", "case_pattern"):
            try:
                compiled(getattr(self, name))
            except BadPattern as error:
                errors[name] = str(error)
        if errors:
            raise ValidationError(errors)


class ReceivedMail(models.Model):
    """A mail from a provider, kept as it came, and what it was taken for. Only added.

    Of mails from anybody else nothing is kept: they are counted.
    """

    retention = WITH_CASE
    document = Official(Way.IN, at="arrived_at", title="number")
    belongs = ("rule", "arrival")

    class Verdict(models.TextChoices):
        NOTICE = "notice", _("A notice: a new request")
        KNOWN = "known", _("A notice of a request that is known")
        DOUBTED = "doubted", _("Looks like a notice, and the signature does not hold")
        NOT_TAKEN_IN = "not_taken", _("A notice that could not be taken in")
        OTHER = "other", _("No notice")

    uid_validity = models.BigIntegerField(_("generation of the mailbox"))
    uid = models.BigIntegerField(_("number in the mailbox"))
    # SHA-256 of the mail: it may come again under another number.
    digest = models.CharField(_("digest"), max_length=64)
    mail = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("mail"), related_name="+"
    )
    # Whose signatures held when it was read: "domain", or "domain sealed-by".
    signatures = ArrayField(
        models.CharField(max_length=510), verbose_name=_("signatures"), default=list
    )
    rule = models.ForeignKey(
        MailRule,
        models.PROTECT,
        verbose_name=_("mail rule"),
        related_name="+",
        null=True,
    )
    number = models.CharField(_("request number"), max_length=200, blank=True)
    support_case = models.CharField(_("support case"), max_length=100, blank=True)
    verdict = models.CharField(_("taken for"), max_length=9, choices=Verdict)
    arrival = models.OneToOneField(
        Arrival,
        models.PROTECT,
        verbose_name=_("arrival"),
        related_name="mail",
        null=True,
    )
    sent_at = models.DateTimeField(_("sent"))
    arrived_at = models.DateTimeField(_("in the mailbox"))
    read_at = models.DateTimeField(_("read"))

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["digest"],
                condition=~models.Q(verdict="other"),
                name="receivedmail_unique",
            ),
            # By another rule it may turn out to be a notice.
            models.UniqueConstraint(
                fields=["digest"],
                condition=models.Q(verdict="other"),
                name="receivedmail_other_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class MailboxPosition(models.Model):
    """How far the mailbox has been read, by which rules, and how many mails were no
    provider's. Not audited: it is written every minute."""

    retention = WHILE_NEEDED
    belongs = HERE

    name = models.CharField(max_length=300, unique=True)
    uid_validity = models.BigIntegerField()
    last_uid = models.BigIntegerField(default=0)
    # Of the rules: with others it is read anew.
    rules = models.CharField(max_length=64)
    others = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("position in the mailbox")
        verbose_name_plural = _("positions in the mailbox")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


# A request's status as its provider is told it: no more than what concerns it.

STATUS_SHOWN = {
    AccessRequest.Status.IN_REVIEW: "in_review",
    AccessRequest.Status.TO_ANSWER: "answer_ready",
    AccessRequest.Status.ANSWERED: "denied",
    AccessRequest.Status.ACCESS_OPEN: "access_open",
    AccessRequest.Status.ACCESS_ENDED: "access_ended",
    AccessRequest.Status.LAPSED: "lapsed",
    AccessRequest.Status.WITHDRAWN: "withdrawn",
    AccessRequest.Status.ELSEWHERE: "answered_elsewhere",
    AccessRequest.Status.MERGED: "merged",
    AccessRequest.Status.CLOSED: "closed",
}
# Of an access that was revoked.
REVOKED = "access_revoked"


def in_words(shown: str) -> str:
    """What people call it."""
    if shown == REVOKED:
        return str(_("Access revoked"))
    names = {word: status.label for status, word in STATUS_SHOWN.items()}
    return str(names.get(shown, shown))


# What a request wants to touch, object by object.


class RequestedObjectQuerySet(models.QuerySet["RequestedObject"]):
    def still_named(self) -> "RequestedObjectQuerySet":
        """What no later revision of the request has left out."""
        return self.filter(removed_in_revision=None)

    def unrouted(self) -> "RequestedObjectQuerySet":
        """Objects that no review has taken."""
        return self.still_named().filter(review=None)

    def numbered(self, access_request: int) -> Iterator[tuple[int, "RequestedObject"]]:
        """The objects of a request, each after its place in it."""
        rows = self.filter(access_request=access_request).order_by("pk")
        return enumerate(rows.select_related("cloud_object"), start=1)


class RequestedObject(AuditedModel):
    """An object the request names, and the review it is part of once it is routed."""

    retention = WITH_CASE
    belongs = ("review", "access_request__connection")

    PROTECTED = ("external_id",)

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="requested_objects",
    )
    external_id = models.CharField(_("as the provider names it"), max_length=1000)
    cloud_object = models.ForeignKey(
        CloudObject,
        models.PROTECT,
        verbose_name=_("cloud object"),
        related_name="requested",
        null=True,
    )
    review = models.ForeignKey(
        "requests_app.SecrecyReview",
        models.PROTECT,
        verbose_name=_("review"),
        related_name="requested_objects",
        null=True,
        editable=False,
    )
    added_in_revision = models.PositiveIntegerField(_("added in revision"), default=1)
    removed_in_revision = models.PositiveIntegerField(
        _("removed in revision"), null=True
    )

    history = History()
    objects = RequestedObjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("requested object")
        verbose_name_plural = _("requested objects")
        ordering = ["id"]
        constraints = [
            # Over a digest: a name may be longer than an index row.
            models.UniqueConstraint(
                F("access_request"), MD5("external_id"), name="requestedobject_unique"
            )
        ]
        indexes = [
            models.Index(
                fields=["access_request"],
                condition=Q(review=None, removed_in_revision=None),
                name="requestedobject_unrouted",
            ),
            models.Index(
                fields=["review"],
                condition=Q(cloud_object=None, removed_in_revision=None),
                name="requestedobject_unknown",
            ),
        ]

    def called(self, place: int) -> str:
        """What papers call it: our own neutral designation; where we have none, its
        place in the request. Never the provider's address, which may hold a name."""
        return self.designation or f"objekt {place} i begäran"

    @property
    def designation(self) -> str:
        """Our own, where it is in the map."""
        return self.cloud_object.designation if self.cloud_object else ""

    def __str__(self) -> str:
        # The provider's name for an object can itself be secret.
        return self.designation or f"{self.pk}"
