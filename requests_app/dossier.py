"""Everything one person may read about one review, in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q, QuerySet

from audit_app.models import LedgerEntry
from requests_app import permissions
from requests_app.clocks import Clock, clock_of
from requests_app.events import event_label
from requests_app.models import (
    AccessEvent,
    AccessGrant,
    AccessRequest,
    AssessmentAnswer,
    Assignment,
    CloudObjectInformationSet,
    ConflictDeclaration,
    Correction,
    Decision,
    Delivery,
    Freeze,
    HarmTest,
    Message,
    Proposal,
    RequestedObject,
    SecrecyReview,
    SecurityClassification,
)
from requests_app.permissions import Involvement


class Held(NamedTuple):
    """An information set in an object, with its classification in force."""

    name: str
    classification: SecurityClassification | None
    protected_identities: bool


class NamedObject(NamedTuple):
    row: RequestedObject
    held: list[Held]


class Event(NamedTuple):
    at: datetime
    what: Any
    by: str


@dataclass
class Dossier:
    review: SecrecyReview
    access_request: AccessRequest
    may: Involvement
    reads_request: bool
    clock: Clock | None
    objects: list[NamedObject] = field(default_factory=list)
    answers: list[AssessmentAnswer] = field(default_factory=list)
    harm_tests: list[HarmTest] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    declarations: list[ConflictDeclaration] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    grants: list[AccessGrant] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    reported: list[AccessEvent] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    others: int = 0
    freezes: list[Freeze] = field(default_factory=list)

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


def dossier(user: Any, review: SecrecyReview) -> Dossier:
    """Read the review for this person; what they may not read is left out."""
    access_request = review.access_request
    may = permissions.involvement(user, review)
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
    found.objects = objects_of(
        review.requested_objects.filter(removed_in_revision=None)
    )
    found.declarations = list(review.conflict_declarations.select_related("person"))
    found.assignments = list(
        review.assignments.select_related("person", "assigned_by", "on_behalf_of")
    )
    # What the person may not see does not exist: it is not counted either.
    found.others = (
        permissions.visible_to(user)
        .filter(access_request=access_request.pk)
        .exclude(pk=review.pk)
        .exclude(status__in=SecrecyReview.MOVED)
        .count()
    )
    found.events = _events(review, access_request, found)
    related = ("provider", "product", "information_set")
    found.freezes = list(
        permissions.freezes_over(access_request).select_related(*related)
    )
    if may.reads:
        _add_content(found)
    return found


def _add_content(found: Dossier) -> None:
    review = found.review
    found.answers = list(review.answers.select_related("motivation", "answered_by"))
    found.harm_tests = list(
        review.harm_tests.select_related(
            "provision__statute_paragraph", "motivation", "answered_by"
        )
    )
    found.messages = list(
        found.access_request.messages.filter(Q(review=review) | Q(review=None))
        .select_related("text", "author")
        .order_by("pk")
    )
    if found.reads_request:
        found.reported = list(found.access_request.access_events.all())
    texts = ("conditions", "motivation_internal", "motivation_for_recipient")
    found.proposals = list(
        review.proposals.select_related("proposed_by", "returned_comment", *texts)
    )
    found.decisions = list(review.decisions.select_related("supersedes", *texts))
    found.corrections = list(
        Correction.objects.filter(decision__review=review).select_related(
            "text", "corrected_by"
        )
    )


def objects_of(rows: QuerySet[RequestedObject]) -> list[NamedObject]:
    """Requested objects with what lies in them. Three queries."""
    links = CloudObjectInformationSet.objects.select_related("information_set")
    found = list(
        rows.select_related("cloud_object__system").prefetch_related(
            Prefetch("cloud_object__information_links", queryset=links)
        )
    )
    sets = {
        link.information_set_id
        for row in found
        if row.cloud_object
        for link in row.cloud_object.information_links.all()
    }
    levels = classifications(sets, permissions.today())
    return [NamedObject(row, _held(row, levels)) for row in found]


def classifications(sets: set[int], day: date) -> dict[int, SecurityClassification]:
    """The classification in force of each of these information sets. One query."""
    rows = SecurityClassification.objects.in_force(day)
    return {
        row.information_set_id: row for row in rows.filter(information_set__in=sets)
    }


def _held(
    row: RequestedObject, levels: dict[int, SecurityClassification]
) -> list[Held]:
    if row.cloud_object is None:
        return []
    return [
        Held(
            link.information_set.name,
            levels.get(link.information_set_id),
            link.information_set.protected_identities_possible,
        )
        for link in row.cloud_object.information_links.all()
    ]


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
