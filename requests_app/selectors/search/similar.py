"""Earlier cases that are like one at hand, of those that a person may read."""

from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app.ledger import Kind, record
from requests_app.models import (
    Decision,
    Outcome,
    RequestedObject,
    SecrecyReview,
)
from requests_app.models.key_in_array import key_in_array
from requests_app.permissions.visibility import readable_by

SHOWN = 5
# So many of the newest are weighed against each other, for each kind of likeness.
WEIGHED = 100
# So many words in common with the purpose make another case of the product alike.
ENOUGH = 3
# More words in common than this make no case liker than the next.
MOST = 20
SET = "cloud_object__information_links__information_set"
Status = SecrecyReview.Status


class SimilarCase(NamedTuple):
    """A decided case, the decision in force, and what makes it like the one at hand."""

    review: SecrecyReview
    decision: Decision
    reasons: list[str]


def _same_objects(review: SecrecyReview) -> Q:
    mine = _objects_of(review).values("cloud_object")
    alike = RequestedObject.objects.filter(cloud_object__in=mine)
    return Q(pk__in=alike.values("review")) & ~Q(pk=review.pk)


def _same_sets(review: SecrecyReview) -> Q:
    """Reviews of objects that hold the same information."""
    alike = RequestedObject.objects.filter(
        **{f"{SET}__in": _objects_of(review).values(SET)}
    )
    return Q(pk__in=alike.values("review")) & ~Q(pk=review.pk)


def newest_alike(review: SecrecyReview, rows: QuerySet[Any], *more: Q) -> QuerySet[Any]:
    """Keys of the newest of these reviews that are like it, WEIGHED of each kind: of
    the same objects, of the same information, and by what else is given."""
    first, *rest = (
        rows.filter(alike).order_by("-pk").values("pk")[:WEIGHED]
        for alike in (_same_objects(review), _same_sets(review), *more)
    )
    return first.union(*rest)


def _objects_of(review: SecrecyReview) -> QuerySet[RequestedObject]:
    return RequestedObject.objects.filter(review=review.pk, cloud_object__isnull=False)


def similar_to(review: SecrecyReview, *, by: Any) -> list[SimilarCase]:
    """Decided cases like this one, the likest first. A read that goes on record, and
    one query."""
    product = review.access_request.connection.product_id
    rows = [row for row in _weighed(review, by, product) if _is_alike(row, product)]
    rows.sort(key=lambda row: _likeness(row, product), reverse=True)
    rows = rows[:SHOWN]
    if rows:
        shown = [str(row.review) for row in rows]
        record("similar.read", by=by, on=review, kind=Kind.READ, shown=shown)
    return [SimilarCase(row.review, row, _reasons(row, product)) for row in rows]


def _weighed(review: SecrecyReview, by: Any, product: int) -> QuerySet[Any]:
    """Decisions in force of cases that may be alike, with what they have in common."""
    of_product = Q(access_request__connection__product=product) & ~Q(pk=review.pk)
    decided = readable_by(by).filter(status__in=[Status.DECIDED, Status.CLOSED])
    mine = _objects_of(review)
    theirs = RequestedObject.objects.filter(review=OuterRef("review")).order_by()
    objects = theirs.filter(cloud_object__in=mine.values("cloud_object"))
    sets = theirs.filter(**{f"{SET}__in": mine.values(SET)})
    theirs_now = Decision.objects.current().filter(
        key_in_array("review", newest_alike(review, decided, of_product))
    )
    rows: Any = theirs_now.exclude(outcome=Outcome.STRUCK_OFF)
    return rows.annotate(
        shared_objects=ArraySubquery(
            objects.values("cloud_object__designation").distinct()
        ),
        shared_sets=ArraySubquery(sets.values(f"{SET}__name").distinct()),
        shared_words=Coalesce(_words_shared_with(review), 0),
        of_product=F("review__access_request__connection__product"),
    ).select_related(
        "review__authority",
        "review__access_request__connection",
        "motivation_internal",
    )


PURPOSE = "review__access_request__justification"


def _words_shared_with(review: SecrecyReview) -> Func:
    purpose = review.access_request.justification
    return Func(
        Coalesce(F(f"{PURPOSE}__reads_as__stored"), F(f"{PURPOSE}__stored")),
        Value(purpose.text if purpose else ""),
        function="lockbox_shared_words",
        output_field=IntegerField(),
    )


def _is_alike(row: Any, product: int) -> bool:
    of_product = row.of_product == product and row.shared_words >= ENOUGH
    return bool(row.shared_objects or row.shared_sets or of_product)


def _likeness(row: Any, product: int) -> tuple[Any, ...]:
    same = (bool(row.shared_objects), bool(row.shared_sets), row.of_product == product)
    return (*same, min(row.shared_words, MOST), row.decided_at, row.pk)


def _reasons(row: Any, product: int) -> list[str]:
    reasons = []
    if row.shared_objects:
        reasons.append(_("same object: %s") % ", ".join(row.shared_objects[:3]))
    if row.shared_sets:
        reasons.append(_("same information: %s") % ", ".join(row.shared_sets[:3]))
    if row.of_product == product:
        reasons.append(_("same product"))
    if row.shared_words >= ENOUGH:
        text = ngettext(
            "%(n)s word of the purpose in common",
            "%(n)s words of the purpose in common",
            row.shared_words,
        )
        reasons.append(text % {"n": row.shared_words})
    return reasons
