"""Reading the dossier of a review, for one person."""

from typing import Any

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
)

from requests_app.documents.return_comments import shown_comments
from requests_app.law.assessment import assessment_with_texts
from requests_app.law.reliance import lost_ground
from requests_app.models import (
    AccessRequest,
    ConditionFollowUp,
    Correction,
    Freeze,
    OutboxMessage,
    Outcome,
    OutsideAnswer,
    Proposal,
    Role,
    SecrecyReview,
    ServiceOfDecision,
    SupportTicket,
)
from requests_app.models.terms import Terms
from requests_app.permissions.deviation import deviations_visible_to, is_unowned
from requests_app.permissions.freeze import freezes_over, freezes_visible_to
from requests_app.permissions.holders import holders_of
from requests_app.permissions.involvement import Involvement
from requests_app.permissions.request_visibility import (
    can_read_request,
    requests_visible_to,
)
from requests_app.selectors.acts import acts_of, timeline, use_of
from requests_app.selectors.by_hand import given_by_hand
from requests_app.selectors.changed import change_of
from requests_app.selectors.clocks import clock_of
from requests_app.selectors.deviation import clock_of_deviation
from requests_app.selectors.dossier.case_file import case_file_of
from requests_app.selectors.dossier.dossier import Dossier
from requests_app.selectors.dossier.events import events_of, moved_to
from requests_app.selectors.dossier.objects import objects_of
from requests_app.selectors.entry import outside_answer_of
from requests_app.selectors.moved import beside, review_instead

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
    if rights.has_deviations:
        seen = deviations_visible_to(user).filter(review=review)
        seen = seen.annotate(is_unowned=is_unowned())
        dossier.deviations = list(seen.select_related("owner").order_by("pk"))
    if dossier.clock is None and dossier.open_deviation:
        dossier.clock = clock_of_deviation(dossier.open_deviation)
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


def _add_use(dossier: Dossier) -> None:
    request = dossier.access_request
    dossier.reported = list(acts_of(request))
    if request.status == AccessRequest.Status.ACCESS_ENDED:
        dossier.stated_use = use_of(request)
    if dossier.reported:
        dossier.use = timeline(request, dossier.reported)


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
        _add_use(dossier)
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
