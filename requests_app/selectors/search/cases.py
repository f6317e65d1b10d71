"""Finding cases by what people know them by: a number, an object, a person."""

from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app import permissions
from requests_app.models import (
    AccessRequest,
    Assignment,
    Decision,
    Proposal,
    RequestedObject,
    SecrecyReview,
)
from requests_app.selectors.search.numbers import as_number

SHOWN = 20
# A shorter part would be in everything.
PART = 3
# What a case was found by, the nearest first.
WHY = (_("number"), _("object"), _("person"))
NUMBER, OBJECT, PERSON = range(3)


class FoundCase(NamedTuple):
    review: SecrecyReview
    why: str | Promise


def cases_found(user: Any, text: str) -> list[FoundCase]:
    """The newest first, within what the person may see; each once. Two queries."""
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
    return [FoundCase(reviews[pk], WHY[nearest[pk]]) for pk in newest]


def _ways(user: Any, text: str) -> list[tuple[int, QuerySet[SecrecyReview]]]:
    visible = permissions.visible_to(user)
    ways: list[tuple[int, QuerySet[SecrecyReview]]] = [
        (NUMBER, visible.filter(_has_number(text))),
        (NUMBER, visible.filter(_has_request_number(text))),
        (OBJECT, visible.filter(_names_object(text))),
    ]
    if len(text) < PART:
        return ways
    readable = permissions.readable_by(user)
    people = _people_named(text).values("pk")
    return [
        *ways,
        (OBJECT, readable.filter(_names_object_in_full(text))),
        (PERSON, visible.filter(_worked_by(people))),
        (PERSON, readable.filter(_decided_by(people))),
    ]


def _has_number(text: str) -> Q:
    number = as_number(text)
    own = Q() if number is None else Q(pk=number)
    return Q(diary_number__icontains=text) | own


def _has_request_number(text: str) -> Q:
    either = Q(external_id__icontains=text) | Q(support_request__icontains=text)
    return Q(access_request__in=AccessRequest.objects.filter(either).values("pk"))


def _names_object(text: str) -> Q:
    """By our own designation, which reveals nothing."""
    objects = RequestedObject.objects.filter(
        review=OuterRef("pk"), cloud_object__designation__iexact=text
    )
    return Q(Exists(objects))


def _names_object_in_full(text: str) -> Q:
    """As the provider writes it, or as much of that."""
    objects = RequestedObject.objects.filter(external_id__icontains=text)
    return Q(pk__in=objects.values("review"))


def _people_named(text: str) -> QuerySet[Any]:
    name = Concat("first_name", Value(" "), "last_name")
    people = get_user_model().objects.filter(is_machine=False).annotate(name=name)
    return people.filter(Q(name__icontains=text) | Q(username__iexact=text))


def _worked_by(people: Any) -> Q:
    assigned = Assignment.objects.filter(person__in=people)
    return Q(case_officer__in=people) | Q(pk__in=assigned.values("review"))


def _decided_by(people: Any) -> Q:
    decided = Decision.objects.filter(decided_by__in=people)
    proposed = Proposal.objects.filter(proposed_by__in=people)
    return Q(pk__in=decided.values("review")) | Q(pk__in=proposed.values("review"))
