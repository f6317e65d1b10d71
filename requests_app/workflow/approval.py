"""What stands in the way of an approval, whoever has granted it: parts of steps.

The questions stand in one list. They are asked when an answer is ordered, and all over
again in the transaction in which it is sent, fetched, or told to have been clicked.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.law.reliance import has_lost_ground
from requests_app.law.rules import MOST_SERIOUS
from requests_app.models import (
    AccessRequest,
    Decision,
    Reservation,
    SecrecyReview,
)
from requests_app.models.alteration import altered_rows
from requests_app.models.outcome import Meaning
from requests_app.permissions.classes import highest_class
from requests_app.permissions.freeze import freezes_over
from requests_app.permissions.still_delegated import delegated_no_more
from requests_app.providers.protocol import Text
from requests_app.workflow.request_state import is_whole, object_ids

TIME = "time"
REVOKED = _("The access has been revoked: no more of it is opened.")


class Approval(NamedTuple):
    """What is to be approved: the request, the reviews that have a say in it, and the
    decisions that stand."""

    access_request: AccessRequest
    reviews: list[SecrecyReview]
    decisions: list[Decision]


class Question(NamedTuple):
    """Does something stand in the way? `words` tell people what has changed."""

    name: str
    words: Text
    stands_in_the_way: Callable[[Approval], bool]


def _is_not_granted(approval: Approval) -> bool:
    answers = [decision.answer for decision in approval.decisions]
    is_each = bool(approval.reviews) and len(answers) == len(approval.reviews)
    return not is_each or set(answers) != {Meaning.APPROVE}


def _is_on_other_terms(approval: Approval) -> bool:
    now = approval.access_request.revision
    return any(decision.revision != now for decision in approval.decisions)


def _is_late(approval: Approval) -> bool:
    return is_late(approval.access_request)


def _is_not_whole(approval: Approval) -> bool:
    return not is_whole(approval.access_request)


def _is_frozen(approval: Approval) -> bool:
    return freezes_over(approval.access_request).exists()


def _has_other_objects(approval: Approval) -> bool:
    return any(
        decision.object_ids != object_ids(decision.review)
        for decision in approval.decisions
    )


def _is_stopped(approval: Approval) -> bool:
    return any(review.security_protection != "no" for review in approval.reviews)


def _is_most_serious(approval: Approval) -> bool:
    return any(holds_most_serious(review) for review in approval.reviews)


def _has_lost_ground(approval: Approval) -> bool:
    return has_lost_ground(approval.decisions)


def _is_delegated_no_more(approval: Approval) -> bool:
    keys = [decision.pk for decision in approval.decisions]
    return delegated_no_more().filter(pk__in=keys).exists()


def _awaits_service(approval: Approval) -> bool:
    return any(awaits_service(decision) for decision in approval.decisions)


def _is_revoked(approval: Approval) -> bool:
    return is_revoked(approval.access_request)


def _is_altered(approval: Approval) -> bool:
    reviews = [review.pk for review in approval.reviews]
    return bool(altered_rows(approval.access_request.pk, reviews))


# Of what was granted, and whether it still holds.
GROUNDS = (
    Question(
        "objects found",
        _("An object of the request belongs to no authority yet."),
        _is_not_whole,
    ),
    Question("freeze", _("Approvals have been stopped by a freeze."), _is_frozen),
    Question(
        "objects",
        _("The objects are no longer those that were decided on."),
        _has_other_objects,
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
        _has_lost_ground,
    ),
    Question(
        "delegation",
        _("What was decided is no longer delegated to whoever decided it."),
        _is_delegated_no_more,
    ),
    Question(
        "service",
        _("A reservation has not been served on whom it binds."),
        _awaits_service,
    ),
    Question("revoked", REVOKED, _is_revoked),
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
    """What stands in the way, as things are now; asked one after the other."""
    return (row for row in questions if row.stands_in_the_way(approval))


def nothing_in_the_way(reviews: list[SecrecyReview], decisions: list[Decision]) -> bool:
    """Does what has been granted still hold, as things are now? Asked again whenever
    an answer is ordered, and before it is given."""
    keep_freezes_out()
    approval = Approval(reviews[0].access_request, reviews, decisions)
    return next(in_the_way(approval, GROUNDS), None) is None


def is_revoked(access_request: AccessRequest) -> bool:
    """Has the access been revoked that this is a part of? The database's own rule."""
    of = AccessRequest.objects.filter(pk=access_request.pk)
    rule = RawSQL("lockbox_is_revoked(%s)", [access_request.pk])
    return of.annotate(revoked=rule).values_list("revoked", flat=True).get()


def holds_most_serious(review: SecrecyReview) -> bool:
    """Has an object been classified so since, that it concerns Sweden's security?"""
    return highest_class(review) == MOST_SERIOUS


def awaits_service(decision: Decision) -> bool:
    """A reservation binds whom it was served on: nothing is handed out before each of
    the persons has been."""
    return unserved(decision).exists()


def unserved(decision: Decision) -> QuerySet[Reservation]:
    """The reservations that have not been served yet on whom they bind."""
    return Reservation.objects.filter(proposal=decision.proposal_id, services=None)


def is_late(access_request: AccessRequest) -> bool:
    """Has the time to answer run out?"""
    return access_request.clock.is_out(clock.now())
