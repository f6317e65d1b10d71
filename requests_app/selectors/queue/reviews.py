"""Reviews that wait for a person, as lines of the queue."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app import clock
from audit_app.cached_query import cached_rows
from requests_app.models import (
    AccessRequest,
    Arrival,
    Consultation,
    Decision,
    Delivery,
    InformationSet,
    Outcome,
    Role,
    SecrecyReview,
)
from requests_app.models.key_in_array import is_one_of
from requests_app.models.ladder import WORKED, NextStep
from requests_app.models.request_clock import deadline_path
from requests_app.models.service_of_decision import unserved_reservations
from requests_app.permissions.changes import CHANGES
from requests_app.permissions.classes import highest_class_at
from requests_app.permissions.involvement import Involvement
from requests_app.permissions.involvement_of import involvement_in, with_involvement
from requests_app.permissions.role_holder import role_holder
from requests_app.selectors.addresses import url
from requests_app.selectors.queue import aftermath, appeals, whose_turn
from requests_app.selectors.queue.candidate_reviews import (
    COUNTED,
    candidate_reviews,
)
from requests_app.selectors.queue.first_line import first_line
from requests_app.selectors.queue.item import (
    WorkItem,
    clock_for,
    details_of,
    window,
)
from requests_app.selectors.queue.whose_turn import AT_ONCE, is_to_stop, next_step
from requests_app.words.times import moment_in_words

Status = SecrecyReview.Status
PIECE = 50  # are read at once


def reviews_for(user: Any, most: int) -> Iterator[WorkItem]:
    """Among so many candidates, those that wait, what runs out first at the top; and
    how many more there are."""
    keys = candidate_reviews(user)
    for start in range(0, min(len(keys), most), PIECE):
        yield from items_of(user, keys[start : min(start + PIECE, most)])
    if len(keys) > most:
        yield _the_rest(len(keys) - most)


def _the_rest(number: int) -> WorkItem:
    name = ngettext(
        "%(n)s more case that may wait for you",
        "%(n)s more cases that may wait for you",
        number,
    )
    if number > COUNTED:
        name = _("More than %(n)s more cases that may wait for you")
    return WorkItem(
        clock=None,
        name=name % {"n": min(number, COUNTED)},
        url=(every := url("secrecyreview_changelist")),
        place="",
        wants="",
        details=_("Those whose time runs out first are shown here."),
        level=None,
        warning="",
        step=_("See all"),
        step_url=every,
    )


def items_of(user: Any, keys: list[int]) -> Iterator[WorkItem]:
    """The lines of these reviews, which the person may know of, that wait for them."""
    now = clock.now()
    review: Any
    for review in _with_turns(user, keys, now, now - aftermath.APPEAL_TIME):
        rights = involvement_in(user, review)
        step = next_step(review, rights)
        if step or rights.works or _is_alarm_for(rights, review):
            yield _review_item(review, rights, step)


@cached_rows(role_holder)
def _with_turns(
    user: Any, keys: list[int], now: datetime, since: datetime
) -> QuerySet[SecrecyReview]:
    """Reviews with what `whose_turn` asks. `since`: what was served after that can be
    appealed yet."""
    reviews = SecrecyReview.objects.filter(is_one_of("pk", keys))
    return (
        with_involvement(user, reviews, now)
        .annotate(
            is_blocked=Exists(_blocked()),
            is_outdated=Exists(_outdated()),
            waits_too_long=Exists(_overdue_opinions(now)),
            awaits_service=Exists(_unserved()),
            changed_at=Subquery(_changes().values("arrived_at")[:1]),
            **aftermath.annotations(now, since),
            **appeals.annotations(),
            level=highest_class_at("pk"),
            protected=Exists(_protected()),
            **window("access_request"),
        )
        .select_related(
            "authority",
            "access_request__connection__product",
            "access_request__justification",
        )
        .order_by(deadline_path("access_request"))
    )


def _blocked() -> QuerySet:
    """Answers held back because the provider changed the request."""
    return Delivery.objects.filter(
        access_request=OuterRef("access_request"), status=Delivery.Status.BLOCKED
    )


def _outdated() -> QuerySet:
    """A decision that stands, on terms that the provider has changed since."""
    return Decision.objects.current().filter(
        review=OuterRef("pk"),
        review__status=Status.DECIDED,
        review__access_request__status__in=AccessRequest.AWAITING,
        revision__lt=F("review__access_request__revision"),
    )


def _changes() -> QuerySet:
    """What made the newest revision of the request, where there is more than one."""
    return Arrival.objects.filter(
        access_request=OuterRef("access_request"),
        revision=OuterRef("access_request__revision"),
        revision__gt=1,
        result__in=CHANGES,
    )


def _overdue_opinions(now: datetime) -> QuerySet:
    return Consultation.objects.filter(
        review=OuterRef("pk"),
        status=Consultation.Status.OPEN,
        due_at__lte=now,
    )


def _unserved() -> QuerySet:
    """A reservation left to serve on whom it binds: the approval waits for it."""
    return Decision.objects.current().filter(
        Exists(unserved_reservations()),
        review=OuterRef("pk"),
        outcome=Outcome.GRANTED_WITH_RESERVATION,
        review__status=Status.DECIDED,
        review__access_request__status__in=AccessRequest.AWAITING,
    )


def _is_alarm_for(rights: Involvement, review: Any) -> bool:
    """A stop is the protective-security manager's to see, a condition that was broken
    the decision-maker's, until the case is closed."""
    if review.status == Status.STOPPED:
        return Role.SECURITY_PROTECTION_MANAGER in rights.roles
    is_decided = review.status == Status.DECIDED
    return is_decided and review.is_broken and Role.DECISION_MAKER in rights.roles


def _protected() -> QuerySet:
    return InformationSet.objects.filter(
        object_links__cloud_object__requested__review=OuterRef("pk"),
        protected_identities_possible=True,
    )


def _review_item(review: Any, rights: Involvement, step: NextStep | None) -> WorkItem:
    request = review.access_request
    is_stub = review.status == Status.STOPPED
    is_appeal = step is not None and step == appeals.next_step(review, rights)
    wants = _("The decision has been appealed.") if is_appeal else first_line(request)
    return WorkItem(
        clock=appeals.appeal_clock(review) if is_appeal else clock_for(request, review),
        name=str(review),
        url=url("secrecyreview_change", review.pk),
        place=f"{review.authority} · {request.connection.product}",
        wants=wants if rights.reads or is_appeal else "",
        details="" if is_stub else _review_details(review, step),
        level=None if is_stub else review.level,
        warning=_("persons with protected identity may occur")
        if review.protected and rights.reads and not is_stub
        else "",
        step=step.label if step else "",
        step_url=url("secrecyreview_step", review.pk, step.name) if step else "",
        alarm=_review_alarm(review, rights),
        since=request.received_at,
        seen=review.version if step and step.name in AT_ONCE else None,
        first=is_to_stop(review) or aftermath.is_to_revoke(review),
        turn=review.turns,
        about=review,
        act=whose_turn.act_of(step),
    )


def _review_details(review: Any, step: NextStep | None) -> str:
    if step and step.name == "follow-up":
        return aftermath.follow_up_details(review)
    return details_of(review.access_request)


def _review_alarm(review: Any, rights: Involvement) -> str:
    if review.status == Status.STOPPED:
        return _("Stopped for protective security.")
    if is_to_stop(review):
        return _("An object holds information of class 4: stop the review.")
    if review.access_request.status == AccessRequest.Status.ELSEWHERE:
        return aftermath.answered_past_us(review)
    if review.is_outdated or review.is_blocked:
        return _("The provider changed the request after the decision: decide anew.")
    return _alarm_while_open(review, rights) or aftermath.alarm(review)


def _alarm_while_open(review: Any, rights: Involvement) -> str:
    """What whoever works on it must know before they go on."""
    if rights.is_to_see_change:
        return _("The request was changed %(time)s, and you have not looked at it.") % {
            "time": moment_in_words(review.changed_at)
        }
    if review.is_like_stopped and rights.stops and review.status in SecrecyReview.OPEN:
        return _("The same was asked for in a request that was stopped.")
    if review.is_denied_already and review.status in SecrecyReview.OPEN:
        return _(
            "Another authority has already denied the provider. Your decision does not"
            " change that answer."
        )
    if rights.works and review.waits_too_long and review.status in WORKED:
        return _("A colleague's opinion is overdue.")
    return ""
