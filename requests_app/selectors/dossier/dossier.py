"""Everything one person may read about one review, in a fixed number of queries."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from audit_app.models import LedgerEntry
from requests_app import permissions
from requests_app.catalogue.tree import Node, tree
from requests_app.law.proposed_answers import has_ended
from requests_app.law.reliance import fallen_reliances
from requests_app.law.rules import MOST_SERIOUS, Put
from requests_app.models import (
    AccessEvent,
    AccessGrant,
    AccessRequest,
    AssessmentAnswer,
    Assignment,
    Condition,
    ConditionFollowUp,
    ConflictDeclaration,
    Correction,
    Decision,
    Delivery,
    Freeze,
    HarmTest,
    InformationSet,
    Message,
    Proposal,
    RequestedObject,
    Reservation,
    Role,
    RoleAssignment,
    SecrecyReview,
    SecurityClassification,
)
from requests_app.permissions import Involvement
from requests_app.selectors.clocks import Clock, clock_of
from requests_app.selectors.dossier.case_file import CaseFile, case_file_of
from requests_app.selectors.dossier.recorded_answers import recorded
from requests_app.words.events import event_label
from requests_app.words.swedish_order import in_swedish

STRUCK = HarmTest.Outcome.STRUCK
LEVELS = ("confidentiality", "integrity", "availability", "traceability")


class Held(NamedTuple):
    """An information set in an object, with its classification in force."""

    name: str
    classification: SecurityClassification | None
    protected_identities: bool
    personal_data: str


class NamedObject(NamedTuple):
    row: RequestedObject
    held: list[Held]


class Event(NamedTuple):
    at: datetime
    what: Any
    by: str


class Moved(NamedTuple):
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
    may: Involvement
    reads_request: bool
    clock: Clock | None
    objects: list[NamedObject] = field(default_factory=list)
    answers: dict[str, AssessmentAnswer] = field(default_factory=dict)
    harm_tests: list[HarmTest] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    reservations: list[Reservation] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    declarations: list[ConflictDeclaration] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    grants: list[AccessGrant] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    file: CaseFile | None = None
    reported: list[AccessEvent] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    others: int = 0
    freezes: list[Freeze] = field(default_factory=list)
    to_call: list[RoleAssignment] = field(default_factory=list)
    moved: Moved | None = None

    @property
    def is_stopped(self) -> bool:
        return self.may.is_stopped

    @property
    def questions(self) -> list[Question]:
        """Every question of the tree with what has been answered, in order."""
        put = Put(
            {row.node: row.answer for row in self.answers.values()},
            frozenset(row.outcome for row in self.harm_tests),
            self.has_personal_data,
        )
        told = recorded(self)
        return [
            Question(node, row, put.is_asked(node.asked), told.get(node.code, ""))
            for node in tree(self.review.tree).nodes
            if (row := self.answers.get(node.code)) or put.is_asked(node.asked)
        ]

    @property
    def has_personal_data(self) -> bool:
        """Where nobody has said what an object holds, it is taken to hold some."""
        held = [held for named in self.objects for held in named.held]
        return not held or any(row.personal_data != "none" for row in held)

    @property
    def is_most_serious(self) -> bool:
        """Does an object hold what concerns Sweden's security?"""
        classes = [held.classification for row in self.objects for held in row.held]
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
    def open_proposal(self) -> Proposal | None:
        return next((row for row in self.proposals if row.status == "open"), None)

    @property
    def last_returned(self) -> Proposal | None:
        first = self.proposals[0] if self.proposals else None
        return first if first and first.status == "returned" else None


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
    "protected_subject",
)


def dossier(user: Any, review: SecrecyReview, may: Involvement) -> Dossier:
    """Read the review for this person; what they may not read is left out."""
    access_request = review.access_request
    found = Dossier(
        review=review,
        access_request=access_request,
        may=may,
        reads_request=permissions.can_read_request(user, access_request),
        clock=None,
    )
    found.grants = list(access_request.grants.select_related("end_note"))
    found.deliveries = list(access_request.deliveries.select_related("confirmed_by"))
    found.clock = clock_of(access_request, found.grants)
    if may.is_stopped:
        found.to_call = _security_managers(review)
    else:
        found.objects = objects_of(review.requested_objects.still_named())
    found.declarations = list(review.conflict_declarations.select_related("person"))
    found.assignments = list(
        review.assignments.select_related("person", "assigned_by", "on_behalf_of")
    )
    # What the person may not see does not exist: it is not counted either.
    found.others = (
        permissions.visible_to(user)
        .filter(access_request=access_request.pk)
        .exclude(pk=review.pk)
        .live()
        .count()
    )
    found.events = _events(review, access_request, found)
    related = ("provider", "product", "information_set")
    found.freezes = list(
        permissions.freezes_over(access_request)
        .filter(pk__in=permissions.freezes_visible_to(user).values("pk"))
        .select_related(*related)
    )
    if review.status == SecrecyReview.Status.REROUTED:
        found.moved = _moved(review)
    if may.reads:
        _add_content(found)
    return found


def case_of(review: SecrecyReview, may: Involvement) -> Dossier:
    """What a decision is about, for whoever decides: all that the case holds."""
    access_request = review.access_request
    found = Dossier(review, access_request, may, reads_request=False, clock=None)
    if access_request.status not in AccessRequest.AWAITING:
        found.grants = list(access_request.grants.all())
    found.clock = clock_of(access_request, found.grants)
    if may.reads:
        found.objects = objects_of(review.requested_objects.still_named())
        _add_assessment(found)
        _add_file(found)
    return found


def _security_managers(review: SecrecyReview) -> list[RoleAssignment]:
    rows = permissions.roles_in_force(Role.SECURITY_PROTECTION_MANAGER)
    return list(rows.filter(authority=review.authority_id).select_related("person"))


def _add_assessment(found: Dossier) -> None:
    review = found.review
    rows = review.answers.select_related("motivation", "answered_by")
    found.answers = {row.node: row for row in rows}
    found.harm_tests = list(
        review.harm_tests.select_related(
            "provision__statute_paragraph",
            "motivation",
            "facts_for",
            "facts_against",
            "answered_by",
        )
    )


def _add_file(found: Dossier) -> None:
    review = found.review
    found.file = case_file_of(review)
    found.messages = list(
        found.access_request.messages.filter(Q(review=review) | Q(review=None))
        .select_related("text", "author")
        .order_by("pk")
    )


def _add_content(found: Dossier) -> None:
    review = found.review
    _add_assessment(found)
    _add_file(found)
    if found.reads_request:
        found.reported = list(found.access_request.access_events.all())
    texts = ("motivation_internal", "motivation_for_recipient")
    found.proposals = list(
        review.proposals.select_related(
            "proposed_by", "returned_comment", *texts
        ).annotate(has_lost_ground=Exists(fallen_reliances()))
    )
    said = ConditionFollowUp.objects.select_related("note", "noted_by")
    found.conditions = list(
        review.conditions.select_related("text").prefetch_related(
            Prefetch("follow_ups", said)
        )
    )
    found.reservations = list(review.reservations.select_related("prohibition"))
    found.decisions = list(
        review.decisions.select_related(
            "supersedes", "service__recorded_by", *texts
        ).prefetch_related("documents")
    )
    found.corrections = list(
        Correction.objects.filter(decision__review=review).select_related(
            "text", "corrected_by"
        )
    )


def objects_of(rows: QuerySet[RequestedObject]) -> list[NamedObject]:
    """Requested objects with what lies in them. One query, however many."""
    found: Any = rows.select_related("cloud_object__system").annotate(
        sets=ArraySubquery(_sets_in_object())
    )
    return [NamedObject(row, [_held(told) for told in row.sets]) for row in found]


def _sets_in_object() -> QuerySet:
    newest = SecurityClassification.objects.filter(
        information_set=OuterRef("pk"), valid_from__lte=permissions.today()
    ).order_by("-valid_from", "-id")
    levels = JSONObject(**{name: name for name in LEVELS})
    told = JSONObject(
        name="name",
        protected="protected_identities_possible",
        personal="personal_data",
        levels=Subquery(newest.values(json=levels)[:1]),
    )
    return (
        InformationSet.objects.filter(
            object_links__cloud_object=OuterRef("cloud_object")
        )
        .order_by(in_swedish("name"))
        .values(told=told)
    )


def _held(told: dict[str, Any]) -> Held:
    levels = told["levels"]
    return Held(
        told["name"],
        SecurityClassification(**levels) if levels else None,
        told["protected"],
        told["personal"],
    )


def _moved(review: SecrecyReview) -> Moved:
    line = LedgerEntry.objects.filter(
        object_type=SecrecyReview._meta.db_table,
        object_id=str(review.pk),
        event="review.rerouted",
    ).select_related("detail")
    told = json.loads(line.get().detail.body)
    return Moved(told["to"], told["reason"])


def _events(
    review: SecrecyReview, access_request: AccessRequest, found: Dossier
) -> list[Event]:
    """What happened to the review and its request, the newest first."""
    about = {
        SecrecyReview._meta.db_table: [review.pk],
        AccessRequest._meta.db_table: [access_request.pk],
        Delivery._meta.db_table: [row.pk for row in found.deliveries],
        AccessGrant._meta.db_table: [row.pk for row in found.grants],
    }
    lines = LedgerEntry.objects.none()
    for table, keys in about.items():
        lines = lines | LedgerEntry.objects.filter(
            kind=LedgerEntry.Kind.EVENT,
            object_type=table,
            object_id__in=[str(key) for key in keys],
        )
    return [
        Event(line.happened_at, event_label(line.event), line.actor_name)
        for line in lines.select_related("detail").order_by("-id")[:40]
    ]
