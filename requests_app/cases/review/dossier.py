"""Dossier: alike, case file, events, of review, stages, unanswered and scope."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce, Concat, JSONObject, NullIf, Trim
from django.utils.translation import gettext as _

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.access.models import (
    AccessGrant,
    Delivery,
    OutboxMessage,
    OutsideAnswer,
    SupportTicket,
)
from requests_app.cases.access.queue import clock_of, given_by_hand
from requests_app.cases.intake.models.file import Attachment, FileNote, Message
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import (
    LADDER,
    Assignment,
    ConflictDeclaration,
    SecrecyReview,
    Stage,
)
from requests_app.cases.intake.rights import (
    can_read_request,
    known_to,
    requests_visible_to,
)
from requests_app.cases.intake.selectors import (
    Change,
    NamedObject,
    beside,
    change_of,
    objects_of,
    outside_answer_of,
    review_instead,
)
from requests_app.cases.review.law.facts import (
    Assessment,
    Circumstances,
    assessment_with_texts,
    circumstances_of,
)
from requests_app.cases.review.law.known import has_ended
from requests_app.cases.review.law.rules import MOST_SERIOUS, lost_ground
from requests_app.cases.review.law.tree import Node, tree
from requests_app.cases.review.models.afterwards import (
    IncomingAppeal,
    Lapse,
    RequestForReasons,
    SubsequentReview,
)
from requests_app.cases.review.models.assessment import (
    AssessmentAnswer,
    Consent,
    HarmTest,
)
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.decision import (
    Condition,
    ConditionFollowUp,
    Correction,
    Decision,
    Proposal,
    Reservation,
    ServiceOfDecision,
)
from requests_app.cases.review.models.freeze import Freeze
from requests_app.cases.review.models.masks import RecipientNotice, TextMask
from requests_app.cases.review.models.terms import Terms
from requests_app.cases.review.papers.decision import (
    ShownComment,
    narrower_invitation,
    shown_comments,
)
from requests_app.cases.review.rights.decision import freezes_over, freezes_visible_to
from requests_app.cases.review.rights.involvement import Involvement, holders_of
from requests_app.cases.review.selectors import recorded
from requests_app.core.models import Content, Outcome
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.core.queue import Clock
from requests_app.core.words.events import event_label
from requests_app.core.words.texts import label_of, moment_in_words

# What lies in a case beside the assessment: opinions, file notes, files. One query.

Status = Consultation.Status
# What was typed: of an opinion, and of a note.
TYPED = ("question", "opinion", "text")


class Opinion(NamedTuple):
    """What a colleague was asked, and what came of it."""

    key: int
    person: str
    asked_as: Any
    question: Content | None
    asked_by: str
    asked_at: datetime
    due_at: datetime
    status: Any
    opinion: Content | None
    answered_at: datetime | None
    is_open: bool
    is_late: bool


class NoteInFile(NamedTuple):
    text: Content | None
    source: str
    happened_at: datetime
    noted_by: str
    noted_at: datetime
    tells_need: bool


class FileInCase(NamedTuple):
    key: int
    title: str
    name: str
    size: int
    digest: str
    added_by: str
    added_at: datetime


class MaskInCase(NamedTuple):
    """Texts of the case that were corrected or restricted."""

    key: int
    kind: Any
    made_by: str
    made_at: datetime
    lifted_at: datetime | None
    # Is somebody who was given them still to be told?
    has_untold: bool

    def __str__(self) -> str:
        return f"{self.kind} # {self.key}"


class CaseFile(NamedTuple):
    opinions: list[Opinion]
    notes: list[NoteInFile]
    files: list[FileInCase]
    masks: list[MaskInCase]


def case_file_of(review: SecrecyReview) -> CaseFile:
    rows = (
        SecrecyReview.objects.filter(pk=review.pk)
        .order_by()
        .values_list(
            ArraySubquery(_of(Consultation).values(row=_OPINION)),
            ArraySubquery(_of(FileNote).values(row=_NOTE)),
            ArraySubquery(_of(Attachment).values(row=_FILE)),
            ArraySubquery(_of(TextMask).values(row=_MASK)),
        )
        .get()
    )
    opinions, notes, files, masks = rows
    return CaseFile(
        [_opinion(_with_texts(row)) for row in opinions],
        [NoteInFile(**_instants(_with_texts(row))) for row in notes],
        [FileInCase(**_instants(row)) for row in files],
        [_mask(row) for row in masks],
    )


def _of(model: Any) -> Any:
    return model.objects.filter(review=OuterRef("pk")).order_by("-id")


def _text(path: str) -> JSONObject:
    """What was typed, with its salt and digest: read as content, so it is checked."""
    return JSONObject(
        digest=f"{path}__digest",
        salt=_hex(f"{path}__salt"),
        body=_hex(f"{path}__stored"),
        reads_as=f"{path}__reads_as_id",
    )


def _hex(path: str) -> Func:
    return Func(F(path), Value("hex"), function="encode", output_field=TextField())


def _with_texts(row: dict[str, Any]) -> dict[str, Any]:
    typed = {name: _content(row[name]) for name in TYPED if name in row}
    return {**row, **typed}


def _content(row: dict[str, str]) -> Content | None:
    if row["digest"] is None:
        return None
    salt, body = (bytes.fromhex(row[name]) for name in ("salt", "body"))
    return Content(
        digest=row["digest"], salt=salt, stored=body, reads_as_id=row["reads_as"]
    )


def _name(path: str) -> Coalesce:
    whole = Concat(F(f"{path}__first_name"), Value(" "), F(f"{path}__last_name"))
    return Coalesce(
        NullIf(Trim(whole), Value("")),
        F(f"{path}__username"),
        output_field=CharField(),
    )


_OPINION = JSONObject(
    key="pk",
    person=_name("person"),
    asked_as="asked_as",
    question=_text("question"),
    asked_by=_name("asked_by"),
    asked_at="asked_at",
    due_at="due_at",
    status="status",
    opinion=_text("opinion"),
    answered_at="answered_at",
)
_NOTE = JSONObject(
    text=_text("text"),
    source="source",
    happened_at="happened_at",
    noted_by=_name("noted_by"),
    noted_at="noted_at",
    tells_need="tells_need",
)
_FILE = JSONObject(
    key="pk",
    title="title",
    name="content__file_name",
    size="content__size",
    digest="content__digest",
    added_by=_name("added_by"),
    added_at="added_at",
)

_MASK = JSONObject(
    key="pk",
    kind="kind",
    made_by=_name("made_by"),
    made_at="made_at",
    lifted_at="lifted_at",
    has_untold=Exists(RecipientNotice.objects.waiting().filter(mask=OuterRef("pk"))),
)


def _mask(row: dict[str, Any]) -> MaskInCase:
    return MaskInCase(
        **{**_instants(row), "kind": label_of(TextMask.Kind, row["kind"])}
    )


def _opinion(row: dict[str, Any]) -> Opinion:
    row = _instants(row)
    is_open = row["status"] == Status.OPEN
    return Opinion(
        **{
            **row,
            "asked_as": label_of(Role, row["asked_as"]),
            "status": label_of(Status, row["status"]),
        },
        is_open=is_open,
        is_late=is_open and row["due_at"] <= acting.now(),
    )


def _instants(row: dict[str, Any]) -> dict[str, Any]:
    """JSON has no instants: they come as text."""
    return {
        name: datetime.fromisoformat(value) if value and name.endswith("_at") else value
        for name, value in row.items()
    }


# Everything one person may read about one review, in a fixed number of queries.

# So many acts of the provider are named on a page; the others are counted.
ACTS_SHOWN = 200
STRUCK = HarmTest.Outcome.STRUCK
LEVELS = ("confidentiality", "integrity", "availability", "traceability")


class Event(NamedTuple):
    at: datetime
    what: Any
    by: str


class NewAuthority(NamedTuple):
    """Where a review went that is here no more, and why."""

    authority: str
    reason: str


class Question(NamedTuple):
    """A question of the tree, its answer, and whether it is put as things stand."""

    node: Node
    row: AssessmentAnswer | None
    is_asked: bool
    recorded: str

    @property
    def answer(self) -> str:
        return self.node.label(self.row.answer) if self.row else ""


@dataclass
class Dossier:
    review: SecrecyReview
    access_request: AccessRequest
    rights: Involvement
    reads_request: bool
    clock: Clock | None
    objects: list[NamedObject] = field(default_factory=list)
    answers: dict[str, AssessmentAnswer] = field(default_factory=dict)
    harm_tests: list[HarmTest] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    return_comments: list[ShownComment] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    reservations: list[Reservation] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    appeals: list[IncomingAppeal] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    requests_for_reasons: list[RequestForReasons] = field(default_factory=list)
    declarations: list[ConflictDeclaration] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    grants: list[AccessGrant] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    tickets: list[SupportTicket] = field(default_factory=list)
    # The request that this one is narrower than, for whoever may see it.
    earlier: AccessRequest | None = None
    file: CaseFile | None = None
    # What the provider did, and what came of it: added by whoever follows that up.
    reported: list[Any] = field(default_factory=list)
    use: Any = None
    stated_use: Any = None
    deviations: list[Any] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    others: int = 0
    freezes: list[Freeze] = field(default_factory=list)
    to_call: list[RoleAssignment] = field(default_factory=list)
    moved: NewAuthority | None = None
    # The review that took over from this one, and the doubles of its request.
    instead: SecrecyReview | None = None
    doubles: list[AccessRequest] = field(default_factory=list)
    outside_answer: OutsideAnswer | None = None
    change: Change | None = None

    @property
    def is_stopped(self) -> bool:
        return self.rights.is_stopped

    @property
    def assessment(self) -> Assessment:
        return Assessment(list(self.answers.values()), self.harm_tests, self.consents)

    @property
    def circumstances(self) -> Circumstances:
        return circumstances_of(
            self.review, self.assessment, is_personal=self.has_personal_data
        )

    @property
    def questions(self) -> list[Question]:
        """Every question of the tree with what has been answered, in order."""
        version, facts = tree(self.review.tree), self.circumstances
        records = recorded(self)
        return [
            Question(node, row, facts.is_asked(node.asked), records.get(node.code, ""))
            for node in version.nodes
            if (row := self.answers.get(node.code)) or facts.is_asked(node.asked)
        ]

    @property
    def subsequent_reviews(self) -> list[SubsequentReview]:
        """Of the decisions that are looked at afterwards, the first first."""
        rows = [getattr(row, "subsequent_review", None) for row in self.decisions]
        return [row for row in reversed(rows) if row is not None]

    @property
    def lapse(self) -> Lapse | None:
        return getattr(self.review, "lapse", None)

    @property
    def first_reported(self) -> list[Any]:
        return self.reported[:ACTS_SHOWN]

    @property
    def open_deviation(self) -> Any:
        """The first that has no conclusion: what the case waits for."""
        return next((row for row in self.deviations if row.is_open), None)

    @property
    def is_denied_already(self) -> bool:
        """Has another authority's decision denied what is still reviewed here?"""
        given = (Delivery.Status.OPEN, Delivery.Status.CONFIRMED)
        return self.is_open and any(
            row.answer == Delivery.Answer.DENY and row.status in given
            for row in self.deliveries
        )

    @property
    def has_personal_data(self) -> bool:
        """Where nobody has said what an object holds, it is taken to hold some."""
        sets = [row for named in self.objects for row in named.sets]
        return not sets or any(row.personal_data != "none" for row in sets)

    @property
    def is_most_serious(self) -> bool:
        """Does an object hold what concerns Sweden's security?"""
        classes = [row.classification for named in self.objects for row in named.sets]
        return any(row and row.confidentiality == MOST_SERIOUS for row in classes)

    @property
    def is_open(self) -> bool:
        return self.review.status in SecrecyReview.OPEN

    @property
    def ended_tests(self) -> list[HarmTest]:
        """Tests of versions no longer in force: of history for what is decided."""
        return [
            row
            for row in self.harm_tests
            if has_ended(row.provision) and not (self.is_open and row.outcome == STRUCK)
        ]

    @property
    def last_returned(self) -> Proposal | None:
        first = self.proposals[0] if self.proposals else None
        return first if first and first.status == "returned" else None


# Answers that say the same, told once.


def alike(questions: list[Question]) -> list[list[Question]]:
    """Neighbouring circumstances that weigh the same for the same reasons go together;
    every other question stands alone."""
    return [list(group) for _key, group in groupby(questions, _says)]


def _says(question: Question) -> tuple:
    row = question.row
    if row is None or not question.node.is_factor:
        return (question.node.code,)
    reasons = row.motivation.text if row.motivation else ""
    return (question.node.major, row.answer, reasons, question.is_asked)


# What has happened in a case, as its page tells it.


def _label(line: LedgerEntry) -> Any:
    """Typed by hand it came in earlier than that: when, the request says."""
    by_hand = line.facts.get("received_by") == AccessRequest.ReceivedBy.MANUAL
    if line.event == "request.received" and by_hand:
        return _("The request was recorded by hand")
    return event_label(line.event)


def moved_to(review: SecrecyReview) -> NewAuthority:
    line = LedgerEntry.objects.filter(
        object_type=SecrecyReview._meta.db_table,
        object_id=str(review.pk),
        event="review.rerouted",
    ).select_related("detail")
    facts = line.get().facts
    return NewAuthority(facts.get("to", ""), facts.get("reason", ""))


def events_of(
    review: SecrecyReview, access_request: AccessRequest, dossier: Dossier
) -> list[Event]:
    """What happened to the review and its request, the newest first."""
    about = {
        SecrecyReview._meta.db_table: [review.pk],
        AccessRequest._meta.db_table: [access_request.pk],
        Delivery._meta.db_table: [row.pk for row in dossier.deliveries],
        AccessGrant._meta.db_table: [row.pk for row in dossier.grants],
    }
    lines = LedgerEntry.objects.none()
    for table, keys in about.items():
        lines = lines | LedgerEntry.objects.filter(
            kind=LedgerEntry.Kind.EVENT,
            object_type=table,
            object_id__in=[str(key) for key in keys],
        )
    # What others did with the request is seen, but not who they are.
    own = Q(object_type=SecrecyReview._meta.db_table) | Q(actor_id=None)
    ours = own | known_to("actor_id", access_request, [review.authority_id])
    lines = lines.annotate(is_ours=ExpressionWrapper(ours, BooleanField()))
    rows: Any = lines.select_related("detail").order_by("-id")[:40]
    return [
        Event(
            line.happened_at,
            _label(line),
            line.actor_name if line.is_ours else _("another authority"),
        )
        for line in rows
    ]


# Reading the dossier of a review, for one person.

# Add what the provider did to a dossier, for one person (requests_app/hooks.py).
FOLLOWED_UP: list[Callable[[Dossier, Any], None]] = []
REVIEW_RELATED = (
    "access_request__connection__product__provider",
    "access_request__connection__authority",
    "access_request__justification",
    "access_request__recorded_afterwards",
    "access_request__narrows",
    "access_request__extends",
    "authority",
    "branch",
    "case_officer",
    "lapse",
    "protected_subject",
)


def dossier(user: Any, review: SecrecyReview, rights: Involvement) -> Dossier:
    """Read the review for this person; what they may not read is left out."""
    access_request = review.access_request
    dossier = Dossier(
        review=review,
        access_request=access_request,
        rights=rights,
        reads_request=can_read_request(user, access_request),
        clock=None,
    )
    dossier.grants = list(access_request.grants.select_related("end_note"))
    by_hand = ExpressionWrapper(given_by_hand(), output_field=BooleanField())
    answers = access_request.deliveries.annotate(is_by_hand=by_hand)
    dossier.deliveries = list(answers.select_related("confirmed_by"))
    if not review.is_moved:
        dossier.clock = clock_of(access_request, dossier.grants)
    dossier.change = change_of(user, review, rights)
    if rights.is_stopped:
        managers = holders_of(review, Role.SECURITY_PROTECTION_MANAGER)
        dossier.to_call = list(managers.select_related("person"))
    else:
        dossier.objects = objects_of(review.requested_objects.still_named())
    dossier.declarations = list(review.conflict_declarations.select_related("person"))
    dossier.assignments = list(
        review.assignments.select_related("person", "assigned_by", "on_behalf_of")
    )
    dossier.others, dossier.doubles = beside(user, review)
    dossier.events = events_of(review, access_request, dossier)
    dossier.freezes = _freezes(user, access_request)
    if review.status == SecrecyReview.Status.REROUTED:
        dossier.moved = moved_to(review)
    if review.is_moved:
        to = dossier.moved.authority if dossier.moved else ""
        dossier.instead = review_instead(user, review, to)
    if rights.reads:
        _add_content(dossier, user)
    for add in FOLLOWED_UP:
        add(dossier, user)
    return dossier


def _freezes(user: Any, access_request: AccessRequest) -> list[Freeze]:
    """What stops an approval, as long as one is waited for."""
    if access_request.status not in AccessRequest.AWAITING:
        return []
    rows = freezes_over(access_request).filter(pk__in=freezes_visible_to(user))
    return list(rows.select_related("provider", "product", "information_set"))


def _tickets_of(access_request: AccessRequest) -> list[SupportTicket]:
    """The support case that the request names, where it carries consents."""
    rows = access_request.connection.support_tickets.with_consent()
    return list(rows.filter(number__iexact=access_request.support_case))


def case_of(review: SecrecyReview, rights: Involvement) -> Dossier:
    """What a decision is about, for whoever decides: all that the case holds."""
    access_request = review.access_request
    case = Dossier(review, access_request, rights, reads_request=False, clock=None)
    if access_request.status not in AccessRequest.AWAITING:
        case.grants = list(access_request.grants.all())
    case.clock = clock_of(access_request, case.grants)
    if rights.reads:
        case.objects = objects_of(review.requested_objects.still_named())
        _add_assessment(case)
        _add_file(case)
    return case


def _add_assessment(dossier: Dossier) -> None:
    assessment = assessment_with_texts(dossier.review)
    dossier.answers = {row.node: row for row in assessment.answers}
    dossier.harm_tests = assessment.harm_tests
    dossier.consents = assessment.consents


def _add_file(dossier: Dossier) -> None:
    review = dossier.review
    dossier.file = case_file_of(review)
    questions = OutboxMessage.objects.filter(
        question=OuterRef("pk"), topic=OutboxMessage.Topic.QUESTION
    ).order_by("-pk")
    dossier.messages = list(
        dossier.access_request.messages.filter(Q(review=review) | Q(review=None))
        .annotate(
            asked_result=Subquery(questions.values("result")[:1]),
            asked_trouble=Subquery(questions.values("trouble")[:1]),
        )
        .select_related("text", "author")
        .order_by("pk")
    )


def _outside_answer(access_request: AccessRequest) -> OutsideAnswer | None:
    ended = access_request.status in AccessRequest.OVER
    return outside_answer_of(access_request) if ended else None


def _add_terms(dossier: Dossier) -> None:
    review = dossier.review
    follow_ups = ConditionFollowUp.objects.select_related("note", "noted_by")
    dossier.conditions = list(
        review.conditions.select_related("text").prefetch_related(
            Prefetch("follow_ups", follow_ups)
        )
    )
    outcomes = {row.outcome for row in dossier.proposals}
    if Outcome.GRANTED_WITH_RESERVATION in outcomes:
        dossier.reservations = list(review.reservations.select_related("prohibition"))


def _add_content(dossier: Dossier, user: Any) -> None:
    review = dossier.review
    if dossier.access_request.narrows_id:
        seen = requests_visible_to(user).filter(pk=dossier.access_request.narrows_id)
        dossier.earlier = seen.first()
    if dossier.access_request.connection.has_support_tickets:
        dossier.tickets = _tickets_of(dossier.access_request)
    _add_assessment(dossier)
    _add_file(dossier)
    if dossier.reads_request:
        dossier.outside_answer = _outside_answer(dossier.access_request)
    texts = Terms.texts()
    dossier.proposals = list(
        review.proposals.select_related(
            "proposed_by", "returned_comment", *texts
        ).annotate(has_lost_ground=lost_ground())
    )
    if any(row.status == Proposal.Status.RETURNED for row in dossier.proposals):
        dossier.return_comments = shown_comments(review, lambda _: dossier.assessment)
    _add_terms(dossier)
    services = ServiceOfDecision.objects.select_related("recorded_by")
    decisions = review.decisions.select_related(
        "supersedes",
        "delegation_rule",
        "revocation__reason",
        "revocation__reason_for_recipient",
        "revocation__served_recorded_by",
        "subsequent_review__concluded_by",
        *texts,
    )
    dossier.decisions = list(
        decisions.prefetch_related("documents", Prefetch("services", services))
    )
    if dossier.rights.appeals:
        dossier.appeals = list(
            review.appeals.select_related(
                *("revocation", "hand_out__request", "text"),
                *("timeliness_reason", "outcome_note"),
            )
        )
    if dossier.rights.has_left_out:
        dossier.requests_for_reasons = list(
            review.requests_for_reasons.select_related("text", "answered_by")
        )
    dossier.corrections = list(
        Correction.objects.filter(decision__review=review).select_related(
            "text", "corrected_by"
        )
    )


# The way of a review in eight stages, and how far it has come.


class StageShown(NamedTuple):
    label: str
    state: str  # "done", "now" or ""


SecrecyReviewStatus = SecrecyReview.Status
RequestStatus = AccessRequest.Status
ANSWERED = (
    RequestStatus.ANSWERED,
    RequestStatus.ACCESS_OPEN,
    RequestStatus.ACCESS_ENDED,
)


def stages(dossier: Dossier) -> list[StageShown]:
    """The way of a review, and how far it has come; none for one that left the way."""
    if _left_the_way(dossier.review):
        return []
    left_out = _left_out(dossier)
    done = stages_done(dossier.review.status, dossier.access_request.status)
    # What never comes is not waited for.
    while done in left_out:
        done += 1
    return [
        StageShown(
            stage.label, "done" if stage < done else "now" if stage == done else ""
        )
        for stage in Stage
        if stage not in left_out
    ]


def _left_out(dossier: Dossier) -> set[Stage]:
    """Stages that a case does not have: it ended without our answer, or the answer
    opened no access."""
    status = dossier.access_request.status
    if status in AccessRequest.AWAITING:
        return set()
    given = Delivery.Status.CONFIRMED
    is_answered = any(row.status == given for row in dossier.deliveries)
    if not is_answered and status not in ANSWERED:
        return {Stage.ANSWER, Stage.ACCESS}
    return set() if dossier.grants else {Stage.ACCESS}


def _left_the_way(review: SecrecyReview) -> bool:
    if review.status == SecrecyReviewStatus.CLOSED:
        return not review.decisions.exists()
    return LADDER[review.status].stage is None


def stages_done(review: str, request: str) -> int:
    """How many of the stages lie behind a review in this state."""
    if review == SecrecyReviewStatus.CLOSED:
        return len(Stage)
    if review != SecrecyReviewStatus.DECIDED:
        return LADDER[review].stage or 0
    if request == RequestStatus.ACCESS_OPEN:
        return Stage.ACCESS
    return Stage.CLOSING if request in ANSWERED else Stage.ANSWER


# What has been asked about a case, and nobody has answered.


def unanswered(dossier: Dossier) -> list[str]:
    """Opinions of colleagues, and the last question to the provider."""
    texts = unanswered_opinions(dossier.file) if dossier.file else []
    last = dossier.messages[-1] if dossier.messages else None
    if last is not None and not last.from_provider:
        text = _("The provider has not answered what was asked %(at)s.")
        texts.append(text % {"at": moment_in_words(last.said_at)})
    return texts


def unanswered_opinions(file: CaseFile) -> list[str]:
    late = _("%(name)s has not given an opinion, which was due %(at)s.")
    in_time = _("%(name)s has not given an opinion yet: it is due %(at)s.")
    return [
        (late if row.is_late else in_time)
        % {"name": row.person, "at": moment_in_words(row.due_at)}
        for row in file.opinions
        if row.is_open
    ]


# What is asked for, what the support case needs, and what the objects hold.


class Scope(NamedTuple):
    """`needs`: the newest first. `letter` invites to ask for no more than that; empty
    where nobody has noted a need, or nothing waits any more."""

    needs: list[NoteInFile]
    objects: list[NamedObject]
    highest: int | None
    letter: str


def scope_of(case: Dossier) -> Scope:
    """No query: from what has been read of the case."""
    notes = case.file.notes if case.file else []
    needs = [row for row in notes if row.tells_need]
    return Scope(needs, case.objects, _highest(case.objects), _letter(case, needs))


def _highest(objects: list[NamedObject]) -> int | None:
    levels = [
        row.classification.confidentiality
        for named in objects
        for row in named.sets
        if row.classification is not None
    ]
    return max(levels, default=None)


def _letter(case: Dossier, needs: list[NoteInFile]) -> str:
    need: Any = needs[0].text if needs else None
    if need is None or not case.is_open:
        return ""
    return narrower_invitation(case.review, need.text)
