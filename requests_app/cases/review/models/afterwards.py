"""Afterwards, of the models of secrecy review: alteration, diary entry, document,
incoming appeal, lapse, request for reasons, revocation, secrecy mark and subsequent
review."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.changes import notice
from audit_app.history import AuditedModel, History
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import (
    Correction,
    Decision,
    ServiceOfDecision,
    Translation,
)
from requests_app.core.fields import person_field
from requests_app.core.models import Content, kind_of
from requests_app.core.people.models import Authority
from requests_app.core.retention import ELSEWHERE, WITH_CASE, Official, Way
from requests_app.core.words.texts import label_of
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.provisions import Provision

# What was found changed behind the application's back.


class Alteration(AuditedModel):
    """A row that is not what its newest history says, or a text that is not what its
    digest says. Found by whoever happened to read it; ended with a conclusion."""

    retention = WITH_CASE
    belongs = ("authority",)

    class Outcome(models.TextChoices):
        CHANGED = "changed", _("It was changed, or a part is broken")
        FALSE_ALARM = "false_alarm", _("False alarm: nothing was changed")

    object_type = models.CharField(_("kind"), max_length=63, editable=False)
    # A number, or the digest of a content.
    object_id = models.CharField(_("number"), max_length=64, editable=False)
    # Whose page it was met on; nobody's where it was met elsewhere.
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="+",
        null=True,
        editable=False,
    )
    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("request"),
        related_name="+",
        null=True,
        editable=False,
    )
    found_at = models.DateTimeField(_("found"), editable=False)
    found_by = person_field(_("found by"), editable=False)
    outcome = models.CharField(
        _("outcome"), max_length=11, choices=Outcome, blank=True, editable=False
    )
    conclusion = models.CharField(_("conclusion"), max_length=500, blank=True)
    concluded_by = person_field(_("concluded by"), null=True, editable=False)
    concluded_at = models.DateTimeField(_("concluded"), null=True, editable=False)

    history = History()

    class Meta:
        verbose_name = _("change outside the system")
        verbose_name_plural = _("changes outside the system")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id"],
                condition=Q(concluded_at=None),
                name="alteration_open_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    concluded_at=None, concluded_by=None, conclusion="", outcome=""
                )
                | Q(concluded_at__isnull=False, concluded_by__isnull=False)
                & ~Q(conclusion="")
                & ~Q(outcome=""),
                name="alteration_concluded_whole",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Change outside the system %(number)s") % {"number": self.pk}

    @property
    def kind(self) -> str:
        return kind_of(self.object_type)


class Place(NamedTuple):
    """Where in a case something stands, as far as it stands in one."""

    request: int | None
    reviews: list[int]
    authority: int | None


def place_of(obj: Any) -> Place:
    review = obj if isinstance(obj, SecrecyReview) else getattr(obj, "review", None)
    if review is not None:
        return Place(review.access_request_id, [review.pk], review.authority_id)
    if isinstance(obj, AccessRequest):
        return Place(obj.pk, [], None)
    request = getattr(obj, "access_request_id", None)
    return Place(request, [], getattr(obj, "authority_id", None))


def altered_rows(request: int | None, reviews: list[int]) -> set[str]:
    """The tables whose rows belonging to this request and these of its reviews are not
    what their newest history says; each row is noticed. One query, whatever their life.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select object_type, object_id from lockbox_altered(%s, %s)",
            [request, reviews],
        )
        return noticed(cursor.fetchall())


def noticed(rows: Iterable[tuple[str, Any]]) -> set[str]:
    """The tables of these rows, by table and key; each is noticed."""
    kinds = set()
    for object_type, object_id in rows:
        notice(object_type, str(object_id))
        kinds.add(object_type)
    return kinds


# What the authority's own diary system is to number, and what it has answered.


class DiaryEntryQuerySet(models.QuerySet["DiaryEntry"]):
    def owed(self) -> "DiaryEntryQuerySet":
        """Without a number of the diary system's."""
        return self.filter(number="")

    def disputed(self) -> "DiaryEntryQuerySet":
        return self.exclude(other_number="")


class DiaryEntry(AuditedModel):
    """A case that is registered here, in our own series, and is to stand in the
    authority's diary system too. Nothing waits for its number, which comes by a file or
    by a call; the first number stands, and another one is for a person to look at."""

    retention = WITH_CASE

    review = models.OneToOneField(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="diary_entry",
        editable=False,
    )
    # As it was called then.
    system = models.CharField(_("diary system"), max_length=60, editable=False)
    owed_at = models.DateTimeField(_("owed since"), editable=False)
    taken_at = models.DateTimeField(_("first fetched"), null=True, editable=False)
    number = models.CharField(
        _("number in the diary system"), max_length=40, blank=True, editable=False
    )
    came_at = models.DateTimeField(_("number came"), null=True, editable=False)
    came_by = person_field(_("number given by"), null=True, editable=False)
    # What the system answered when it answered twice, and not the same.
    other_number = models.CharField(
        _("another number that came"), max_length=40, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = DiaryEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry in the diary system")
        verbose_name_plural = _("entries in the diary system")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number="", came_at=None, came_by=None, other_number="")
                | ~Q(number="") & Q(came_at__isnull=False, came_by__isnull=False),
                name="diaryentry_numbered_whole",
            ),
        ]
        indexes = [
            models.Index(Upper("number"), name="diaryentry_number"),
            models.Index(
                fields=["owed_at"], condition=Q(number=""), name="diaryentry_owed"
            ),
        ]

    def __str__(self) -> str:
        return str(self.review)

    @property
    def is_owed(self) -> Any:
        return not self.number


# A grant revoked while access runs (återkallelse): a decision of its own (FL 37 §).


class RevocationQuerySet(models.QuerySet["Revocation"]):
    def leaving_out(self) -> "RevocationQuerySet":
        """Whose recipient reads less than the authority keeps: where it reads all,
        there is one text."""
        return self.exclude(reason=F("reason_for_recipient"))


class Revocation(AuditedModel):
    """By a person, under a delegation rule that is copied onto it. Only its service is
    written later, once."""

    retention = WITH_CASE
    document = ELSEWHERE

    class Ground(models.TextChoices):
        """When a favourable decision may be changed for the worse (FL 37 § st. 2)."""

        PROVISO = "proviso", _("The decision says that it can be revoked")
        SECURITY = "security", _("Compelling reasons of security")
        UNTRUE = "untrue", _("The provider gave untrue or misleading information")

    class AtOnce(models.TextChoices):
        """Whose essential interest demands that it is told and carried out at once (FL
        25, 32 and 35 §§)."""

        PUBLIC = "public", _("An essential public interest")
        INDIVIDUAL = "individual", _("An essential individual interest")

    class Hearing(models.TextChoices):
        """Was the provider told of what it rests on, and could it answer (FL 25)?"""

        HEARD = "heard", _("Yes, and it has had time to answer")
        AT_ONCE = "at_once", _("No: that interest demands the decision at once")
        HARDER = "harder", _("No: it would be much harder to carry out")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="revocations",
    )
    decision = models.OneToOneField(
        Decision, models.PROTECT, verbose_name=_("decision"), related_name="revocation"
    )
    ground = models.CharField(_("ground"), max_length=8, choices=Ground)
    reason = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("internal reason"), related_name="+"
    )
    reason_for_recipient = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("reason for the recipient"),
        related_name="+",
    )
    # Of a decision in law of an authority under the Administrative Procedure Act.
    at_once_for = models.CharField(
        _("what demands it at once"), max_length=10, choices=AtOnce, blank=True
    )
    at_once_because = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("why it can't wait"),
        related_name="+",
        null=True,
    )
    hearing = models.CharField(
        _("has the provider been heard"), max_length=7, choices=Hearing, blank=True
    )
    decided_by = person_field(_("decision-maker"))
    decided_by_name = models.CharField(_("decision-maker's name"), max_length=200)
    decided_at = models.DateTimeField(_("decided"))
    delegation_rule = models.ForeignKey(
        DelegationRule, models.PROTECT, verbose_name=_("delegation"), related_name="+"
    )
    delegation_snapshot = models.JSONField(_("the delegation as it was"))
    regime = models.CharField(
        _("what it is in law"), max_length=11, choices=Authority.Regime
    )
    served_at = models.DateTimeField(_("served"), null=True)
    served_way = models.CharField(
        _("how it was served"), max_length=6, choices=ServiceOfDecision.Way, blank=True
    )
    served_on = models.CharField(_("served on"), max_length=200, blank=True)
    served_recorded_by = person_field(_("service recorded by"), null=True)

    history = History()
    objects = RevocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("revocation of a grant")
        verbose_name_plural = _("revocations of grants")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    served_at=None, served_way="", served_on="", served_recorded_by=None
                )
                | Q(served_at__isnull=False, served_recorded_by__isnull=False)
                & ~Q(served_way="")
                & ~Q(served_on=""),
                name="revocation_service_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(at_once_for="", at_once_because=None, hearing="")
                | Q(at_once_because__isnull=False)
                & ~Q(at_once_for="")
                & ~Q(hearing=""),
                name="revocation_haste_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# Reasons that are asked for after the decision, where it left some out.


class RequestForReasons(AuditedModel):
    """Somebody needs reasons that were left out, to look after their rights (FL 32 §,
    last paragraph). They are given afterwards if that is possible; else it is said why
    not."""

    retention = WITH_CASE
    document = ELSEWHERE

    class Status(models.TextChoices):
        OPEN = "open", _("To be answered")
        GIVEN = "given", _("Reasons given")
        DECLINED = "declined", _("No reasons given")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="requests_for_reasons",
    )
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        verbose_name=_("decision"),
        related_name="requests_for_reasons",
    )
    # Where it is the grant's revocation that left them out, a decision of its own.
    revocation = models.ForeignKey(
        Revocation,
        models.PROTECT,
        verbose_name=_("revocation of a grant"),
        related_name="requests_for_reasons",
        null=True,
    )
    applicant = models.CharField(_("who asks for them"), max_length=200)
    received_at = models.DateTimeField(_("came in"))
    recorded_by = person_field(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))
    status = models.CharField(
        _("status"), max_length=8, choices=Status, default=Status.OPEN
    )
    # What the applicant reads: the reasons, or why there are none.
    text = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("answer"),
        related_name="+",
        null=True,
    )
    answered_by = person_field(_("answered by"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)

    PROTECTED = ("applicant",)

    history = History()

    class Meta:
        verbose_name = _("request for reasons")
        verbose_name_plural = _("requests for reasons")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", text=None, answered_by=None)
                | ~Q(status="open")
                & Q(
                    text__isnull=False,
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
                name="requestforreasons_answer_has_a_text",
            ),
            models.CheckConstraint(
                condition=Q(received_at__lte=models.F("recorded_at")),
                name="requestforreasons_received_before_recorded",
            ),
        ]
        indexes = [
            models.Index(
                fields=["review"],
                condition=Q(status="open"),
                name="requestforreasons_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def made(self) -> Decision | Revocation:
        """What left the reasons out."""
        return self.revocation or self.decision


# Decisions on paper: made once, stored, never made again.


class DecisionDocument(AuditedModel):
    """A decision on paper, in one of its two versions. Insert-only."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="made_at", title="version")

    class Version(models.TextChoices):
        FULL = "full", _("Full")
        RECIPIENT = "recipient", _("For the recipient")

    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name=_("decision"), related_name="documents"
    )
    # Set where it is of a correction that stands beside the decision.
    correction = models.ForeignKey(
        Correction,
        models.PROTECT,
        verbose_name=_("correction"),
        related_name="documents",
        null=True,
    )
    # Set where it is of the decision that revoked it.
    revocation = models.ForeignKey(
        Revocation,
        models.PROTECT,
        verbose_name=_("revocation of a grant"),
        related_name="documents",
        null=True,
    )
    # Set where it holds reasons that were given afterwards, or says why they are not.
    reasons = models.ForeignKey(
        RequestForReasons,
        models.PROTECT,
        verbose_name=_("request for reasons"),
        related_name="documents",
        null=True,
    )
    # Set where it is a translation of the decision.
    translation = models.ForeignKey(
        Translation,
        models.PROTECT,
        verbose_name=_("translation"),
        related_name="documents",
        null=True,
    )
    version = models.CharField(_("version"), max_length=9, choices=Version)
    # The key of the content is its digest: so the digest is in the history.
    content = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("document"), related_name="+"
    )
    # SHA-256 of the bytes alone, for whoever holds the file only.
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    is_sealed = models.BooleanField(_("sealed (PAdES)"))
    made_at = models.DateTimeField(_("drawn up"))

    history = History()

    class Meta:
        verbose_name = _("decision document")
        verbose_name_plural = _("decision documents")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *["decision", "correction", "revocation", "reasons"],
                    *["translation", "version"],
                ],
                nulls_distinct=False,
                name="decisiondocument_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# An appeal that came in: in time or not, handed over, and what became of it.


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
        "requests_app.DisclosureDecision",
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
    def appealed(self) -> Any:
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


# A review that ended before anything was decided: why, and who closed it alone.

# Its cause is to be given, or its closing to be looked at.
TO_LOOK_AT = Q(closed_by__isnull=False, confirmed_by=None)
WAITING = Q(cause="") | TO_LOOK_AT


class Lapse(AuditedModel):
    """Made when the review lapses; its cause is chosen afterwards, by a person. Whoever
    closes the case without a decision is looked at by another."""

    retention = WITH_CASE

    PROTECTED = ("text",)

    class Cause(models.TextChoices):
        NOBODY_ON_DUTY = "nobody", _("Nobody was on duty")
        NOT_ANSWERED = "unanswered", _("Somebody was told, and did not answer")
        TOO_LATE = "too_late", _("It was answered too late")
        ELSEWHERE = "elsewhere", _("It was answered outside Lockbox")
        WITHDRAWN = "withdrawn", _("The provider took the time back")
        FAULT = "fault", _("A technical fault")
        OTHER = "other", _("Something else")

    review = models.OneToOneField(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="lapse",
        editable=False,
    )
    lapsed_at = models.DateTimeField(_("lapsed"), editable=False)
    # By when the cause is to be given, or the closing looked at.
    due_at = models.DateTimeField(_("to be done by"), editable=False)
    cause = models.CharField(
        _("cause"), max_length=10, choices=Cause, blank=True, editable=False
    )
    text = models.CharField(_("account"), max_length=500, blank=True, editable=False)
    given_by = person_field(_("cause given by"), null=True, editable=False)
    given_at = models.DateTimeField(_("cause given"), null=True, editable=False)
    closed_by = person_field(
        _("closed without a decision by"), null=True, editable=False
    )
    confirmed_by = person_field(_("closing confirmed by"), null=True, editable=False)
    confirmed_at = models.DateTimeField(
        _("closing confirmed"), null=True, editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("lapse")
        verbose_name_plural = _("lapses")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cause="", text="", given_by=None, given_at=None)
                | ~Q(cause="") & Q(given_by__isnull=False, given_at__isnull=False),
                name="lapse_cause_given_whole",
            ),
            models.CheckConstraint(
                condition=~Q(cause="other") | ~Q(text=""),
                name="lapse_other_cause_in_words",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | ~Q(cause=""),
                name="lapse_closed_with_its_cause",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(
                    closed_by__isnull=False,
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                )
                & ~Q(confirmed_by=F("closed_by")),
                name="lapse_confirmed_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["lapsed_at"]),
            models.Index(fields=["review"], condition=WAITING, name="lapse_waiting"),
        ]

    def __str__(self) -> str:
        return gettext("Lapse %(number)s") % {"number": self.pk}


# Secrecy marks (OSL 5:5): a remark, and what the register tells because of it.


class SecrecyMarkQuerySet(models.QuerySet["SecrecyMark"]):
    def standing(self, day: date) -> "SecrecyMarkQuerySet":
        """Neither taken off nor ended by then."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), lifted_at=None)


class SecrecyMark(AuditedModel):
    """A document of a case, or all of it, is marked as secret: by which provision, when
    and by which authority (the case's). It binds nobody: what is asked for is tested
    each time."""

    retention = WITH_CASE

    class Publication(models.TextChoices):
        """How much the register tells of the case."""

        OPEN = "open", _("All the register tells")
        OUTSIDE = "outside", _("Number and day alone, to the public")
        PROTECTED = "protected", _("Number and day alone, here too")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="secrecy_marks",
        editable=False,
    )
    # CaseDocument.key, and what it was called; empty for all of the case.
    document = models.CharField(
        _("document"), max_length=60, blank=True, editable=False
    )
    document_name = models.CharField(
        _("which document"), max_length=300, blank=True, editable=False
    )
    provision = models.ForeignKey(
        Provision,
        models.PROTECT,
        verbose_name=_("provision"),
        related_name="secrecy_marks",
        editable=False,
    )
    publication = models.CharField(
        _("what the register tells"),
        max_length=9,
        choices=Publication,
        default=Publication.OPEN,
        editable=False,
    )
    marked_on = models.DateField(_("marked on"), editable=False)
    ends_on = models.DateField(_("ends on"), null=True, editable=False)
    marked_by = person_field(_("marked by"), editable=False)
    lifted_at = models.DateTimeField(_("taken off"), null=True, editable=False)
    lifted_by = person_field(_("taken off by"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    # What an attachment is called may tell what is secret.
    PROTECTED = ("document_name",)

    history = History()
    objects = SecrecyMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("secrecy mark")
        verbose_name_plural = _("secrecy marks")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "document", "provision"],
                condition=Q(lifted_at=None),
                name="secrecymark_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("marked_on")),
                name="secrecymark_ends_after_it_was_made",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="secrecymark_lifted_whole",
            ),
            # Levels are of the whole case: the register lists no documents.
            models.CheckConstraint(
                condition=Q(document="") | Q(publication="open"),
                name="secrecymark_level_of_a_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# A second person's look at a decision made at night or standing in for another
# (efterhandsgranskning).


class SubsequentReview(AuditedModel):
    """Ordered with the decision, and concluded by another than made or prepared it."""

    retention = WITH_CASE
    document = Official(Way.DRAWN_UP, at="concluded_at")

    class Reason(models.TextChoices):
        NIGHT = "night", _("Decided outside office hours")
        REGISTRATION = "registered", _("Registered by another than a registrar")
        SUBSTITUTE = "substitute", _("Decided by a substitute")
        UNCONFIRMED = "unconfirmed", _("Decided by a role that nobody had confirmed")

    class Conclusion(models.TextChoices):
        STANDS = "stands", _("The decision stands")
        ANEW = "anew", _("A new decision is made")
        TOO_LATE = "too_late", _("Wrong, and too late to change")
        STOPPED = "stopped", _("The case was stopped for protective security")

    decision = models.OneToOneField(
        Decision,
        models.PROTECT,
        verbose_name=_("decision"),
        related_name="subsequent_review",
        editable=False,
    )
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="subsequent_reviews",
        editable=False,
    )
    reasons = ArrayField(
        models.CharField(max_length=11, choices=Reason),
        verbose_name=_("why it is looked at again"),
        editable=False,
    )
    due_at = models.DateTimeField(_("to be looked at by"), editable=False)
    conclusion = models.CharField(
        _("conclusion"), max_length=8, choices=Conclusion, blank=True, editable=False
    )
    note = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("note"),
        related_name="+",
        null=True,
        editable=False,
    )
    concluded_by = person_field(_("concluded by"), null=True, editable=False)
    concluded_at = models.DateTimeField(_("concluded"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("subsequent review")
        verbose_name_plural = _("subsequent reviews")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reasons=[]), name="subsequentreview_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(
                    conclusion="", note=None, concluded_by=None, concluded_at=None
                )
                | ~Q(conclusion="")
                & Q(concluded_by__isnull=False, concluded_at__isnull=False)
                & (Q(conclusion="stopped") | Q(note__isnull=False)),
                name="subsequentreview_concluded_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"]),
            models.Index(
                fields=["review"],
                condition=Q(concluded_at=None),
                name="subsequentreview_open",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Subsequent review %(number)s") % {"number": self.pk}

    @property
    def reasons_in_words(self) -> str:
        """In a row, as in a sentence."""
        first, *rest = [str(label_of(self.Reason, value)) for value in self.reasons]
        return ", ".join([first, *(name[:1].lower() + name[1:] for name in rest)])

    @property
    def is_overdue(self) -> bool:
        """Does it still wait, after its time?"""
        return not self.conclusion and self.due_at < acting.now()

    @property
    def is_late(self) -> Any:
        """Was it concluded after its time?"""
        end: Any = self.concluded_at
        return end is not None and end > self.due_at
