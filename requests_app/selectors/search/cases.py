"""Finding cases by what people know them by: a number, an object, a person."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.models import (
    AccessRequest,
    Assignment,
    Decision,
    Proposal,
    RequestedObject,
    SecrecyReview,
)
from requests_app.permissions.visibility import readable_by, visible_to
from requests_app.selectors.search.numbers import (
    DIARY,
    NAME,
    OBJECT,
    PART,
    PERSON,
    REQUEST,
    as_number,
    has_diary_number,
    has_request_number,
    matches_of,
    requests_among,
    reviews_among,
)

SHOWN = 20
# What a case was found by, the nearest first.
WHY = (_("number"), _("object"), _("person"))
NUMBER, OBJECT_NAMED, WORKER = range(3)


class CaseMatch(NamedTuple):
    review: SecrecyReview
    why: str | Promise


def case_matches(user: Any, text: str) -> list[CaseMatch]:
    """The newest first, within what the person may see; each once. Three queries."""
    first, *rest = (
        rows.order_by("-pk")
        .annotate(why=Value(why, IntegerField()))
        .values_list("pk", "why")[:SHOWN]
        for why, rows in _ways(user, text)
    )
    nearest: dict[int, int] = {}
    for pk, why in first.union(*rest):
        nearest[pk] = min(why, nearest.get(pk, why))
    newest = sorted(nearest, reverse=True)[:SHOWN]
    related = SecrecyReview.objects.select_related("authority", "access_request")
    reviews = related.in_bulk(newest)
    return [CaseMatch(reviews[pk], WHY[nearest[pk]]) for pk in newest]


def _ways(user: Any, text: str) -> list[tuple[int, QuerySet[SecrecyReview]]]:
    is_part = len(text) >= PART
    kinds = (REQUEST, DIARY, NAME, *((OBJECT, PERSON) if is_part else ()))
    matches = matches_of(text, *kinds)
    visible = visible_to(user)
    number = as_number(text)
    ways: list[tuple[int, Any, Any]] = [
        (NUMBER, visible, reviews_among(matches[DIARY]) or has_diary_number(text)),
        (NUMBER, visible, _of_requests(matches[REQUEST], text)),
        (OBJECT_NAMED, visible, reviews_among(matches[NAME]) or _names_object(text)),
    ]
    if number is not None:
        ways.append((NUMBER, visible, Q(pk=number)))
    if is_part:
        readable = readable_by(user)
        in_full = reviews_among(matches[OBJECT]) or _names_object_in_full(text)
        ways.append((OBJECT_NAMED, readable, in_full))
        if people := matches[PERSON]:
            ways += [(WORKER, visible, way) for way in _worked_by(people)]
            ways += [(WORKER, readable, way) for way in _decided_by(people)]
    return [(why, rows.filter(way)) for why, rows, way in ways]


def _of_requests(keys: list[int] | None, text: str) -> Q:
    if condition := requests_among(keys, "access_request"):
        return condition
    rows = AccessRequest.objects.filter(
        has_request_number(text), pk=OuterRef("access_request")
    )
    return Q(Exists(rows))


def _names_object(text: str) -> Q:
    """By our own designation, which reveals nothing."""
    return Q(Exists(_objects(cloud_object__designation__iexact=text)))


def _names_object_in_full(text: str) -> Q:
    """In a query: does the text name an object in full, as the provider writes it, or
    as much of that?"""
    return Q(Exists(_objects(external_id__icontains=text)))


def _objects(**terms: str) -> QuerySet[RequestedObject]:
    return RequestedObject.objects.filter(review=OuterRef("pk"), **terms)


def _worked_by(people: list[int]) -> Iterator[Q]:
    yield Q(case_officer__in=people)
    assigned = Assignment.objects.filter(person__in=people)
    yield Q(pk__in=assigned.values("review"))


def _decided_by(people: list[int]) -> Iterator[Q]:
    yield Q(pk__in=Decision.objects.filter(decided_by__in=people).values("review"))
    yield Q(pk__in=Proposal.objects.filter(proposed_by__in=people).values("review"))
