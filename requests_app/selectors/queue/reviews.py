"""Reviews that wait for a person: whose step is it, and which?"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app import permissions
from requests_app.law.rules import MOST_SERIOUS
from requests_app.models import (
    AccessRequest,
    Consultation,
    Decision,
    DelegationRule,
    Delivery,
    HarmTest,
    InformationSet,
    Outcome,
    Proposal,
    ReviewUserPermission,
    Role,
    SecrecyReview,
    SecurityClassification,
)
from requests_app.models.decision import GRANTS
from requests_app.permissions import WORK
from requests_app.permissions.delegation import UNKNOWN
from requests_app.selectors.queue import aftermath
from requests_app.selectors.queue.first_line import first_line
from requests_app.selectors.queue.item import (
    LONGEST,
    WorkItem,
    clock_for,
    details_of,
    url,
    window,
)

Status = SecrecyReview.Status
ASSESS = (gettext_lazy("Assess"), "assess")
WORKING = {
    Status.ASSIGNED: ASSESS,
    Status.IN_ASSESSMENT: (gettext_lazy("Propose a decision"), "propose"),
}

# Roles that stop a review for security protection, beside who works on it.
STOPPERS = {Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.DECISION_MAKER}


def reviews_for(user: Any) -> Iterator[WorkItem]:
    mine = ReviewUserPermission.objects.filter(
        user=user.pk, content_object=OuterRef("pk"), permission__codename=WORK
    )
    proposals = Proposal.objects.filter(review=OuterRef("pk"), status="open")
    blocked = Delivery.objects.filter(
        access_request=OuterRef("access_request"), status=Delivery.Status.BLOCKED
    )
    rows = (
        permissions.visible_to(user)
        .exclude(status__in=[Status.CLOSED, *SecrecyReview.MOVED])
        .annotate(
            is_mine=Exists(mine),
            reads=Exists(permissions.readable_by(user).filter(pk=OuterRef("pk"))),
            outcome=Subquery(proposals.values("outcome")[:1]),
            proposer=Subquery(proposals.values("proposed_by")[:1]),
            minutes=Subquery(proposals.values("granted_minutes")[:1]),
            is_blocked=Exists(blocked),
            is_outdated=Exists(_outdated()),
            waits_too_long=Exists(_overdue_opinions()),
            awaits_service=Exists(_unserved()),
            is_assessor=Exists(
                HarmTest.objects.filter(review=OuterRef("pk"), answered_by=user.pk)
            ),
            **aftermath.annotations(),
            level=Subquery(_level()),
            protected=Exists(_protected()),
            **window("access_request"),
        )
        .select_related(
            "authority",
            "access_request__connection__product",
            "access_request__justification",
        )
        .order_by("access_request__answer_deadline")[:LONGEST]
    )
    rules = _rules_of(user)
    review: Any
    for review in rows:
        step = _next_step(user, review, rules)
        if step or review.is_mine or _is_alarm_for(user, review):
            yield _review_item(review, step)


def _outdated() -> QuerySet:
    """A decision that stands, on terms that the provider has changed since."""
    return Decision.objects.filter(
        review=OuterRef("pk"),
        superseded_by=None,
        review__status=Status.DECIDED,
        review__access_request__status__in=AccessRequest.AWAITING,
        revision__lt=F("review__access_request__revision"),
    )


def _overdue_opinions() -> QuerySet:
    return Consultation.objects.filter(
        review=OuterRef("pk"),
        status=Consultation.Status.OPEN,
        due_at__lte=clock.now(),
    )


def _unserved() -> QuerySet:
    """A reservation that has not been served: the approval waits for it."""
    return Decision.objects.filter(
        review=OuterRef("pk"),
        outcome=Outcome.GRANTED_WITH_RESERVATION,
        superseded_by=None,
        service=None,
        review__status=Status.DECIDED,
        review__access_request__status__in=AccessRequest.AWAITING,
    )


def _is_alarm_for(user: Any, review: Any) -> bool:
    """A stop is the security-protection manager's to see, a condition that was broken
    the decision-maker's, until the case is closed."""
    roles = permissions.roles_at(user, review)
    if review.status == Status.STOPPED:
        return Role.SECURITY_PROTECTION_MANAGER in roles
    is_decided = review.status == Status.DECIDED
    return is_decided and review.is_broken and Role.DECISION_MAKER in roles


def _is_to_stop(review: Any) -> bool:
    """Class 4 concerns Sweden's security: nothing goes on, whatever is believed."""
    return review.level == MOST_SERIOUS and review.status in SecrecyReview.OPEN


def _level() -> QuerySet:
    """The highest confidentiality in force among what the review's objects hold."""
    day = permissions.today()
    held = "information_set__object_links__cloud_object__requested"
    newer = SecurityClassification.objects.filter(
        information_set=OuterRef("information_set"),
        valid_from__gt=OuterRef("valid_from"),
        valid_from__lte=day,
    )
    return (
        SecurityClassification.objects.filter(
            ~Exists(newer),
            **{f"{held}__review": OuterRef("pk"), f"{held}__removed_in_revision": None},
            valid_from__lte=day,
        )
        .order_by("-confidentiality")
        .values("confidentiality")[:1]
    )


def _protected() -> QuerySet:
    return InformationSet.objects.filter(
        object_links__cloud_object__requested__review=OuterRef("pk"),
        protected_identities_possible=True,
    )


def _rules_of(user: Any) -> list[DelegationRule]:
    return list(
        DelegationRule.objects.in_force(permissions.today()).filter(
            authority__in=permissions.authorities_of(user, *Role.values)
        )
    )


def _next_step(
    user: Any, review: Any, rules: list[DelegationRule]
) -> tuple[Any, str] | None:
    """The step this person can take next, as label and name."""
    roles = permissions.roles_at(user, review)
    if urgent := _urgent_step(review, roles):
        return urgent
    registers = bool(roles & {Role.REGISTRAR, Role.LEGAL_REVIEWER}) or review.is_mine
    if not review.diary_number and registers:
        return _("Register"), "register"
    if review.status == Status.REGISTERED:
        return _to_begin(review, roles)
    if review.status == Status.PROPOSED and _decides(user, review, roles, rules):
        return _("Decide"), "decide"
    if review.is_mine and review.reads and review.status in WORKING:
        return WORKING[review.status]
    if _is_overtaken(review) and (review.is_mine or Role.DECISION_MAKER in roles):
        return _("Decide anew"), "reconsider"
    return _to_end(review, roles)


def _urgent_step(review: Any, roles: frozenset[str]) -> tuple[Any, str] | None:
    """What must be done before anything else goes on."""
    if _is_to_stop(review) and (review.is_mine or roles & STOPPERS):
        return _("Stop: security protection"), "stop"
    if not review.law_has_changed or not review.is_mine:
        return None
    if review.status == Status.PROPOSED:
        return _("Take the proposal back"), "take-back"
    return ASSESS if review.reads and review.status in WORKING else None


def _is_overtaken(review: Any) -> bool:
    """Does something newer than the decision call for another one?"""
    is_decided = review.status == Status.DECIDED
    return review.is_outdated or (review.is_unsettled and is_decided)


def _to_begin(review: Any, roles: frozenset[str]) -> tuple[Any, str] | None:
    if Role.IT_MANAGER in roles:
        return _("Assign"), "assign"
    if Role.LEGAL_REVIEWER in roles and review.case_officer_id is None:
        return _("Take the case"), "take"
    return None


def _to_end(review: Any, roles: frozenset[str]) -> tuple[Any, str] | None:
    if review.is_mine and aftermath.awaits_follow_up(review):
        return _("Follow up the conditions"), "follow-up"
    ended = review.status in (Status.DECIDED, Status.LAPSED, Status.STOPPED)
    keeps = review.is_mine or Role.REGISTRAR in roles
    if review.awaits_service and keeps:
        return _("Record service"), "serve"
    if ended and keeps and review.access_request.status in AccessRequest.OVER:
        return _("Close the case"), "close"
    return None


def _decides(
    user: Any, review: Any, roles: frozenset[str], rules: list[DelegationRule]
) -> bool:
    another = review.proposer != user.pk and not review.is_assessor
    return another and any(
        (rule.person_id == user.pk or rule.role in roles) and _covers(rule, review)
        for rule in rules
    )


def _covers(rule: DelegationRule, review: Any) -> bool:
    """As `permissions.delegation_for` asks; limits are limits of grants."""
    product = review.access_request.connection.product_id
    covers = (
        rule.authority_id == review.authority_id
        and rule.product_id in (None, product)
        and review.outcome in rule.outcomes
    )
    if not covers or review.outcome not in GRANTS:
        return covers
    most, highest = rule.max_minutes, rule.max_confidentiality
    known = UNKNOWN if review.level is None else review.level
    return (most is None or (review.minutes or 0) <= most) and (
        highest is None or known <= highest
    )


def _review_item(review: Any, step: tuple[Any, str] | None) -> WorkItem:
    request = review.access_request
    is_stub = review.status == Status.STOPPED
    return WorkItem(
        clock=clock_for(request, review),
        name=str(review),
        url=url("secrecyreview_change", review.pk),
        place=f"{review.authority} · {request.connection.product}",
        wants=first_line(request) if review.reads else "",
        details="" if is_stub else _review_details(review, step),
        level=None if is_stub else review.level,
        warning=_("persons with protected identity may occur")
        if review.protected and not is_stub
        else "",
        step=step[0] if step else "",
        step_url=url("secrecyreview_step", review.pk, step[1]) if step else "",
        alarm=_review_alarm(review),
        since=request.received_at,
        first=_is_to_stop(review),
    )


def _review_details(review: Any, step: tuple[Any, str] | None) -> str:
    if step and step[1] == "follow-up":
        return aftermath.follow_up_details(review)
    return details_of(review.access_request)


def _review_alarm(review: Any) -> str:
    if review.status == Status.STOPPED:
        return _("Stopped for security protection.")
    if _is_to_stop(review):
        return _("An object holds information of class 4: stop the review.")
    if review.access_request.status == AccessRequest.Status.ELSEWHERE:
        return _("Answered at the provider past us: find out by whom.")
    if review.is_outdated or review.is_blocked:
        return _("The provider changed the request after the decision: decide anew.")
    if review.is_mine and review.waits_too_long and review.status in WORKING:
        return _("A colleague's opinion is overdue.")
    return aftermath.alarm(review)
