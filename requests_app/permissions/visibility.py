"""What a person may know of, and what of it they may read.

Ordinary access is a column and a role; exceptions are named grants on one review.
Person rules (conflict of interest) come first.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app.cached_query import cached_query
from requests_app.models import (
    ReviewUserPermission,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.models.key_in_array import key_in_array
from requests_app.models.review import ReviewQuerySet
from requests_app.permissions.conflict import (
    in_conflict,
    request_stopped,
    stopped_requests,
)
from requests_app.permissions.has_small_scope import has_small_scope
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import (
    LIST_KEEPERS,
    READS,
    SEES,
    authorities_of,
    roles_of,
    scope_q,
)


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
