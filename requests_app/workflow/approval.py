"""What stands in the way of an approval, whoever has granted it: parts of steps.

The questions stand in one list. They are asked when an answer is ordered, and all over
again in the transaction in which it is sent, fetched, or told to have been clicked.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from audit_app.one_query import which_exist
from requests_app.law.reliance import without_ground
from requests_app.law.rules import MOST_SERIOUS
from requests_app.models import (
    AccessRequest,
    Decision,
    Freeze,
    Proposal,
    RequestedObject,
    Reservation,
    SecrecyReview,
)
from requests_app.models.alteration import altered_rows
from requests_app.models.outcome import Meaning
from requests_app.permissions.classes import highest_class
from requests_app.permissions.freeze import freezes_over
from requests_app.permissions.still_delegated import delegated_no_more
from requests_app.providers.protocol import Text
from requests_app.workflow.request_state import object_ids_of_each

TIME = "time"
REVOKED = _("The access has been revoked: no more of it is opened.")


class Approval(NamedTuple):
    """What is to be approved: the request, the reviews that have a say in it, and the
    decisions that stand."""

    access_request: AccessRequest
    reviews: list[SecrecyReview]
    decisions: list[Decision]


class Question(NamedTuple):
    """Does something stand in the way; or the rows that do, if there are any? `words`
    tell people what has changed."""

    name: str
    words: Text
    what_stands: Callable[[Approval], bool | QuerySet[Any]]


def _is_not_granted(approval: Approval) -> bool:
    answers = [decision.answer for decision in approval.decisions]
    is_each = bool(approval.reviews) and len(answers) == len(approval.reviews)
    return not is_each or set(answers) != {Meaning.APPROVE}


def _is_on_other_terms(approval: Approval) -> bool:
    now = approval.access_request.revision
    return any(decision.revision != now for decision in approval.decisions)


def _is_late(approval: Approval) -> bool:
    return is_late(approval.access_request)


def _unrouted(approval: Approval) -> QuerySet[RequestedObject]:
    return approval.access_request.requested_objects.unrouted()


def _freezes(approval: Approval) -> QuerySet[Freeze]:
    return freezes_over(approval.access_request)


def _on_other_objects(approval: Approval) -> QuerySet[Decision]:
    return _decisions(approval).exclude(object_ids=object_ids_of_each())


def _is_stopped(approval: Approval) -> bool:
    return any(review.security_protection != "no" for review in approval.reviews)


def _is_most_serious(approval: Approval) -> bool:
    return any(holds_most_serious(review) for review in approval.reviews)


def _without_ground(approval: Approval) -> QuerySet[Proposal]:
    return without_ground(approval.decisions)


def _delegated_no_more(approval: Approval) -> QuerySet[Decision]:
    return delegated_no_more().filter(pk__in=_keys(approval))


def _unserved(approval: Approval) -> QuerySet[Reservation]:
    return unserved(*approval.decisions)


def _revoked(approval: Approval) -> QuerySet[AccessRequest]:
    return revoked(approval.access_request)


def _is_altered(approval: Approval) -> bool:
    reviews = [review.pk for review in approval.reviews]
    return bool(altered_rows(approval.access_request.pk, reviews))


def _decisions(approval: Approval) -> QuerySet[Decision]:
    return Decision.objects.filter(pk__in=_keys(approval))


def _keys(approval: Approval) -> list[int]:
    return [decision.pk for decision in approval.decisions]


# Of what was granted, and whether it still holds.
GROUNDS = (
    Question(
        "objects found",
        _("An object of the request belongs to no authority yet."),
        _unrouted,
    ),
    Question("freeze", _("Approvals have been stopped by a freeze."), _freezes),
    Question(
        "objects",
        _("The objects are no longer those that were decided on."),
        _on_other_objects,
    ),
    Question(
        "protective security",
        _("The case has been stopped, or its protective security is in question."),
        _is_stopped,
    ),
    Question(
        "class",
        _("An object has been classified so that it concerns Sweden's security."),
        _is_most_serious,
    ),
    Question(
        "ground",
        _("A standing assessment or a consent it relies on no longer stands."),
        _without_ground,
    ),
    Question(
        "delegation",
        _("What was decided is no longer delegated to whoever decided it."),
        _delegated_no_more,
    ),
    Question(
        "service",
        _("A reservation has not been served on whom it binds."),
        _unserved,
    ),
    Question("revoked", REVOKED, _revoked),
    Question(
        "altered",
        _("Something in the case has been changed outside the system."),
        _is_altered,
    ),
)
# And of whether it is granted at all, and in time: asked at the moment of release.
GATE = (
    Question(TIME, _("The time to answer has run out."), _is_late),
    Question(
        "terms",
        _("The provider has changed the request since the decision."),
        _is_on_other_terms,
    ),
    Question(
        "decisions",
        _("Not every authority concerned has granted it any more."),
        _is_not_granted,
    ),
    *GROUNDS,
)


def keep_freezes_out() -> None:
    """From here to the end of the transaction no freeze is set beside it: whoever sets
    one waits, and whoever asks after it has been set knows of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lockbox_keep_freezes_out()")


def in_the_way(
    approval: Approval, questions: tuple[Question, ...] = GATE
) -> Iterator[Question]:
    """What stands in the way, as things are now: whatever is a matter of rows is asked
    of the database at once."""
    stand = [question.what_stands(approval) for question in questions]
    rows = iter(which_exist([rows for rows in stand if not isinstance(rows, bool)]))
    return (
        question
        for question, stands in zip(questions, stand, strict=True)
        if (stands if isinstance(stands, bool) else next(rows))
    )


def nothing_in_the_way(reviews: list[SecrecyReview], decisions: list[Decision]) -> bool:
    """Does what has been granted still hold, as things are now? Asked again whenever
    an answer is ordered, and before it is given."""
    keep_freezes_out()
    approval = Approval(reviews[0].access_request, reviews, decisions)
    return next(in_the_way(approval, GROUNDS), None) is None


def is_revoked(access_request: AccessRequest) -> bool:
    return revoked(access_request).exists()


def revoked(access_request: AccessRequest) -> QuerySet[AccessRequest]:
    """The request, if the access has been revoked that it is a part of: by the rule of
    the database itself."""
    rule = Func(F("pk"), function="lockbox_is_revoked", output_field=BooleanField())
    return AccessRequest.objects.filter(rule, pk=access_request.pk)


def holds_most_serious(review: SecrecyReview) -> bool:
    """Has an object been classified so since, that it concerns Sweden's security?"""
    return highest_class(review) == MOST_SERIOUS


def unserved(*decisions: Decision) -> QuerySet[Reservation]:
    """The reservations that have not been served yet on whom they bind: nothing is
    handed out before each of the persons has been."""
    proposals = [decision.proposal_id for decision in decisions]
    return Reservation.objects.filter(proposal__in=proposals, services=None)


def is_late(access_request: AccessRequest) -> bool:
    """Has the time to answer run out?"""
    return access_request.clock.is_out(clock.now())
