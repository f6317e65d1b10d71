"""Finding a case by any number that people know it by.

What holds a number is read from its index before anybody's rights are: where it is
little, rights are asked of that; where it is more than FEW, the newest of what the
person sees are looked through, and soon hold enough of it.
"""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Concat

from requests_app.models import (
    AccessRequest,
    DiaryEntry,
    RequestedObject,
    SecrecyReview,
)
from requests_app.models.key_in_array import key_in_array
from requests_app.permissions.request_visibility import requests_visible_to
from requests_app.permissions.visibility import visible_in_parts
from requests_app.providers.terms import TERMS

MOST = 500
# What is in no more of a kind is read before rights are asked.
FEW = 500
# No index knows where less stands: numbers that begin with it are found.
PART = 3
# The kinds of what is found; there is no list where there are more than FEW, but of
# people the first of them.
REQUEST, DIARY, OBJECT, NAME, PERSON = "request", "diary", "object", "name", "person"
EXTERNAL = "external"
# A key of no row: as much is asked where nothing is found as where something is found
# that the person may not see.
NONE = [0]
Matches = dict[str, list[int] | None]


def numbered(user: Any, text: str, request: str) -> Q:
    """Rows of a list, by the number of the request that stands there. Three queries.

    What stands in the list is found there by the provider's number, also where the
    request is unseen.
    """
    matches = matches_of(text, REQUEST, DIARY, EXTERNAL)
    keys = _requests_numbered(user, text, matches)
    if (external_keys := matches[EXTERNAL]) is not None:
        return Q(**{f"{request}__in": keys.union(external_keys) or NONE})
    either = Q(**{f"{request}__in": keys or NONE})
    if request == "pk":
        return either
    return either | _holds(f"{request}__external_id", text)


def _requests_numbered(user: Any, text: str, matches: Matches) -> set[int]:
    """Requests this person sees, by the provider's number, the support case, or the
    diary number or own number of a review."""
    requests = requests_visible_to(user).filter(
        requests_among(matches[REQUEST], "pk") or has_request_number(text)
    )
    first, *rest = (
        part.filter(_numbered(matches, text))
        .order_by("-pk")
        .values_list("access_request", flat=True)[:MOST]
        for part in visible_in_parts(user)
    )
    return {
        *requests.order_by("-pk").values_list("pk", flat=True)[:MOST],
        *first.union(*rest),
    }


def _numbered(matches: Matches, text: str) -> Q:
    by_diary = reviews_among(matches[DIARY]) or has_diary_number(text)
    number = as_number(text)
    return by_diary if number is None else by_diary | Q(pk=number)


def matches_of(text: str, *kinds: str) -> Matches:
    """What holds the text, by kind: keys of requests (by the provider's number and the
    support case, or by the first alone), of reviews (by diary number; by an object
    as the provider writes it, or by our name of it), or of people."""
    ways = {
        REQUEST: (AccessRequest.objects.filter(has_request_number(text)), "pk"),
        EXTERNAL: (AccessRequest.objects.filter(_holds("external_id", text)), "pk"),
        DIARY: (SecrecyReview.objects.filter(has_diary_number(text)), "pk"),
        OBJECT: (_objects(_holds("external_id", text)), "review"),
        NAME: (_objects(cloud_object__designation__iexact=text), "review"),
        PERSON: (_people(text), "pk"),
    }
    first, *rest = (_some(kind, *ways[kind]) for kind in kinds)
    if DIARY in kinds:
        elsewhere = DiaryEntry.objects.filter(number__iexact=text)
        rest.append(_some(DIARY, elsewhere, "review"))
    matches: dict[str, list[int]] = {kind: [] for kind in kinds}
    for kind, key in first.union(*rest, all=True):
        matches[kind].append(key)
    return {
        kind: keys if len(keys) <= FEW or kind == PERSON else None
        for kind, keys in matches.items()
    }


def _some(kind: str, rows: QuerySet[Any], key: str) -> QuerySet[Any]:
    named = rows.order_by().annotate(kind=Value(kind, CharField()), key=F(key))
    return named.values_list("kind", "key")[: FEW + 1]


def requests_among(keys: list[int] | None, path: str) -> Q | None:
    """In a query of rows with a request: is it one of these? None where they are too
    many."""
    return _among(keys, path, AccessRequest)


def reviews_among(keys: list[int] | None) -> Q | None:
    return _among(keys, "pk", SecrecyReview)


def _among(keys: list[int] | None, path: str, model: type[Any]) -> Q | None:
    if keys is None:
        return None
    rows = model.objects.filter(pk__in=keys or NONE).order_by()
    return Q(key_in_array(path, rows.values("pk")))


def has_request_number(text: str) -> Q:
    sought = (term.name for term in TERMS if term.is_sought)
    return reduce(or_, (_holds(name, text) for name in sought))


def has_diary_number(text: str) -> Q:
    return _holds("diary_number", text)


def _holds(field: str, text: str) -> Q:
    lookup = "icontains" if len(text) >= PART else "istartswith"
    return Q(**{f"{field}__{lookup}": text})


def as_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _objects(*conditions: Q, **terms: str) -> QuerySet[RequestedObject]:
    return RequestedObject.objects.filter(*conditions, review__isnull=False, **terms)


def _people(text: str) -> QuerySet[Any]:
    name = Concat("first_name", Value(" "), "last_name")
    people = get_user_model().objects.filter(is_machine=False).annotate(name=name)
    return people.filter(Q(name__icontains=text) | Q(username__iexact=text))
