"""What stands in the way of an approval, whoever has granted it: parts of steps."""

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
from requests_app.permissions.classes import highest_class
from requests_app.permissions.freeze import freezes_over
from requests_app.workflow.request_state import is_whole, object_ids

REVOKED = _("The access has been revoked: no more of it is opened.")


def keep_freezes_out() -> None:
    """From here to the end of the transaction no freeze is set beside it: whoever sets
    one waits, and whoever asks after it has been set knows of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lockbox_keep_freezes_out()")


def nothing_in_the_way(reviews: list[SecrecyReview], decisions: list[Decision]) -> bool:
    """Does what has been granted still hold, as things are now? Asked again whenever
    an answer is ordered, and before it is given."""
    access_request = reviews[0].access_request
    keep_freezes_out()
    return (
        is_whole(access_request)
        and not freezes_over(access_request).exists()
        and all(
            decision.object_ids == object_ids(decision.review) for decision in decisions
        )
        and all(review.security_protection == "no" for review in reviews)
        and not any(holds_most_serious(review) for review in reviews)
        and not has_lost_ground(decisions)
        and not any(awaits_service(decision) for decision in decisions)
        and not is_revoked(access_request)
        and not altered_rows(access_request.pk, [review.pk for review in reviews])
    )


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
