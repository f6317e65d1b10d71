"""Who may do what in intake: reach, classes, conflict, known people, mail rule,
registering, request visibility and visibility."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from audit_app import acting
from audit_app.queries import Prewritten, cached_query
from requests_app.cases.access.models import (
    AccessGrant,
    AccessGrantQuerySet,
    Delivery,
    DeliveryQuerySet,
)
from requests_app.cases.intake.models.request import (
    AccessRequest,
    Arrival,
    MailRule,
    RequestedObject,
    deadline_path,
)
from requests_app.cases.intake.models.review import (
    Assignment,
    ConflictDeclaration,
    ReviewQuerySet,
    ReviewUserPermission,
    SecrecyReview,
)
from requests_app.core.calendar import is_office_hours
from requests_app.core.fields import is_given_by, key_in_array
from requests_app.core.models import columns
from requests_app.core.people.models import Absence, Role, RoleAssignment
from requests_app.core.people.rights import (
    LIST_KEEPERS,
    MANAGERS,
    READS,
    SEES,
    answering_authorities,
    authorities_of,
    has_role,
    has_small_scope,
    role_holder,
    roles_of,
    routing_authorities,
    running_authorities_of,
    scope_q,
)
from requests_app.core.two_persons import Guarded, always
from requests_app.organisation.rights import minutes_beside
from requests_app.registers.models.information import SecurityClassification

# Whose rights hold nowhere: conflicts of interest, and requests that are stopped.

# What a review says of security-classified information where it has been stopped.
STOPPING = ("suspected", "yes")
STOPPED = Q(security_protection__in=STOPPING)


def conflict_on(user: Any, access_request: str) -> Func:
    """A conflict of interest is in the matter: it holds for every review of the
    request, of what it extends or was merged with, and of what extends it. The database
    knows the rule. `access_request` is the path to the request."""
    return _conflict(access_request, Value(user.pk))


def conflict_of_each(person: str, access_request: str) -> Q:
    """Has the person at this path declared a conflict of interest on the request of the
    outer row? Most have never declared one: of those it is not asked further."""
    declared = ConflictDeclaration.objects.filter(
        person=OuterRef(person), has_conflict=True
    )
    return Q(Exists(declared)) & Q(_conflict(OuterRef(access_request), F(person)))


def _conflict(access_request: Any, person: Any) -> Func:
    return is_given_by(access_request, "lockbox_conflicts_of", person)


def in_conflict(user: Any) -> Func:
    return conflict_on(user, "access_request")


def request_stopped(access_request: str = "access_request") -> Exists:
    """Protective security stops a request, whichever authority found the reason. The
    argument is the path to the request."""
    return Exists(stopped_requests().filter(access_request=OuterRef(access_request)))


def stopped_requests() -> QuerySet[Any]:
    """The keys of the requests that are stopped."""
    return SecrecyReview.objects.filter(STOPPED).order_by().values("access_request")


# What a person may know of, and what of it they may read.
#
# Ordinary access is a column and a role; exceptions are named grants on one review.
# Person rules (conflict of interest) come first.


@cached_query(role_holder)
def visible_to(user: Any) -> ReviewQuerySet:
    """Reviews this person may know of: by role, or by name, never in conflict."""
    return SecrecyReview.objects.filter(may_be_known_to(user))


def may_be_known_to(user: Any) -> Q:
    """The same, of reviews that are looked for some other way."""
    seen = _by_role_or_name(user, _seen_by_role(user))
    return Q(seen) & ~Q(in_conflict(user))


def visible_in_parts(user: Any) -> tuple[ReviewQuerySet, ...]:
    """The same, by role and by name, for where few are sought among very many: each
    part leads to its own by an index; together, every review would be asked."""
    if has_small_scope(user):
        return (visible_to(user),)
    free = SecrecyReview.objects.exclude(in_conflict(user))
    by_name = Q(key_in_array("pk", _named(user)))
    return free.filter(_seen_by_role(user)), free.filter(by_name)


@cached_query(role_holder)
def overseen_by(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews on named lists of which the person sees number and clocks, until access
    with a basis is recorded: Involvement.oversees, for lists."""
    rows = roles_of(user)
    turn = Q(status=SecrecyReview.Status.PROPOSED) | Q(
        listed_by__isnull=False, list_confirmed_by=None
    )
    audited = _by_role(rows, [Role.AUDITOR])
    decided = _by_role(rows, [Role.DECISION_MAKER]) & turn
    return (
        SecrecyReview.objects.filter(audited | decided, is_named_list=True)
        .exclude(pk__in=_named(user))
        .exclude(in_conflict(user))
        .exclude(status__in=SecrecyReview.MOVED)
    )


def held_at(user: Any, *roles: str) -> Q:
    """In a query of reviews: does the person hold one of these roles there? It opens
    none of them."""
    return _by_role(roles_of(user), roles)


def managed_by(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews of the authorities that the person manages, as far as they may know."""
    runs = authorities_of(user, Role.IT_MANAGER)
    return visible_to(user).filter(authority__in=runs)


def list_kept_by(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews on named lists that the person may let others see: Involvement.names, for
    lists."""
    named = visible_to(user).filter(is_named_list=True, pk__in=_named(user))
    return named.filter(held_at(user, *LIST_KEEPERS))


@cached_query(role_holder)
def readable_by(user: Any) -> QuerySet[SecrecyReview]:
    """Reviews whose content this person may read: fewer than they may know of."""
    return opened_to(user).live()


def opened_to(user: Any) -> ReviewQuerySet:
    """The same, with those that have no say any more."""
    by_role = _opened_by_role(roles_of(user), READS)
    return (
        SecrecyReview.objects.filter(_by_role_or_name(user, by_role))
        .exclude(in_conflict(user))
        .exclude(request_stopped())
    )


def _seen_by_role(user: Any) -> Q:
    rows = roles_of(user)
    return _opened_by_role(rows, SEES) | _stubs(rows, is_little=has_small_scope(user))


def _opened_by_role(rows: Iterable[RoleAssignment], roles: Iterable[str]) -> Q:
    """No role opens a review on a named list (whistle-blowing, staff matters)."""
    return _by_role(rows, roles) & Q(is_named_list=False)


def _by_role(rows: Iterable[RoleAssignment], roles: Iterable[str]) -> Q:
    return scope_q([row for row in rows if row.role in roles])


def _by_role_or_name(user: Any, by_role: Q) -> Q:
    """Where few are seen, these lead to the reviews. Where many are, each review is
    asked: by the index of names, or a hash where all are asked, as the database sees
    fit (of `IN` it always reckons with the hash, for each review anew)."""
    if not has_small_scope(user):
        return by_role | Q(Exists(_named(user).filter(content_object=OuterRef("pk"))))
    own = SecrecyReview.objects.filter(by_role).order_by().values("pk")
    return Q(key_in_array("pk", own.union(_named(user).order_by())))


def keys_in_scope(user: Any, key: str, keys: QuerySet[Any]) -> Q:
    """In a query of reviews that the person sees: is one among these few keys, which
    lead to them? Where few are seen, those lead: of two arrays, each would be gone
    through for each of the other."""
    if has_small_scope(user):
        return Q(**{f"{key}__in": keys})
    return Q(key_in_array(key, keys))


def of_reviews(user: Any, key: str, reviews: QuerySet[SecrecyReview]) -> Q:
    """In a query of what belongs to a review: is it one of these, which the person
    sees?"""
    keys = reviews.order_by().values("pk")
    return (
        Q(key_in_array(key, keys))
        if has_small_scope(user)
        else Q(**{f"{key}__in": keys})
    )


def _named(user: Any) -> QuerySet[Any]:
    """Reviews on which they are named, while they have a place in the organisation."""
    rows = ReviewUserPermission.objects.filter(user=user.pk)
    return (rows if roles_of(user) else rows.none()).values("content_object")


def _stubs(rows: Iterable[RoleAssignment], *, is_little: bool) -> Q:
    """The protective-security manager sees what was stopped, and nothing else. Where
    that is most of what they see, it leads to its reviews."""
    leading = Q(key_in_array("access_request", stopped_requests()))
    stopped = leading if is_little else Q(request_stopped())
    return _by_role(rows, [Role.SECURITY_PROTECTION_MANAGER]) & stopped


def held_where_reviewed(user: Any, *roles: str) -> Q:
    """In a query of what belongs to a review: does the person hold one of these roles
    there?"""
    return scope_q([row for row in roles_of(user) if row.role in roles], "review__")


# How sensitive what a review asks for is, by the classifications in force.

# From a classification to what is asked for.
OBJECTS = "information_set__object_links__cloud_object__requested"


def highest_class_at(review: str, day: date | None = None) -> Subquery:
    """None where nothing that they hold has been classified."""
    classes = _classes(OuterRef(review), day).values("confidentiality")[:1]
    return Subquery(classes, output_field=IntegerField())


def highest_class_among(
    access_request: str, user: Any, reviews: QuerySet[SecrecyReview]
) -> Subquery:
    """Of a request, as far as its objects are in these reviews, which the person
    sees."""
    key = f"{OBJECTS}__access_request"
    rows = SecurityClassification.objects.in_force(acting.today()).filter(
        of_reviews(user, f"{OBJECTS}__review", reviews),
        **{key: OuterRef(access_request), f"{OBJECTS}__removed_in_revision": None},
    )
    highest = rows.order_by("-confidentiality").values("confidentiality")[:1]
    return Subquery(highest, output_field=IntegerField())


def highest_class(review: SecrecyReview) -> int | None:
    """The highest confidentiality in force among what the review's objects hold."""
    row = _highest(review.pk, acting.today())
    return row[0] if row else None


@Prewritten
def _highest(review: int, day: date) -> QuerySet[Any]:
    return _classes(review, day).values_list("confidentiality", flat=True)[:1]


def was_of_class(
    level: int, reviews: Iterable[SecrecyReview], moment: datetime
) -> bool:
    """Was anything that they ask for classified so, by what was recorded then? The
    database holds approvals to the same."""
    known = Func(
        F("pk"),
        Value(moment),
        function="lockbox_class_known",
        output_field=IntegerField(),
    )
    rows = SecrecyReview.objects.filter(pk__in=[review.pk for review in reviews])
    return rows.annotate(known=known).filter(known=level).exists()


def reviews_of_class(level: int) -> QuerySet[Any]:
    """Keys of reviews of which an object holds what has been classified so."""
    rows = _in_force(review__isnull=False).filter(confidentiality=level)
    return rows.values(f"{OBJECTS}__review")


def _classes(review: Any, day: date | None = None) -> QuerySet[SecurityClassification]:
    """The classifications in force of what the objects hold, the highest first."""
    return _in_force(day, review=review).order_by("-confidentiality")


def _in_force(
    day: date | None = None, **objects: Any
) -> QuerySet[SecurityClassification]:
    """The classifications in force of what these objects hold, as far as they are asked
    for still."""
    conditions = {"removed_in_revision": None, **objects}
    return SecurityClassification.objects.in_force(day or acting.today()).filter(
        **{f"{OBJECTS}__{name}": value for name, value in conditions.items()}
    )


# How far a request reaches into what an authority has, counted by the database.


class Reach(NamedTuple):
    # None where nothing that the objects hold has been classified.
    highest_class: int | None
    names_unrouted: bool
    # Of the objects that are in the map; and the addresses of those that are not.
    kinds: list[str]
    unmapped: list[str]
    # Granted already of the same access.
    minutes_beside: int


def reach_of(review: SecrecyReview) -> Reach:
    """One query."""
    (row,) = _read_reach(review.pk, acting.today())
    return Reach(*row)


@Prewritten
def _read_reach(review: int, day: date) -> QuerySet[Any]:
    unrouted = RequestedObject.objects.unrouted()
    named = RequestedObject.objects.still_named().filter(review=OuterRef("pk"))
    mapped = named.filter(cloud_object__isnull=False)
    return SecrecyReview.objects.filter(pk=review).values_list(
        highest_class_at("pk", day),
        Exists(unrouted.filter(access_request=OuterRef("access_request"))),
        ArraySubquery(mapped.values("cloud_object__kind")),
        ArraySubquery(named.filter(cloud_object=None).values("external_id")),
        minutes_beside(F("access_request")),
    )


# Whose names may be told beside what several authorities share: a request's answer.


def known_people(
    user: Any, access_request: AccessRequest
) -> Callable[[set[int]], set[int]]:
    """A function of people's keys: which of them the person may know to have had a hand
    in the request."""
    authorities = {row.authority_id for row in roles_of(user)}
    return lambda ids: set(
        get_user_model()
        .objects.filter(known_to("pk", access_request, authorities), pk__in=ids)
        .values_list("pk", flat=True)
    )


def known_to(person: str, access_request: AccessRequest, authorities: Any) -> Q:
    """Who has or had a role at these authorities or at the one that answers, or works
    a review of the request for them; and machines. `person` is the path to the key."""
    here = {*authorities, access_request.connection.authority_id}
    roles = RoleAssignment.objects.filter(person=OuterRef(person), authority__in=here)
    assigned = Assignment.objects.filter(
        person=OuterRef(person),
        review__access_request=access_request.pk,
        review__authority__in=here,
    )
    machines = get_user_model().objects.filter(pk=OuterRef(person), is_machine=True)
    return Q(Exists(roles)) | Q(Exists(assigned)) | Q(Exists(machines))


# Rules that know providers' notices by mail: nobody sets one alone.

GUARDED = {
    MailRule: Guarded(MANAGERS, "connection.authority", columns(MailRule), adds=always)
}


# Whether a review waits for a registrar, or is whoever's is on duty to register.

# With less left of the time to answer the registrar is not waited for: the review, its
# decision and the answer are still to be made.
SHORT = timedelta(hours=4)

# Of reviews: what `awaits_registrar` asks of each.
TIME_TO_ANSWER = {
    "my_request_status": F("access_request__status"),
    "my_answer_by": F(deadline_path("access_request")),
}


def awaits_registrar(review: Any) -> bool:
    """Is it unregistered, in office hours, and is there time to wait?"""
    now = acting.now()
    if review.diary_number or not is_office_hours(now):
        return False
    ends = review.my_answer_by
    is_awaited = review.my_request_status in AccessRequest.AWAITING
    return not (is_awaited and ends is not None and ends <= now + SHORT)


def registrar_at_work(now: datetime) -> Exists:
    """In a query of reviews: is there a registrar of theirs at work, now and today?"""
    return Exists(_registrars_at_work(now))


def _registrars_at_work(now: datetime) -> QuerySet[RoleAssignment]:
    """The registrars of the outer review's authority who are not away, in no conflict,
    and named on its list."""
    named = ReviewUserPermission.objects.filter(
        content_object=OuterRef(OuterRef("pk")), user=OuterRef("person")
    )
    is_listed = OuterRef("is_named_list")
    return (
        RoleAssignment.objects.in_force(now, acting.today())
        .filter(role=Role.REGISTRAR)
        .alias(is_listed=ExpressionWrapper(is_listed, output_field=BooleanField()))
        .filter(
            Q(branch=None) | Q(branch=OuterRef("branch")),
            Q(is_listed=False) | Exists(named),
            ~Q(conflict_of_each("person", "access_request")),
            authority=OuterRef("authority"),
        )
        .exclude(person__in=Absence.objects.in_force(acting.today()).values("person"))
    )


# What a person may know of requests, and of what belongs to one: by the reviews they
# see, or because they give the answers.


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
