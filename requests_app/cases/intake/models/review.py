"""Review, of the models of secrecy review: assignment, conflict, ladder, named review
and seen revision."""

from enum import IntEnum
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from audit_app.history import AuditedModel, History
from requests_app.cases.intake.models.request import AccessRequest, get_status_display
from requests_app.cases.review.law.tree import version_now as tree_version_now
from requests_app.core.fields import is_in_matter, person_field
from requests_app.core.models import Content
from requests_app.core.people.models import Authority, Role, SecrecyBranch
from requests_app.core.retention import ASSESSMENT, ELSEWHERE, WITH_CASE
from requests_app.core.words.texts import redact

# One authority's secrecy review of a request, and who may work on it.


class ReviewQuerySet(models.QuerySet["SecrecyReview"]):
    def live(self) -> "ReviewQuerySet":
        """Reviews that have a say in the answer."""
        return self.exclude(status__in=SecrecyReview.MOVED)


class SecrecyReview(AuditedModel):
    """An authority's secrecy review of a request (sekretessprövning, delprövning)."""

    retention = WITH_CASE
    document = ELSEWHERE

    class Status(models.TextChoices):
        NEW = "new", _("To be registered")
        REGISTERED = "registered", _("Registered")
        ASSIGNED = "assigned", _("Assigned")
        IN_ASSESSMENT = "in_assessment", _("Under assessment")
        PROPOSED = "proposed", _("Decision proposed")
        DECIDED = "decided", _("Decided")
        LAPSED = "lapsed", _("Lapsed without a decision")
        STOPPED = "stopped", _("Stopped, protective security")
        REROUTED = "rerouted", _("Moved to another authority")
        MERGED = "merged", _("Merged into another")
        DROPPED = "dropped", _("No longer concerned")
        CLOSED = "closed", _("Closed")

    class SecurityProtection(models.TextChoices):
        NOT_ASSESSED = "not_assessed", _("Not assessed")
        NO = "no", _("No")
        SUSPECTED = "suspected", _("Suspected")
        YES = "yes", _("Yes")

    class Matter(models.TextChoices):
        """What is asked for, which decides what must become of it."""

        ACCESS = "access", _("Access for support or operation")
        DOCUMENTS = "documents", _("Official documents (TF chapter 2)")
        FOREIGN_DEMAND = "foreign", _("A demand by a foreign authority or court")

    # Somebody still works towards a decision.
    OPEN = (
        *(Status.NEW, Status.REGISTERED, Status.ASSIGNED),
        *(Status.IN_ASSESSMENT, Status.PROPOSED),
    )
    # Somebody works on it, until it is closed.
    HELD = (*OPEN, Status.DECIDED, Status.LAPSED)
    # The review has no say in the answer.
    MOVED = (Status.REROUTED, Status.MERGED, Status.DROPPED)

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("access request"),
        related_name="reviews",
    )
    authority = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("authority"), related_name="reviews"
    )
    branch = models.ForeignKey(
        SecrecyBranch,
        models.PROTECT,
        verbose_name=_("branch of activity"),
        null=True,
        blank=True,
        related_name="reviews",
    )
    # The version of the law's questions that it began with (catalogue/trees).
    tree = models.CharField(
        _("decision tree"), max_length=20, default=tree_version_now, editable=False
    )
    # No role opens it: only people named on it know that it exists.
    is_named_list = models.BooleanField(
        _("only for people named"), default=False, editable=False
    )
    # Who put it there, and who else stands for that; neither where its information set
    # is on a list, or a review that it follows.
    listed_by = person_field(_("put on a named list by"), null=True, editable=False)
    list_confirmed_by = person_field(
        _("named list confirmed by"), null=True, editable=False
    )
    diary_number = models.CharField(_("diary number"), max_length=40, blank=True)
    # Set when the number comes from our own series; counts within authority and year.
    diary_year = models.PositiveSmallIntegerField(
        _("year in our series"), null=True, editable=False
    )
    diary_sequence = models.PositiveIntegerField(
        _("number in our series"), null=True, editable=False
    )
    registered_at = models.DateTimeField(_("registered"), null=True, editable=False)
    public_subject = models.CharField(_("public subject"), max_length=200, blank=True)
    protected_subject = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("protected subject"),
        related_name="+",
        null=True,
    )
    # Asked when the review is registered; never changed by what the provider says.
    matter = models.CharField(
        _("what is asked for"),
        max_length=9,
        choices=Matter,
        default=Matter.ACCESS,
        editable=False,
    )
    treaty_ground = models.CharField(
        _("what a foreign demand rests on"),
        max_length=300,
        blank=True,
        editable=False,
    )
    case_officer = person_field(_("case officer"), null=True, editable=False)
    security_protection = models.CharField(
        _("security-classified information"),
        max_length=12,
        choices=SecurityProtection,
        default=SecurityProtection.NOT_ASSESSED,
        editable=False,
    )
    status = models.CharField(
        _("status"), max_length=14, choices=Status, default=Status.NEW, editable=False
    )
    # Is what is asked for tested in parts?
    is_divided = models.BooleanField(
        _("tested in parts"), default=False, editable=False
    )
    # When it began: had the same been asked for in a request that was stopped?
    is_like_stopped = models.BooleanField(
        _("like a request that was stopped"), default=False, editable=False
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("secrecy review")
        verbose_name_plural = _("secrecy reviews")
        ordering = ["-id"]
        permissions = [("work_secrecyreview", _("Can work on this review"))]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "diary_number"],
                condition=~Q(diary_number=""),
                name="review_diary_number_unique",
                violation_error_message=_("The diary number is already taken."),
            ),
            models.UniqueConstraint(
                fields=["access_request", "authority", "branch"],
                condition=~Q(status__in=["rerouted", "merged", "dropped"]),
                nulls_distinct=False,
                name="review_one_per_authority",
            ),
            models.CheckConstraint(
                condition=Q(status="new")
                | ~Q(diary_number="")
                | Q(
                    status__in=[
                        *["lapsed", "stopped", "rerouted"],
                        *["merged", "dropped", "proposed"],
                    ]
                ),
                name="review_registered_before_work",
            ),
            models.CheckConstraint(
                condition=~Q(security_protection__in=["suspected", "yes"])
                | Q(status__in=["stopped", "closed"]),
                name="review_security_protection_stops",
            ),
            models.CheckConstraint(
                condition=Q(list_confirmed_by=None)
                | ~Q(list_confirmed_by=F("listed_by")),
                name="review_listed_by_two",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "-id"]),
            models.Index(
                fields=["authority", "status"],
                condition=~Q(status__in=["closed", "rerouted", "merged", "dropped"]),
                name="review_open",
            ),
            models.Index(fields=["authority", "diary_year", "-diary_sequence"]),
            models.Index(
                fields=["access_request"],
                condition=Q(security_protection__in=["suspected", "yes"]),
                name="review_stopped",
            ),
            models.Index(
                fields=["access_request"],
                condition=Q(status="dropped"),
                name="review_dropped",
            ),
            models.Index(
                fields=["authority", "-id"],
                condition=Q(is_named_list=True),
                name="review_listed",
            ),
        ]

    get_status_display = get_status_display

    def __str__(self) -> str:
        if self.diary_number:
            return self.diary_number
        values = {"code": self.authority.code, "number": self.pk}
        return gettext("%(code)s, not registered (no. %(number)s)") % values

    @property
    def is_moved(self) -> bool:
        """Has it no say any more: handed over, merged, no longer concerned?"""
        return self.status in self.MOVED

    @property
    def open_subject(self) -> str:
        """As lists and papers have the public subject: without what is personal."""
        return redact(self.public_subject)

    @property
    def asks_for_documents(self) -> bool:
        """Is it a request for official documents, as registered or as assessed?"""
        is_registered = self.matter == self.Matter.DOCUMENTS
        return is_registered or self.answers.filter(node="N0.tf", answer="yes").exists()

    @property
    def list_waits(self) -> bool:
        """Has nobody but the one who put it on a named list stood for that yet?"""
        return self.listed_by_id is not None and self.list_confirmed_by_id is None


# Who works a review.


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def running(self) -> "AssignmentQuerySet":
        return self.filter(ended_at=None)


class Assignment(AuditedModel):
    """Who works a review, on whose behalf and on what basis, from when to when."""

    retention = WITH_CASE
    belongs = ("review",)

    class Kind(models.TextChoices):
        OFFICER = "officer", _("Case officer")
        CO_REVIEWER = "co", _("Co-reviewer")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="assignments",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="assignments",
    )
    kind = models.CharField(
        _("works as"), max_length=8, choices=Kind, default=Kind.OFFICER
    )
    on_behalf_of = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("on behalf of"), related_name="+"
    )
    basis = models.CharField(_("basis"), max_length=200)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    assigned_by = person_field(_("assigned by"))
    assigned_at = models.DateTimeField(_("assigned"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(_("why it ended"), max_length=300, blank=True)

    history = History()
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "person"],
                condition=Q(ended_at=None),
                name="assignment_running_once",
            ),
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(ended_at=None, kind="officer"),
                name="assignment_one_officer",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("assigned_at")),
                name="assignment_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# Declarations of conflict of interest (jäv), asked of everyone who takes part.


class ConflictQuerySet(models.QuerySet["ConflictDeclaration"]):
    def conflicts(self) -> "ConflictQuerySet":
        return self.filter(has_conflict=True)

    def conflicts_in(self, *access_requests: int) -> "ConflictQuerySet":
        """In the matter: declared on any review of the requests, of what they extend
        or were merged with, or of what extends them."""
        in_matter = is_in_matter("review__access_request", *access_requests)
        return self.conflicts().filter(in_matter)


class ConflictDeclaration(AuditedModel):
    """What a person declared at one stage (KL 6:28–32, FL 16–18 §§)."""

    retention = WITH_CASE
    document = ASSESSMENT

    class Stage(models.TextChoices):
        ASSESSMENT = "assessment", _("Assessment")
        DECISION = "decision", _("Decision")
        EXECUTION = "execution", _("Answer to the provider")

    class Ground(models.TextChoices):
        """KL 6:28 1–4 (Lag 2022:638). Only to have taken part in the same matter for
        another board is none of them (6:31 second paragraph)."""

        PARTY = (
            "party",
            _(
                "I am party to the matter, or may otherwise be affected by the decision"
                " to a not insignificant extent"
            ),
        )
        CLOSE = (
            "close",
            _(
                "Somebody close to me is party to the matter, or may otherwise be"
                " affected by the decision to a not insignificant extent"
            ),
        )
        REPRESENTATIVE = (
            "representative",
            _(
                "I am or have been, or somebody close to me is or has been,"
                " representative or agent of a party, or of somebody else who may be"
                " affected by the decision to a not insignificant extent"
            ),
        )
        SUPERVISION = (
            "supervision",
            _(
                "The matter concerns supervision of municipal activities that I am"
                " connected with myself"
            ),
        )
        OTHER = (
            "other",
            _(
                "Some other particular circumstance lets my impartiality in the matter"
                " be questioned"
            ),
        )

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="conflict_declarations",
    )
    person = person_field(_("person"))
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    has_conflict = models.BooleanField(_("conflict of interest"))
    ground = models.CharField(_("ground"), max_length=14, choices=Ground, blank=True)
    text = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("account"), related_name="+", null=True
    )
    declared_at = models.DateTimeField(_("declared"))

    history = History()
    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration of conflict of interest")
        verbose_name_plural = _("declarations of conflict of interest")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(has_conflict=False, ground="")
                | (Q(has_conflict=True) & ~Q(ground="")),
                name="conflict_names_its_ground",
            )
        ]
        indexes = [
            models.Index(
                fields=["person", "review"],
                condition=Q(has_conflict=True),
                name="conflict_declared",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


# The ladder that a review climbs: for each status what it waits for, whose turn it is,
# which step leads on, and how far it has come on its way.
#
# Queue, pages, overview and the search for what may be somebody's turn read it; whether
# a
# person may take a step the rights say (permissions.Involvement).

Status = SecrecyReview.Status


class Stage(IntEnum):
    """The stages of the way, in their order."""

    REGISTRATION = 0
    ASSIGNMENT = 1
    ASSESSMENT = 2
    PROPOSAL = 3
    DECISION = 4
    ANSWER = 5
    ACCESS = 6
    CLOSING = 7

    @property
    def label(self) -> str:
        return str(STAGE_LABELS[self])


STAGE_LABELS: dict[Stage, Any] = {
    Stage.REGISTRATION: _("Registration"),
    Stage.ASSIGNMENT: _("Assignment"),
    Stage.ASSESSMENT: _("Assessment"),
    Stage.PROPOSAL: _("Proposal"),
    Stage.DECISION: _("Decision"),
    Stage.ANSWER: _("Answer"),
    Stage.ACCESS: _("Access"),
    Stage.CLOSING: _("Closing"),
}


class NextStep(NamedTuple):
    """A step that leads on: its page's name, what its button says, and the rule of
    Involvement that lets somebody take it."""

    name: str
    label: Any
    right: str


class Rung(NamedTuple):
    """What a review waits for in a status. Without a `role` it is the case officer's
    turn; of several steps somebody is offered the first that is theirs. `stage` is the
    one it stands at, None where it has left the way. What is decided waits for what
    becomes of the request; `awaited` is empty there."""

    stage: Stage | None
    steps: tuple[NextStep, ...] = ()
    awaited: Any = ""
    role: Role | None = None

    @property
    def whom(self) -> Any:
        """Whose turn it is, within a sentence."""
        return self.role.label if self.role else _("the case officer")


REGISTER = NextStep("register", _("Register"), "registers")
ASSESS = NextStep("assess", _("Assess"), "assesses")
RECEIVE_STOP = NextStep("receive-stop", _("Take the stop over"), "receives_stop")
STRIKE_OFF = NextStep(
    "propose-striking-off", _("Propose to strike off"), "proposes_striking_off"
)
LADDER: dict[str, Rung] = {
    Status.NEW: Rung(
        Stage.REGISTRATION, (REGISTER,), _("registration"), Role.REGISTRAR
    ),
    Status.REGISTERED: Rung(
        Stage.ASSIGNMENT,
        (
            NextStep("assign", _("Assign"), "assigns"),
            NextStep("take", _("Take the case"), "takes"),
        ),
        _("a case officer"),
        Role.IT_MANAGER,
    ),
    Status.ASSIGNED: Rung(Stage.ASSESSMENT, (ASSESS,), _("the assessment")),
    Status.IN_ASSESSMENT: Rung(
        Stage.ASSESSMENT,
        (NextStep("propose", _("Propose a decision"), "assesses"),),
        _("a proposed decision"),
    ),
    Status.PROPOSED: Rung(
        Stage.DECISION,
        (NextStep("decide", _("Decide"), "decides"),),
        _("the decision"),
        Role.DECISION_MAKER,
    ),
    Status.DECIDED: Rung(Stage.ANSWER),
    Status.LAPSED: Rung(
        None, (STRIKE_OFF,), _("a proposal to strike the case off"), Role.REGISTRAR
    ),
    Status.STOPPED: Rung(
        None,
        (RECEIVE_STOP, STRIKE_OFF),
        _("what comes of the stop"),
        Role.SECURITY_PROTECTION_MANAGER,
    ),
    **dict.fromkeys(SecrecyReview.MOVED, Rung(None)),
    Status.CLOSED: Rung(Stage.CLOSING),
}
# In which somebody works on it.
WORKED = tuple(
    status for status, rung in LADDER.items() if rung.awaited and not rung.role
)


def statuses_waiting_for(right: str) -> list[str]:
    """The statuses from which a step leads on that this right lets somebody take."""
    return [
        status
        for status, rung in LADDER.items()
        if any(step.right == right for step in rung.steps)
    ]


# A review on a named list, and who is named on one.


class ListedReview(SecrecyReview):
    """A review on a named list, for whoever sees its number and clocks and no more."""

    class Meta:
        proxy = True
        verbose_name = _("review on a named list")
        verbose_name_plural = _("reviews on named lists")


class ReviewUserPermission(AuditedModel, UserObjectPermissionBase):
    """A named person's right on one review: guardian's row, with our history."""

    retention = WITH_CASE

    permission = models.ForeignKey(
        Permission, models.CASCADE, verbose_name=_("given right")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person")
    )
    content_object = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("secrecy review"),
        related_name="named_grants",
    )

    history = History()

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        verbose_name = _("named right on a review")
        verbose_name_plural = _("named rights on reviews")

    def __str__(self) -> str:
        return f"{self.pk}"


# Which revision of a request somebody has looked at, for a review they work with.


class SeenRevision(AuditedModel):
    """A person has looked at a revision: assessed it, decided on it, or seen what had
    changed. Never rewritten."""

    retention = WITH_CASE

    class Act(models.TextChoices):
        ASSESSMENT = "assessment", _("Assessed")
        DECISION = "decision", _("Decided or returned")
        LOOKED = "looked", _("Looked at what had changed")
        STOP = "stop", _("Took over a stop for protective security")

    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="seen_revisions",
    )
    person = person_field(_("person"))
    revision = models.PositiveIntegerField(_("revision"))
    act = models.CharField(_("what the person did"), max_length=10, choices=Act)
    seen_at = models.DateTimeField(_("seen"))

    history = History()

    class Meta:
        verbose_name = _("seen revision")
        verbose_name_plural = _("seen revisions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "person", "revision", "act"], name="seen_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
