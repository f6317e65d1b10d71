"""Everything one person may read about one review, in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from requests_app.catalogue.tree import Node, tree
from requests_app.documents.return_comments import ShownComment
from requests_app.law.assessment import Assessment
from requests_app.law.case import Circumstances
from requests_app.law.facts import circumstances_of
from requests_app.law.proposed_answers import has_ended
from requests_app.law.rules import MOST_SERIOUS
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    AccessUse,
    AssessmentAnswer,
    Assignment,
    Condition,
    ConflictDeclaration,
    Consent,
    Correction,
    Decision,
    Delivery,
    Deviation,
    EventOutcome,
    Freeze,
    HarmTest,
    IncomingAppeal,
    Lapse,
    Message,
    OutsideAnswer,
    Proposal,
    RequestForReasons,
    Reservation,
    RoleAssignment,
    SecrecyReview,
    SubsequentReview,
    SupportTicket,
)
from requests_app.permissions.involvement import Involvement
from requests_app.selectors.acts import SHOWN, Timeline
from requests_app.selectors.changed import Change
from requests_app.selectors.clocks import Clock
from requests_app.selectors.dossier.case_file import CaseFile
from requests_app.selectors.dossier.objects import NamedObject
from requests_app.selectors.dossier.recorded_answers import recorded

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
    reported: list[EventOutcome] = field(default_factory=list)
    use: Timeline | None = None
    stated_use: AccessUse | None = None
    deviations: list[Deviation] = field(default_factory=list)
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
    def first_reported(self) -> list[EventOutcome]:
        return self.reported[:SHOWN]

    @property
    def open_deviation(self) -> Deviation | None:
        """The first that has no conclusion: what the case waits for."""
        waiting = [
            row for row in self.deviations if row.status == Deviation.Status.OPEN
        ]
        return waiting[0] if waiting else None

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
