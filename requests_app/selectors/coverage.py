"""What the map of objects and information sets still lacks, as work. Reads only."""

from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from requests_app.models import (
    CloudObject,
    InformationSet,
    RequestedObject,
    SecurityClassification,
)
from requests_app.permissions.roles import (
    INFORMATION_KEEPERS,
    MAP_KEEPERS,
    authorities_of,
    today,
)
from requests_app.permissions.visibility import keys_in_scope, visible_to
from requests_app.selectors.addresses import url
from requests_app.words.swedish_order import by_name

MOST = 50
# So far what is not shown is counted.
COUNTED = 1_000


class Gap(NamedTuple):
    """One thing to mend, and the form that mends it."""

    name: str
    place: str
    url: str
    wants: str


class Gaps(NamedTuple):
    """A kind of gap: how many in all, or at least, and the first of them."""

    label: str
    why: str
    number: int
    first: list[Gap]
    more: bool = False


def gaps_for(user: Any) -> list[Gaps]:
    """One query for each kind, over the authorities whose map the person keeps."""
    keeps = authorities_of(user, *MAP_KEEPERS)
    owns = authorities_of(user, *INFORMATION_KEEPERS)
    return [
        _unknown_objects(user, keeps),
        _objects_without_set(keeps),
        _sets(
            _("Information sets without a classification"),
            _("Reviews of what they hold show no level."),
            sets_unclassified(keeps),
            owns,
        ),
        _sets(
            _("Classifications to be reviewed"),
            _("The day by which somebody was to look at them anew has passed."),
            sets_overdue(keeps),
            owns,
        ),
    ]


def sets_unclassified(authorities: set[int]) -> QuerySet[InformationSet]:
    begun = SecurityClassification.objects.filter(
        information_set=OuterRef("pk"), valid_from__lte=today()
    )
    rows = InformationSet.objects.filter(~Exists(begun), authority__in=authorities)
    return by_name(rows.select_related("authority"))


def sets_overdue(authorities: set[int]) -> QuerySet[InformationSet]:
    """Sets whose classification in force was to be reviewed before today."""
    day = today()
    overdue = SecurityClassification.objects.in_force(day).filter(
        information_set=OuterRef("pk"), review_due__lt=day
    )
    rows = InformationSet.objects.filter(Exists(overdue), authority__in=authorities)
    return by_name(rows.select_related("authority"))


def _gaps(label: str, why: str, rows: QuerySet[Any], gap: Any) -> Gaps:
    """Counted by a query of its own only where there are many, and no further than
    COUNTED."""
    objects = list(rows[: MOST + 1])
    number = len(objects)
    if number > MOST:
        number = rows.order_by().values("pk")[: COUNTED + 1].count()
    first = [gap(row) for row in objects[:MOST]]
    return Gaps(label, why, min(number, COUNTED), first, number > COUNTED)


def _unknown_objects(user: Any, keeps: set[int]) -> Gaps:
    """By the review that named them: what a provider calls an object can be secret."""
    unknown = RequestedObject.objects.filter(
        cloud_object=None, removed_in_revision=None, review__isnull=False
    ).order_by()
    theirs = unknown.filter(review=OuterRef("pk"))
    number = theirs.values("review").annotate(number=Count("pk"))
    rows = (
        visible_to(user)
        .filter(
            keys_in_scope(user, "pk", unknown.values("review")), authority__in=keeps
        )
        .live()
        .annotate(unknown=Subquery(number.values("number")))
        .select_related("authority")
    )
    return _gaps(
        _("Reviews with objects that stand in no register"),
        _("Nobody is entered as the custodian of these objects: enter them."),
        rows,
        _unknown_in,
    )


def _unknown_in(review: Any) -> Gap:
    number = _("%(n)s unknown") % {"n": review.unknown}
    page = url("secrecyreview_change", review.pk)
    return Gap(str(review), str(review.authority), page, number)


def _objects_without_set(keeps: set[int]) -> Gaps:
    rows = CloudObject.objects.filter(
        information_links=None, authority__in=keeps, gone_on=None
    )
    return _gaps(
        _("Objects without an information set"),
        _("Who reviews a request for them is not told which secrecy may apply."),
        rows.select_related("authority"),
        _bare_object,
    )


def _bare_object(row: CloudObject) -> Gap:
    page = url("cloudobject_change", row.pk)
    return Gap(str(row), str(row.authority), page, str(row.get_kind_display()))


def _sets(label: str, why: str, rows: QuerySet[InformationSet], owns: set[int]) -> Gaps:
    def gap(row: InformationSet) -> Gap:
        wants = _("Classify") if row.authority_id in owns else ""
        page = url("informationset_change", row.pk)
        return Gap(str(row), str(row.authority), page, wants)

    return _gaps(label, why, rows, gap)
