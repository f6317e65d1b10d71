"""The work queue: what needs this person, by the clock that runs out first."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app import afterwards, permissions
from requests_app.clocks import Clock, clock_in, span
from requests_app.countries import country_name
from requests_app.models import (
    AccessGrant,
    AccessRequest,
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
from requests_app.permissions import WORK
from requests_app.wording import first_line
from requests_app.workflow.law import MOST_SERIOUS
from requests_app.workflow.review import OVER

LONGEST = 200
Status = SecrecyReview.Status
ASSESS = (gettext_lazy("Assess"), "assess")
WORKING = {
    Status.ASSIGNED: ASSESS,
    Status.IN_ASSESSMENT: (gettext_lazy("Propose a decision"), "propose"),
}

# Roles that stop a review for security protection, beside who works on it.
STOPPERS = {Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.DECISION_MAKER}


class WorkItem(NamedTuple):
    """A line of the queue. `step` is empty when nothing waits for this person now."""

    clock: Clock | None
    name: str
    url: str
    place: str
    wants: str
    details: str
    level: int | None
    warning: str
    step: str
    step_url: str
    alarm: str = ""
    since: datetime | None = None
    # What no longer may go on comes before every clock.
    first: bool = False


def work_for(user: Any) -> list[WorkItem]:
    """A fixed number of queries, however much there is."""
    items = [
        *_reviews(user),
        *_unrouted(user),
        *_answers(user),
        *_arrivals(user),
    ]
    return items


def by_clock(item: WorkItem) -> tuple:
    if item.first:
        return (-1, item.since)
    if item.clock is not None:
        return (0, item.clock.ends_at)
    return (1 if item.step else 2, item.since or clock.now())


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:requests_app_{name}", args=args)


# -- Reviews -------------------------------------------------------------------------


def _reviews(user: Any) -> Iterator[WorkItem]:
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
            is_blocked=Exists(blocked),
            is_outdated=Exists(_outdated()),
            awaits_service=Exists(_unserved()),
            is_assessor=Exists(
                HarmTest.objects.filter(review=OuterRef("pk"), answered_by=user.pk)
            ),
            **afterwards.annotations(),
            level=Subquery(_level()),
            protected=Exists(_protected()),
            **_window("access_request"),
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


def _window(request: str) -> dict[str, Subquery]:
    """When the running access of the request opens and ends."""
    running = AccessGrant.objects.filter(access_request=OuterRef(request)).exclude(
        status=AccessGrant.Status.ENDED
    )
    return {
        "opens_at": Subquery(running.values("opens_at")[:1]),
        "ends_at": Subquery(running.values("ends_at")[:1]),
    }


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
    if review.is_mine and review.status in WORKING:
        return WORKING[review.status]
    if _is_overtaken(review) and (review.is_mine or Role.DECISION_MAKER in roles):
        return _("Decide anew"), "reconsider"
    if review.awaits_service and (review.is_mine or Role.REGISTRAR in roles):
        return _("Record service"), "serve"
    return _to_end(review, roles)


def _urgent_step(review: Any, roles: frozenset[str]) -> tuple[Any, str] | None:
    """What must be done before anything else goes on."""
    if _is_to_stop(review) and (review.is_mine or roles & STOPPERS):
        return _("Stop: security protection"), "stop"
    if not review.law_has_changed or not review.is_mine:
        return None
    if review.status == Status.PROPOSED:
        return _("Take the proposal back"), "take-back"
    return ASSESS if review.status in WORKING else None


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
    if review.is_mine and afterwards.awaits_follow_up(review):
        return _("Follow up the conditions"), "follow-up"
    ended = review.status in (Status.DECIDED, Status.LAPSED, Status.STOPPED)
    closes = review.is_mine or Role.REGISTRAR in roles
    if ended and closes and review.access_request.status in OVER:
        return _("Close the case"), "close"
    return None


def _decides(
    user: Any, review: Any, roles: frozenset[str], rules: list[DelegationRule]
) -> bool:
    another = review.proposer != user.pk and not review.is_assessor
    return another and any(
        rule.authority_id == review.authority_id
        and review.outcome in rule.outcomes
        and (rule.person_id == user.pk or rule.role in roles)
        for rule in rules
    )


def _review_item(review: Any, step: tuple[Any, str] | None) -> WorkItem:
    request = review.access_request
    is_stub = review.status == Status.STOPPED
    return WorkItem(
        clock=_clock(request, review),
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
        return afterwards.follow_up_details(review)
    return _details(review.access_request)


def _review_alarm(review: Any) -> str:
    if review.status == Status.STOPPED:
        return _("Stopped for security protection.")
    if _is_to_stop(review):
        return _("An object holds information of class 4: stop the review.")
    if review.access_request.status == AccessRequest.Status.ELSEWHERE:
        return _("Answered at the provider past us: find out by whom.")
    if review.is_outdated or review.is_blocked:
        return _("The provider changed the request after the decision: decide anew.")
    return afterwards.alarm(review)


def _clock(request: AccessRequest, row: Any) -> Clock | None:
    return clock_in(request, (row.opens_at, row.ends_at) if row.ends_at else None)


def _details(request: AccessRequest) -> str:
    parts = [request.service]
    if request.duration_minutes:
        parts.append(span(timedelta(minutes=request.duration_minutes)))
    if request.engineer_country:
        parts.append(
            _("engineer in %(country)s")
            % {"country": country_name(request.engineer_country)}
        )
    if request.connection.product.revocation == "no":
        parts.append(_("can not be taken back"))
    return " · ".join(part for part in parts if part)


# -- Requests, answers, arrivals -----------------------------------------------------


def _unrouted(user: Any) -> Iterator[WorkItem]:
    runs = permissions.authorities_of(user, Role.REGISTRAR)
    if not runs:
        return
    rows = (
        AccessRequest.objects.filter(
            permissions.unrouted(OuterRef("pk")), connection__authority__in=runs
        )
        .exclude(permissions.conflict_on(user, "pk"))
        .annotate(
            is_stopped=Exists(
                SecrecyReview.objects.filter(
                    access_request=OuterRef("pk"), status=Status.STOPPED
                )
            )
        )
        .select_related("connection__product", "justification")
        .order_by("answer_deadline")[:LONGEST]
    )
    request: Any
    for request in rows:
        yield WorkItem(
            clock=clock_in(request, None),
            name=str(request),
            url=url("accessrequest_change", request.pk),
            place=str(request.connection.product),
            wants="" if request.is_stopped else first_line(request),
            details=_details(request),
            level=None,
            warning="",
            step=_("Route"),
            step_url=url("accessrequest_step", request.pk, "route"),
            since=request.received_at,
        )


def _answers(user: Any) -> Iterator[WorkItem]:
    """Answers for the executor: those given by hand, and those a machine can't give."""
    runs = permissions.authorities_of(user, Role.EXECUTOR)
    if not runs:
        return
    rows = (
        Delivery.objects.filter(
            Q(status__in=Delivery.WAITING) | _overtaken(),
            access_request__connection__authority__in=runs,
        )
        .exclude(access_request__connection__product__channel="contract")
        .exclude(outbox_message__settled_at=None, outbox_message__trouble="")
        .annotate(**_window("access_request"))
        .select_related("access_request__connection__product", "outbox_message")
        .order_by("created_at")[:LONGEST]
    )
    for delivery in rows:
        yield _answer_item(delivery)


def _overtaken() -> Q:
    """Answers the machine found no use for: the provider had moved on without them."""
    ended = [AccessRequest.Status.ELSEWHERE, AccessRequest.Status.LAPSED]
    return Q(
        status=Delivery.Status.LAPSED,
        outbox_message__result="failed",
        access_request__status__in=ended,
    )


def _answer_item(delivery: Any) -> WorkItem:
    request = delivery.access_request
    product = request.connection.product
    is_open = delivery.status == Delivery.Status.OPEN
    is_over = delivery.status == Delivery.Status.LAPSED
    answer = delivery.get_answer_display()
    return WorkItem(
        clock=_clock(request, delivery),
        name=str(delivery),
        url=url("delivery_change", delivery.pk),
        place=str(product),
        wants=_("Answer the provider: %(answer)s") % {"answer": answer},
        details=product.portal,
        level=None,
        warning="",
        step=_("Give the answer") if is_open else _("Look into it") if is_over else "",
        step_url=url("delivery_step", delivery.pk, "confirm")
        if is_open
        else url("delivery_change", delivery.pk),
        alarm=_answer_alarm(delivery),
        since=delivery.created_at,
        first=delivery.answer == Delivery.Answer.REVOKE,
    )


def _answer_alarm(delivery: Any) -> str:
    if delivery.status == Delivery.Status.BLOCKED:
        return _("Held back: the provider changed the request.")
    message = getattr(delivery, "outbox_message", None)
    if message is None:
        return ""
    if delivery.status == Delivery.Status.LAPSED:
        return message.trouble
    if message.result == "failed":
        return _("Could not be sent by machine, give it by hand: %(why)s") % {
            "why": message.trouble
        }
    return _("Being sent, with trouble: %(why)s") % {"why": message.trouble}


def _arrivals(user: Any) -> Iterator[WorkItem]:
    rows = (
        permissions.arrivals_visible_to(user)
        .filter(handled=None)
        .select_related("connection__product")
        .order_by("arrived_at")[:LONGEST]
    )
    may_handle = permissions.has_role(user, Role.REGISTRAR)
    for arrival in rows if may_handle else ():
        yield WorkItem(
            clock=None,
            name=_("Arrival %(number)s") % {"number": arrival.pk},
            url=url("arrival_change", arrival.pk),
            place=str(arrival.connection.product),
            wants=arrival.trouble,
            details="",
            level=None,
            warning="",
            step=_("Deal with it"),
            step_url=url("arrival_change", arrival.pk),
            alarm=_("Could not be taken in."),
            since=arrival.arrived_at,
        )
