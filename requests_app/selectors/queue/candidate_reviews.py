"""Reviews in which it can be a person's turn: from among these the queue is drawn.

Nothing is left out that whose_turn, which is asked of each of them, would give; and no
right comes of it: candidates are asked for within what the person may see. Each part
has an index of its own, so that it costs what is open, and not what has been.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, When

from audit_app.cached_query import cached_rows
from requests_app.law.rules import MOST_SERIOUS
from requests_app.models import (
    AccessRequest,
    ConditionFollowUp,
    Decision,
    IncomingAppeal,
    Proposal,
    RequestForReasons,
    ReviewUserPermission,
    Role,
    SecrecyReview,
)
from requests_app.models.key_in_array import key_in_array
from requests_app.models.ladder import statuses_waiting_for
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.classes import reviews_of_class
from requests_app.permissions.conflict import in_conflict
from requests_app.permissions.decision import ruled_at
from requests_app.permissions.has_small_scope import has_small_scope
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import BY_ROLE, WORK, has_role
from requests_app.permissions.visibility import (
    held_at,
    keys_in_scope,
    may_be_known_to,
    visible_to,
)
from requests_app.selectors.queue.aftermath import RUNNING

Status = SecrecyReview.Status
Reviews = QuerySet[SecrecyReview]
REGISTERING = BY_ROLE["registers"]
STOPPERS = BY_ROLE["stops"]
# What a role alone can have to do in a case that it does not work on: statuses from
# which one of its rights leads on. What is to be registered is known by its number.
TURNS = {
    role: [
        status
        for right, roles in BY_ROLE.items()
        if role in roles and right != "registers"
        for status in statuses_waiting_for(right)
    ]
    for role in Role
}
# Striking off is decided too.
BY_RULE = [
    *statuses_waiting_for("decides"),
    *statuses_waiting_for("proposes_striking_off"),
]
# Requests that were changed and wait.
CHANGED = Q(
    access_request__status__in=AccessRequest.AWAITING, access_request__revision__gt=1
)
# So many are shown to whoever is told by mail, and beyond so many counted.
FARTHEST = 1_000
COUNTED = 1_000
MOST = FARTHEST + COUNTED + 1


@cached_rows(role_holder)
def candidate_reviews(user: Any) -> Any:
    """Their keys, as many as anybody shows or counts: those that are awaited by their
    deadline, then others by theirs, of very many those that came first. One query."""
    first, *rest = (rows.values("pk") for rows in _parts(user))
    awaited = When(access_request__status__in=AccessRequest.AWAITING, then=0)
    return (
        visible_to(user)
        .live()
        .filter(keys_in_scope(user, "pk", first.union(*rest)))
        .order_by(
            Case(awaited, default=1, output_field=IntegerField()),
            deadline_path("access_request"),
            "pk",
        )
        .values_list("pk", flat=True)[:MOST]
    )


def _at_length(user: Any, rows: Reviews, known: Q) -> Iterator[Reviews]:
    """Reviews in a state that is over only where somebody closes them: all that is
    awaited, which is led by the requests, and of the others those that came first, as
    many as are shown or counted; so only `known` ones are, which the person may know
    of. Whoever sees few has few."""
    if has_small_scope(user):
        yield rows
        return
    rows = rows.filter(known)
    awaited = AccessRequest.objects.filter(status__in=AccessRequest.AWAITING)
    yield rows.filter(key_in_array("access_request", awaited.order_by().values("pk")))
    yield rows.order_by("pk")[:MOST]


def _parts(user: Any) -> Iterator[Reviews]:
    reviews = SecrecyReview.objects.order_by()
    yield from _worked(user, reviews)
    for role, statuses in TURNS.items():
        if statuses and has_role(user, role):
            yield reviews.filter(held_at(user, role), status__in=statuses)
    if has_role(user, *REGISTERING):
        here = held_at(user, *REGISTERING)
        yield reviews.filter(here, diary_number="", status__in=SecrecyReview.OPEN)
    yield from _to_end(user, reviews)
    yield from _of_deciders(user, reviews)
    if has_role(user, *STOPPERS):
        yield reviews.filter(
            held_at(user, *STOPPERS),
            key_in_array("pk", reviews_of_class(MOST_SERIOUS)),
            status__in=(*SecrecyReview.OPEN, Status.DECIDED),
        )
    yield from _asked_for_reasons(user, reviews)
    yield _changed(user, reviews)


def _worked(user: Any, reviews: Reviews) -> Iterator[Reviews]:
    """What the person works that goes on. Of what somebody has worked in years almost
    everything is closed: where something waits leads to their own."""
    rights = ReviewUserPermission.objects.filter(
        user=user.pk, permission__codename=WORK
    )
    own = reviews.filter(pk__in=rights.values("content_object"))
    going_on = own.exclude(status__in=(Status.CLOSED, *SecrecyReview.MOVED))
    yield from _at_length(user, going_on, ~Q(in_conflict(user)))
    yield own.filter(key_in_array("pk", _appealed()))


def _appealed() -> QuerySet[Any]:
    waiting = IncomingAppeal.objects.filter(status__in=IncomingAppeal.WAITING)
    return waiting.values("review")


def _to_end(user: Any, reviews: Reviews) -> Iterator[Reviews]:
    """Decided ones, whose service and closing the register sees to; and appeals."""
    if has_role(user, Role.REGISTRAR):
        here = held_at(user, Role.REGISTRAR)
        decided = reviews.filter(here, status=Status.DECIDED)
        yield from _at_length(user, decided, may_be_known_to(user))
    if has_role(user, Role.REGISTRAR, Role.DECISION_MAKER):
        yield reviews.filter(
            held_at(user, Role.REGISTRAR, Role.DECISION_MAKER),
            key_in_array("pk", _appealed()),
        )


def _of_deciders(user: Any, reviews: Reviews) -> Iterator[Reviews]:
    """What may be decided, taken back or decided anew, by whoever has a rule; and what
    decision-makers are told of."""
    if has_role(user, Role.DECISION_MAKER):
        here = held_at(user, Role.DECISION_MAKER)
        decided = reviews.filter(here, status=Status.DECIDED)
        yield from _running(user, decided)
        broken = ConditionFollowUp.objects.filter(is_kept=False)
        yield decided.filter(key_in_array("pk", broken.values("review")))
    ruled = reviews.filter(ruled_at(user))
    yield ruled.filter(status__in=BY_RULE)
    yield from _running(user, ruled.filter(status=Status.DECIDED))
    yield ruled.filter(CHANGED).exclude(
        status__in=(Status.CLOSED, *SecrecyReview.MOVED)
    )


def _asked_for_reasons(user: Any, reviews: Reviews) -> Iterator[Reviews]:
    """Reasons that somebody waits for, with who decided and who may decide."""
    waiting = RequestForReasons.objects.filter(status=RequestForReasons.Status.OPEN)
    rows = reviews.filter(key_in_array("pk", waiting.values("review")))
    yield rows.filter(ruled_at(user))
    mine = Decision.objects.filter(review=OuterRef("pk"), decided_by=user.pk)
    yield rows.filter(Exists(mine))


def _running(user: Any, decided: Reviews) -> Iterator[Reviews]:
    running = decided.filter(access_request__status__in=RUNNING)
    return _at_length(user, running, may_be_known_to(user))


def _changed(user: Any, reviews: Reviews) -> Reviews:
    """What they proposed or decided before the request was changed."""
    mine = Proposal.objects.filter(review=OuterRef("pk"), proposed_by=user.pk)
    decided = Decision.objects.filter(review=OuterRef("pk"), decided_by=user.pk)
    return reviews.filter(Exists(mine) | Exists(decided), CHANGED)
