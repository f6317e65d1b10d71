"""What a person may know of requests, and of what belongs to one: by the reviews they
see, or because they give the answers."""

from typing import Any

from django.db.models import Exists, Func, OuterRef, Q, QuerySet

from audit_app.cached_query import cached_query
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Arrival,
    Delivery,
    RequestedObject,
    Role,
    SecrecyReview,
)
from requests_app.models.delivery import DeliveryQuerySet
from requests_app.models.grant import AccessGrantQuerySet
from requests_app.models.key_in_array import key_in_array
from requests_app.models.review import ReviewQuerySet
from requests_app.permissions.conflict import (
    conflict_on,
    in_conflict,
    stopped_requests,
)
from requests_app.permissions.has_small_scope import has_small_scope
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import (
    MANAGERS,
    answering_authorities,
    authorities_of,
    has_role,
    routing_authorities,
    running_authorities_of,
)
from requests_app.permissions.visibility import (
    held_at,
    managed_by,
    opened_to,
    readable_by,
    visible_to,
)


@cached_query(role_holder)
def requests_visible_to(user: Any) -> QuerySet[AccessRequest]:
    """Requests with a review the person sees; for whoever routes, those without one."""
    runs = routing_authorities(user)
    return AccessRequest.objects.filter(
        _in_sight(user, "pk", visible_to(user))
        | (Q(connection__authority_id__in=runs) & _belongs_to_nobody(OuterRef("pk")))
    ).exclude(conflict_on(user, "pk"))


def _in_sight(user: Any, access_request: str, seen: ReviewQuerySet) -> Q:
    """In a query of requests, or of what belongs to one: is one of these reviews, which
    the person sees, of it? One request after another is asked, as a page needs few of
    many; of those who see few, all that they see is an array, by which the database
    looks the requests up."""
    if has_small_scope(user):
        return Q(key_in_array(access_request, seen.values("access_request")))
    return Q(Exists(seen.filter(**_just(OuterRef(access_request)))))


def _just(access_request: Any) -> dict[str, Any]:
    """An equality that is asked of each row: of one written as such, the database would
    read all there are, to have the answer for every request."""
    return {
        "access_request__gte": access_request,
        "access_request__lte": access_request,
    }


def unrouted(access_request: Any) -> Q:
    """No review yet, or an object that no review has taken: somebody must route it."""
    waits = ~Q(status__in=AccessRequest.ENDED)
    return waits & _belongs_to_nobody(access_request)


def can_be_unrouted() -> Func:
    """The net for those: a request with an object that no review has taken, or of which
    a review lost all of its own, or in a state that it can be in without any. What was
    answered and never closed is not gone through."""
    objects = RequestedObject.objects.unrouted().order_by().values("access_request")
    dropped = SecrecyReview.objects.filter(status=SecrecyReview.Status.DROPPED)
    dropped_from = dropped.order_by().values("access_request")
    states = AccessRequest.objects.filter(status__in=AccessRequest.WITHOUT_REVIEW)
    keys = objects.union(dropped_from, states.order_by().values("pk"))
    return key_in_array("pk", keys)


def _belongs_to_nobody(access_request: Any) -> Q:
    return Q(Exists(_loose(access_request))) | ~Q(
        Exists(_answerable_reviews(access_request))
    )


def _answerable_reviews(access_request: Any) -> QuerySet[SecrecyReview]:
    """Reviews whose authority still answers for it: a double's belongs to it too."""
    return SecrecyReview.objects.filter(**_just(access_request)).exclude(
        status__in=[SecrecyReview.Status.REROUTED, SecrecyReview.Status.DROPPED]
    )


def is_loose(access_request: AccessRequest) -> bool:
    """Does the request, or an object of it, still wait to be routed?"""
    return AccessRequest.objects.filter(
        unrouted(OuterRef("pk")), pk=access_request.pk
    ).exists()


@cached_query(role_holder)
def requests_readable_by(user: Any) -> QuerySet[AccessRequest]:
    """Requests with their payload whole: for whoever reads every review of them, and
    routes what no review has taken. What came in earlier names what a review on a list
    had that was dropped since: it is for whoever reads that too."""
    reviews = _answerable_reviews(OuterRef("pk"))
    readable = readable_by(user).filter(access_request=OuterRef("access_request"))
    unread = reviews.exclude(pk__in=readable.values("pk"))
    opened = opened_to(user).filter(access_request=OuterRef("access_request"))
    dropped = SecrecyReview.objects.filter(
        access_request=OuterRef("pk"),
        status=SecrecyReview.Status.DROPPED,
        is_named_list=True,
    ).exclude(pk__in=opened.values("pk"))
    routed = Q(Exists(reviews)) & ~Q(Exists(_loose(OuterRef("pk"))))
    runs = routing_authorities(user)
    return (
        AccessRequest.objects.filter(routed | Q(connection__authority_id__in=runs))
        .exclude(Exists(dropped))
        .exclude(conflict_on(user, "pk"))
        .exclude(Exists(unread))
    )


def can_read_request(user: Any, access_request: AccessRequest) -> bool:
    return requests_readable_by(user).filter(pk=access_request.pk).exists()


def _loose(access_request: Any) -> QuerySet[RequestedObject]:
    return RequestedObject.objects.unrouted().filter(access_request=access_request)


def has_conflict(user: Any, access_request_id: int) -> bool:
    """Has the person declared a conflict of interest in the matter, at any stage?"""
    return AccessRequest.objects.filter(
        conflict_on(user, "pk"), pk=access_request_id
    ).exists()


def arrivals_visible_to(user: Any) -> QuerySet[Arrival]:
    """What could not be taken in: for whoever routes at the authority that runs the
    connection, and whoever reads a review of the request that it is about. That one on
    a named list goes on, only the latter learn."""
    of_it = {"access_request": OuterRef("access_request")}
    listed = Q(Exists(SecrecyReview.objects.filter(is_named_list=True, **of_it)))
    about = Q(access_request=None) | ~(listed | Q(conflict_on(user, "access_request")))
    routes = Q(connection__authority_id__in=routing_authorities(user)) & about
    reads = Q(Exists(opened_to(user).filter(**of_it)))
    return Arrival.objects.filter(routes | reads, result=Arrival.Result.NOT_TAKEN_IN)


def arrivals_to_handle(user: Any) -> QuerySet[Arrival]:
    """The arrivals that the person is to handle as registrar: where the connection is
    run, or of a review of the request."""
    of_it = {"access_request": OuterRef("access_request")}
    registers = opened_to(user).filter(held_at(user, Role.REGISTRAR), **of_it)
    runs = running_authorities_of(user, Role.REGISTRAR)
    theirs = Q(connection__authority_id__in=runs) | Q(Exists(registers))
    return arrivals_visible_to(user).filter(theirs)


def can_read_arrival(user: Any, arrival: Arrival) -> bool:
    """Word for word, what may be seen: of a known request, by who reads that."""
    about = arrival.access_request
    return about is None or can_read_request(user, about)


@cached_query(role_holder)
def deliveries_visible_to(user: Any) -> DeliveryQuerySet:
    """Answers, for whoever gives them or sees a review of the request."""
    return Delivery.objects.filter(_executed_or_seen(user)).exclude(in_conflict(user))


def tasks_managed_by(user: Any) -> Q:
    """In a query of answers or access: on connections that authorities managed by the
    person run, but for those of a review on a named list; and of reviews that they
    manage."""
    of_it = {"access_request": OuterRef("access_request")}
    listed = Exists(SecrecyReview.objects.filter(is_named_list=True, **of_it))
    managed = authorities_of(user, *MANAGERS)
    runs = Q(access_request__connection__authority__in=managed) & ~Q(listed)
    seen = Q(Exists(managed_by(user).filter(**of_it)))
    return (runs | seen) & ~Q(in_conflict(user))


@cached_query(role_holder)
def grants_visible_to(user: Any) -> AccessGrantQuerySet:
    return AccessGrant.objects.filter(_executed_or_seen(user)).exclude(
        in_conflict(user)
    )


def _executed_or_seen(user: Any) -> Q:
    """Whoever gives no answers is led to what they see by the reviews; of others, each
    row is asked."""
    live = visible_to(user).live()
    runs = answering_authorities(user)
    if not runs:
        return _in_sight(user, "access_request", live)
    executed = Exists(
        AccessRequest.objects.filter(
            pk=OuterRef("access_request"), connection__authority_id__in=runs
        )
    )
    if has_small_scope(user):
        return Q(executed) | Q(access_request__in=live.values("access_request"))
    return Q(executed) | _in_sight(user, "access_request", live)


def can_read_delivery(user: Any, delivery: Delivery) -> bool:
    """What goes to the provider: for whoever gives it, or reads the request whole.

    It joins what every authority concerned says, so one review is not enough.
    """
    request = delivery.access_request
    stopped = stopped_requests().filter(access_request=request.pk)
    if stopped.exists() or has_conflict(user, request.pk):
        return False
    if has_role(user, Role.EXECUTOR, authority=request.connection.authority_id):
        return True
    return can_read_request(user, request)
