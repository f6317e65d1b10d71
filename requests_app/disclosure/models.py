"""The models of disclosure: board report, data subject request, disclosed document,
disclosure, disclosure decision, disclosure request, disclosure tariff, redaction and
transparency report."""

from typing import Any

from django.apps import apps
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.afterwards import Revocation
from requests_app.cases.review.models.decision import Decision
from requests_app.core.fields import content_field, person_field
from requests_app.core.models import Content
from requests_app.core.people.models import Authority
from requests_app.core.retention import (
    DATA_SUBJECT,
    ELSEWHERE,
    HANDED_OUT,
    OVERSIGHT,
    REGISTER,
    WITH_CASE,
)
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.provisions import Provision

# What is reported to a board: the decisions made on its behalf.


class BoardReport(AuditedModel):
    """The list of delegated decisions reported to a board at a meeting (KL 7:8)."""

    retention = OVERSIGHT

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="board_reports",
    )
    meeting_on = models.DateField(_("date of the meeting"))
    content = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("document"), related_name="+"
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    made_by = person_field(_("made by"))
    made_at = models.DateTimeField(_("drawn up"))

    history = History()

    class Meta:
        verbose_name = _("report to the board")
        verbose_name_plural = _("reports to the board")
        ordering = ["-meeting_on", "-id"]

    def __str__(self) -> str:
        return f"{self.authority} {self.meeting_on:%Y-%m-%d}"


class ReportedDecision(AuditedModel):
    """A decision, or a revocation, as an item of a report: each is reported once."""

    retention = OVERSIGHT

    report = models.ForeignKey(
        BoardReport, models.PROTECT, verbose_name=_("report"), related_name="items"
    )
    decision = models.OneToOneField(
        Decision,
        models.PROTECT,
        verbose_name=_("decision"),
        related_name="reported",
        null=True,
    )
    revocation = models.OneToOneField(
        Revocation,
        models.PROTECT,
        verbose_name=_("revocation of a grant"),
        related_name="reported",
        null=True,
    )

    history = History()

    class Meta:
        verbose_name = _("reported decision")
        verbose_name_plural = _("reported decisions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision=None) ^ Q(revocation=None),
                name="reporteddecision_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# A request by which somebody uses a right over their own data (GDPR 15–21).


class DataSubjectRequest(AuditedModel):
    """What somebody asks of the authority about their own data, by a clock that runs
    from when it came; answered once, in words that say how to complain and appeal."""

    retention = DATA_SUBJECT

    class Kind(models.TextChoices):
        ACCESS = "access", _("Access to their data (GDPR article 15)")
        RECTIFICATION = "rectification", _("Rectification (GDPR article 16)")
        ERASURE = "erasure", _("Erasure (GDPR article 17)")
        RESTRICTION = "restriction", _("Restriction (GDPR article 18)")
        OBJECTION = "objection", _("Objection (GDPR article 21)")

    class Identity(models.TextChoices):
        """How it is known who asks (GDPR 12.6). No number of theirs is kept."""

        ELECTRONIC = "electronic", _("Signed in with an electronic identification")
        DOCUMENT = "document", _("Showed an identity document")
        SIGNED = "signed", _("Signed letter, answered to the registered address")
        COLLEAGUE = "colleague", _("Works here, and is known")

    class Status(models.TextChoices):
        OPEN = "open", _("To be answered")
        GRANTED = "granted", pgettext_lazy("of a data subject", "Granted")
        PARTLY = "partly", pgettext_lazy("of a data subject", "Granted in part")
        REFUSED = "refused", pgettext_lazy("of a data subject", "Refused")

    ARTICLES: dict[str, int] = {
        Kind.ACCESS: 15,
        Kind.RECTIFICATION: 16,
        Kind.ERASURE: 17,
        Kind.RESTRICTION: 18,
        Kind.OBJECTION: 21,
    }
    AGAINST = (Status.PARTLY, Status.REFUSED)

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="data_subject_requests",
        editable=False,
    )
    kind = models.CharField(
        _("what is asked for"), max_length=16, choices=Kind, editable=False
    )
    received_at = models.DateTimeField(_("received"), editable=False)
    due_at = models.DateTimeField(_("answer by"), editable=False)
    # None where it is nobody who works here.
    account = person_field(_("account"), null=True, editable=False)
    who = content_field(_("who asks, and where the answer is sent"))
    wording = content_field(_("the request in their words"))
    identity = models.CharField(
        _("how it is known who asks"),
        max_length=16,
        choices=Identity,
        blank=True,
        editable=False,
    )
    extended_at = models.DateTimeField(_("extended"), null=True, editable=False)
    extension_reason = content_field(_("why it takes longer"), null=True)
    status = models.CharField(
        _("status"), max_length=8, choices=Status, default=Status.OPEN, editable=False
    )
    reasons = content_field(_("reasons"), null=True)
    answer = content_field(_("the answer"), null=True)
    settled_by = person_field(_("settled by"), null=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    recorded_by = person_field(_("recorded by"), editable=False)
    recorded_at = models.DateTimeField(
        pgettext_lazy("when", "recorded"), editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("request of a data subject")
        verbose_name_plural = _("requests of data subjects")
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("received_at")),
                name="datasubjectrequest_due_after_it_came",
            ),
            models.CheckConstraint(
                condition=Q(extended_at=None, extension_reason=None)
                | Q(extended_at__isnull=False, extension_reason__isnull=False),
                name="datasubjectrequest_extended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="open",
                    reasons=None,
                    answer=None,
                    settled_by=None,
                    settled_at=None,
                )
                | ~Q(status="open")
                & Q(
                    reasons__isnull=False,
                    answer__isnull=False,
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                ),
                name="datasubjectrequest_settled_whole",
            ),
            # What is given to somebody is theirs; a refusal may say that this is not
            # known (GDPR 12.2).
            models.CheckConstraint(
                condition=Q(status__in=("open", "refused")) | ~Q(identity=""),
                name="datasubjectrequest_given_to_whom_it_is",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(status="open"),
                name="datasubjectrequest_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} # {self.pk}"

    @property
    def article(self) -> int:
        return self.ARTICLES[self.kind]

    @property
    def is_late(self) -> bool:
        """Was it answered after its time?"""
        return self.settled_at is not None and self.settled_at > self.due_at


# A request for official documents (TF 2:15): how it came, what is asked for, and how
# far the answer has come.


class DisclosureRequest(AuditedModel):
    """Somebody asks for documents of the authority. Nobody has to say who they are or
    why (TF 2:18), and it is answered promptly (2:16): no day is set, days are counted.

    An official answers first; whoever is refused something may ask for a decision of
    the authority (OSL 6:3, TF 2:19).
    """

    retention = HANDED_OUT

    class Channel(models.TextChoices):
        MAIL = "mail", _("E-mail")
        DESK = "desk", _("At the desk")
        LETTER = "letter", _("Letter")
        PHONE = "phone", _("Telephone")

    class Way(models.TextChoices):
        """Who only reads on the spot pays nothing."""

        MAIL = "mail", _("Sent by e-mail")
        LETTER = "letter", _("Sent by letter")
        DESK = "desk", _("Given at the desk")
        SEEN = "seen", _("Read on the spot")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("of a hand-out", "Being tested")
        LOOK = "look", _("A second look")
        READY = "ready", _("To be delivered")
        ANSWERED = "answered", pgettext_lazy("of a hand-out", "Answered")
        ASKED = "asked", _("A decision is asked for")
        DECIDED = "decided", pgettext_lazy("of a hand-out", "Decided")

    # Somebody at the authority has something to do.
    WAITING = (Status.OPEN, Status.LOOK, Status.READY, Status.ASKED)
    # What is given has left.
    LEFT = (Status.ANSWERED, Status.ASKED, Status.DECIDED)

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="disclosure_requests",
        editable=False,
    )
    number = models.CharField(_("number"), max_length=40, editable=False)
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    sequence = models.PositiveIntegerField(_("number in the year"), editable=False)
    channel = models.CharField(
        _("how it came"), max_length=8, choices=Channel, editable=False
    )
    received_at = models.DateTimeField(_("received"), editable=False)
    wording = content_field(_("what is asked for, in their words"))
    reply_to = content_field(_("where the answer is sent"), null=True)
    # A party's right to what is in their case is wider (FL 10 §, OSL 10:3).
    is_party = models.BooleanField(
        _("asked for by a party in the case"), default=False, editable=False
    )
    # Somebody who asks for their own data (GDPR 15), and the words they are sought by.
    of_data_subject = models.ForeignKey(
        DataSubjectRequest,
        models.PROTECT,
        verbose_name=_("request of a data subject"),
        related_name="hand_outs",
        null=True,
        editable=False,
    )
    sought = content_field(_("words they are sought by"), null=True)
    # A reservation binds somebody who is known.
    bound = content_field(_("whom a reservation binds"), null=True)
    status = models.CharField(
        _("status"), max_length=8, choices=Status, default=Status.OPEN, editable=False
    )
    # The file as it leaves: pages of all that is given, what is masked gone from them.
    file = content_field(_("file that is handed out"), null=True)
    file_sha256 = models.CharField(
        _("SHA-256 of the file"), max_length=64, blank=True, editable=False
    )
    pages = models.PositiveIntegerField(_("pages"), default=0, editable=False)
    made_by = person_field(_("put together by"), null=True, editable=False)
    made_at = models.DateTimeField(_("put together"), null=True, editable=False)
    looked_by = person_field(_("looked through by"), null=True, editable=False)
    looked_at = models.DateTimeField(_("looked through"), null=True, editable=False)
    sent_back = content_field(_("why it was sent back"), null=True)
    answer = content_field(_("the answer"), null=True)
    delivered_how = models.CharField(
        _("how it was delivered"),
        max_length=8,
        choices=Way,
        blank=True,
        editable=False,
    )
    delivered_to = content_field(_("to what address"), null=True)
    delivered_by = person_field(_("delivered by"), null=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered"), null=True, editable=False)
    fee = models.PositiveIntegerField(_("fee (SEK)"), default=0, editable=False)
    asked_at = models.DateTimeField(
        _("a decision was asked for"), null=True, editable=False
    )
    recorded_by = person_field(_("recorded by"), editable=False)
    recorded_at = models.DateTimeField(
        pgettext_lazy("when", "recorded"), editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("request for documents")
        verbose_name_plural = _("requests for documents")
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "year", "sequence"],
                name="disclosurerequest_one_of_its_number",
            ),
            models.CheckConstraint(
                condition=Q(status="open", made_by=None, made_at=None)
                | ~Q(status="open") & Q(made_by__isnull=False, made_at__isnull=False),
                name="disclosurerequest_put_together",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("open", "look"), looked_by=None, looked_at=None)
                | ~Q(status__in=("open", "look"))
                & Q(looked_by__isnull=False, looked_at__isnull=False)
                & ~Q(looked_by=models.F("made_by")),
                name="disclosurerequest_looked_through_by_another",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=("open", "look", "ready"),
                    answer=None,
                    delivered_by=None,
                    delivered_at=None,
                    delivered_how="",
                )
                | Q(
                    status__in=("answered", "asked", "decided"),
                    answer__isnull=False,
                    delivered_by__isnull=False,
                    delivered_at__isnull=False,
                )
                & ~Q(delivered_how=""),
                name="disclosurerequest_delivered_whole",
            ),
            models.CheckConstraint(
                condition=Q(of_data_subject=None, sought=None)
                | Q(of_data_subject__isnull=False, sought__isnull=False),
                name="disclosurerequest_sought_by_words",
            ),
            models.CheckConstraint(
                condition=Q(file=None, file_sha256="", pages=0)
                | Q(file__isnull=False, pages__gt=0) & ~Q(file_sha256=""),
                name="disclosurerequest_file_with_its_digest",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(status__in=("open", "look", "ready", "asked")),
                name="disclosurerequest_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def appeals(self) -> models.QuerySet[Any]:
        """Appeals of decisions on this request that belong to no case. An appeal that a
        case has goes on in that case."""
        appeals = apps.get_model("requests_app", "IncomingAppeal")
        return appeals._default_manager.filter(hand_out__request=self, review=None)


# A document of a case as it is tested for one who asks for it.


class DocumentQuerySet(models.QuerySet["DisclosedDocument"]):
    def untested(self) -> "DocumentQuerySet":
        return self.filter(outcome="")

    def given(self) -> "DocumentQuerySet":
        """Whole or in part."""
        return self.filter(outcome__in=DisclosedDocument.GIVEN)

    def reserved(self) -> "DocumentQuerySet":
        """Given, and only with a reservation."""
        return self.exclude(reserved_by=None)

    def in_file(self) -> "DocumentQuerySet":
        """What can't be turned into pages is shown on the spot, or given as it is."""
        return self.given().exclude(pages=None)


class DisclosedDocument(AuditedModel):
    """The test of one document for this recipient. What is no official document is said
    to be none, and why, when the case is taken in; nobody chooses it."""

    retention = WITH_CASE
    document = ELSEWHERE

    class Outcome(models.TextChoices):
        WHOLE = "whole", pgettext_lazy("of a document", "Handed out whole")
        PARTLY = "partly", pgettext_lazy("of a document", "Handed out masked")
        REFUSED = "refused", pgettext_lazy("of a document", "Not handed out")
        NONE = "none", _("No official document")

    # What a person finds, and of these what is given.
    TESTED = (Outcome.WHOLE, Outcome.PARTLY, Outcome.REFUSED)
    GIVEN = (Outcome.WHOLE, Outcome.PARTLY)

    request = models.ForeignKey(
        DisclosureRequest,
        models.PROTECT,
        verbose_name=_("request for documents"),
        related_name="documents",
        editable=False,
    )
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="disclosed_documents",
        editable=False,
    )
    # Which of the case's documents: `CaseDocument.key`.
    key = models.CharField(_("document"), max_length=80, editable=False)
    name = content_field(_("what it is called"))
    outcome = models.CharField(
        pgettext_lazy("of a document", "handed out"),
        max_length=8,
        choices=Outcome,
        blank=True,
        editable=False,
    )
    provision = models.ForeignKey(
        Provision,
        models.PROTECT,
        verbose_name=_("provision by which it is kept back"),
        related_name="+",
        null=True,
        editable=False,
    )
    reasons = content_field(_("reasons"), null=True)
    # By which it would be kept back, did no reservation take the risk away (OSL 10:14).
    reserved_by = models.ForeignKey(
        Provision,
        models.PROTECT,
        verbose_name=_("provision that asks for a reservation"),
        related_name="+",
        null=True,
        editable=False,
    )
    # Its texts as pages, from when something is to be masked in them: places are of
    # these pages, however texts are drawn later.
    paper = content_field(_("its texts as pages"), null=True)
    # None until they have been drawn.
    pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    tested_by = person_field(_("tested by"), null=True, editable=False)
    tested_at = models.DateTimeField(_("tested"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document asked for")
        verbose_name_plural = _("documents asked for")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "review", "key"],
                name="discloseddocument_once_of_a_request",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("", "none"), tested_by=None, tested_at=None)
                | Q(
                    outcome__in=("whole", "partly", "refused"),
                    tested_by__isnull=False,
                    tested_at__isnull=False,
                ),
                name="discloseddocument_tested_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("", "whole"), provision=None, reasons=None)
                | Q(outcome="partly", provision=None)
                | Q(
                    outcome="refused",
                    provision__isnull=False,
                    reasons__isnull=False,
                )
                | Q(outcome="none", provision=None, reasons__isnull=False),
                name="discloseddocument_kept_back_with_why",
            ),
            models.CheckConstraint(
                condition=Q(reserved_by=None) | Q(outcome__in=("whole", "partly")),
                name="discloseddocument_given_with_a_reservation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} # {self.pk}"


# What a data subject is given of a case, and what is kept back.


class Disclosure(AuditedModel):
    """The secrecy test of one case for one request: what is given, in words; by which
    provision the rest is kept back, and why."""

    retention = DATA_SUBJECT
    document = ELSEWHERE

    request = models.ForeignKey(
        DataSubjectRequest,
        models.PROTECT,
        verbose_name=_("request of a data subject"),
        related_name="disclosures",
        editable=False,
    )
    # None of what belongs to no case.
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="disclosures",
        null=True,
        editable=False,
    )
    given = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("what is given"),
        related_name="+",
        null=True,
        editable=False,
    )
    provision = models.ForeignKey(
        Provision,
        models.PROTECT,
        verbose_name=_("provision by which it is kept back"),
        related_name="+",
        null=True,
        editable=False,
    )
    why = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("why it is kept back"),
        related_name="+",
        null=True,
        editable=False,
    )
    tested_by = person_field(_("tested by"), editable=False)
    tested_at = models.DateTimeField(_("tested"), editable=False)

    history = History()

    class Meta:
        verbose_name = _("secrecy test for a data subject")
        verbose_name_plural = _("secrecy tests for data subjects")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "review"],
                nulls_distinct=False,
                name="disclosure_once_of_a_case",
            ),
            models.CheckConstraint(
                condition=Q(provision=None, why=None, given__isnull=False)
                | Q(provision__isnull=False, why__isnull=False),
                name="disclosure_given_or_kept_back_with_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.review) if self.review else gettext("of no case")


# The authority's own decision on a hand-out: on what an official refused, or on a
# reservation, with reasons and how it is appealed (OSL 6:3, 10:14, TF 2:19).


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


# What copies of official documents cost at an authority: by avgiftsförordningen
# (1992:191) 16 § for the state; a municipality's council decides its own.


class DisclosureTariff(AuditedModel):
    """An authority's tariff. Where it has none, copies cost nothing."""

    retention = REGISTER

    authority = models.OneToOneField(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="disclosure_tariff",
    )
    free_pages = models.PositiveSmallIntegerField(
        _("pages without a fee"),
        default=9,
        help_text=_("As long as it is no more than these, nothing is paid."),
    )
    first_fee = models.PositiveSmallIntegerField(
        _("fee for one page more (SEK)"),
        default=50,
        help_text=_("For all pages so far."),
    )
    page_fee = models.PositiveSmallIntegerField(
        _("fee for each page after that (SEK)"), default=2
    )
    basis = models.CharField(
        _("by which decision"),
        max_length=100,
        help_text=_("Date and paragraph of the council's decision, or the ordinance."),
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("tariff of copies")
        verbose_name_plural = _("tariffs of copies")
        ordering = ["authority__name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(basis=""),
                name="disclosuretariff_says_by_what",
            )
        ]

    def __str__(self) -> str:
        return str(self.authority)

    def fee_for(self, pages: int) -> int:
        """In kronor."""
        beyond = pages - self.free_pages
        return 0 if beyond <= 0 else self.first_fee + (beyond - 1) * self.page_fee


def fee_of(row: DisclosureRequest, way: str) -> int:
    """What its copies cost: nothing for who reads on the spot or asks for their own
    data (GDPR 12.5), or where the authority has no tariff."""
    if row.of_data_subject_id is not None:
        return 0
    tariff = DisclosureTariff.objects.filter(authority=row.authority_id).first()
    is_copy = way != DisclosureRequest.Way.SEEN
    return tariff.fee_for(row.pages) if tariff and is_copy else 0


# A place on a page of a document that is asked for: masked, or handed out.

# Sides of a page: places are told in ten-thousandths of its width and height.
FULL = 10_000


class Redaction(AuditedModel):
    """Words at a place: proposed to be masked when the pages were drawn, or chosen; and
    what somebody made of it. The words are content: they may be what is secret."""

    retention = WITH_CASE
    document = ELSEWHERE

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("To be judged")
        MASKED = "masked", _("Masked")
        GIVEN = "given", _("Handed out")

    class Source(models.TextChoices):
        """What made somebody, or the program, look at it."""

        CHOSEN = "chosen", _("chosen on the page")
        OBJECT = "object", _("what the access was asked for")
        PERSON = "person", _("a person of the case")
        ADDRESS = "address", _("an e-mail address")
        BEFORE = "before", _("masked in an earlier hand-out")

    of_document = models.ForeignKey(
        DisclosedDocument,
        models.PROTECT,
        verbose_name=_("document asked for"),
        related_name="redactions",
        editable=False,
    )
    page = models.PositiveIntegerField(
        _("page"), validators=[MinValueValidator(1)], editable=False
    )
    left = models.PositiveSmallIntegerField(_("left"), editable=False)
    top = models.PositiveSmallIntegerField(_("top"), editable=False)
    right = models.PositiveSmallIntegerField(_("right"), editable=False)
    bottom = models.PositiveSmallIntegerField(_("bottom"), editable=False)
    words = content_field(_("words under it"))
    status = models.CharField(_("status"), max_length=8, choices=Status, editable=False)
    source = models.CharField(
        _("why it was looked at"), max_length=8, choices=Source, editable=False
    )
    before = models.ForeignKey(
        DisclosureRequest,
        models.PROTECT,
        verbose_name=_("masked in"),
        related_name="+",
        null=True,
        editable=False,
    )
    provision = models.ForeignKey(
        Provision,
        models.PROTECT,
        verbose_name=_("provision by which it is masked"),
        related_name="+",
        null=True,
        editable=False,
    )
    why = content_field(_("why"), null=True)
    made_by = person_field(_("judged by"), editable=False)
    made_at = models.DateTimeField(_("judged"), editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        ordering = ["page", "top", "left", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(right__gt=F("left"), bottom__gt=F("top"))
                & Q(right__lte=FULL, bottom__lte=FULL, page__gte=1),
                name="redaction_on_the_page",
            ),
            models.CheckConstraint(
                condition=Q(source="before", before__isnull=False)
                | ~Q(source="before") & Q(before=None),
                name="redaction_says_where_it_was_masked",
            ),
            models.CheckConstraint(
                condition=~Q(status="masked") | Q(provision__isnull=False),
                name="redaction_masked_by_a_provision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_document_id} # {self.pk}"


# What an authority tells everybody of how its providers came in, year by year.


class TransparencyReport(AuditedModel):
    """A year in numbers, without anything protected. Drawn up anew it is another: what
    was published stays."""

    retention = OVERSIGHT

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="transparency_reports",
    )
    year = models.PositiveSmallIntegerField(_("year"))
    document = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("document"), related_name="+"
    )
    numbers = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("open data (CSV)"), related_name="+"
    )
    description = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("description of the data (DCAT-AP-SE)"),
        related_name="+",
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    made_by = person_field(_("made by"))
    made_at = models.DateTimeField(_("drawn up"))

    history = History()

    class Meta:
        verbose_name = _("transparency report")
        verbose_name_plural = _("transparency reports")
        ordering = ["-year", "-id"]

    def __str__(self) -> str:
        return f"{self.authority} {self.year}"
