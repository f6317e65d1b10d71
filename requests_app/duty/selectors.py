"""What pages read of duty: coverage, drill, ladders, drills, refused addresses and
roster."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.intake.models.request import RequestedObject
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import keys_in_scope, visible_to
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import (
    INFORMATION_KEEPERS,
    MANAGERS,
    MAP_KEEPERS,
    authorities_of,
    has_role,
    manages,
    people_visible_to,
    roles_of,
)
from requests_app.core.queue import Kind, WorkItem, of_each, upkeep_item, url
from requests_app.core.words.texts import by_name, moment_in_words
from requests_app.duty.models.notices import CALLED, Drill, DrillCall, RefusedAddress
from requests_app.duty.models.roster import Act
from requests_app.duty.rights import waiting_at
from requests_app.registers.models.cloud import CloudObject
from requests_app.registers.models.information import (
    InformationSet,
    SecurityClassification,
)

# What the map of objects and information sets still lacks, as work. Reads only.

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
        information_set=OuterRef("pk"), valid_from__lte=acting.today()
    )
    rows = InformationSet.objects.filter(~Exists(begun), authority__in=authorities)
    return by_name(rows.select_related("authority"))


def sets_overdue(authorities: set[int]) -> QuerySet[InformationSet]:
    """Sets whose classification in force was to be reviewed before today."""
    day = acting.today()
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


# A drill's receipt, and what waits on real desks meanwhile. Reads only.

# So long after the last drill, or the first case, the next one is due.
YEAR = timedelta(days=365)
DRILL_MOST = 20


class Line(NamedTuple):
    """One who was called. `minutes`: from the beginning until they were in."""

    call: DrillCall
    minutes: int | None


class Receipt(NamedTuple):
    lines: list[Line]
    # Acts for which nobody was there to call.
    lacking: list[str]
    # Real requests that wait now: how many, and those that the reader may see.
    waiting: int
    shown: list[SecrecyReview]

    @property
    def is_whole(self) -> bool:
        """Did everybody come, for every act?"""
        return not self.lacking and all(line.minutes is not None for line in self.lines)


def receipt_of(drill: Drill, user: Any) -> Receipt:
    calls = list(drill.calls.select_related("person"))
    called = {act for call in calls for act in call.acts}
    waiting = waiting_at([drill.authority_id])
    shown = waiting.filter(pk__in=visible_to(user).values("pk"))
    return Receipt(
        [Line(call, _minutes(drill, call)) for call in calls],
        [str(Act(act).label) for act in CALLED if act not in called],
        waiting.count(),
        list(shown.select_related("authority").order_by("pk")[:DRILL_MOST]),
    )


def waiting_for(user: Any) -> list[SecrecyReview]:
    """Where the person begins drills: what is to be looked at before."""
    rows = waiting_at(authorities_of(user, *MANAGERS))
    rows = rows.filter(pk__in=visible_to(user).values("pk"))
    return list(rows.select_related("authority").order_by("pk")[:DRILL_MOST])


def _minutes(drill: Drill, call: DrillCall) -> int | None:
    if call.came_at is None:
        return None
    return round((call.came_at - drill.begun_at).total_seconds() / 60)


def calls_of(user: Any) -> QuerySet[DrillCall]:
    """Drills that are going on, to which the person is called and has not come."""
    rows = DrillCall.objects.filter(
        person=user.pk,
        came_at=None,
        drill__ended_at=None,
        drill__ends_at__gt=acting.now(),
    )
    return rows.select_related("drill__authority")


def authorities_due(user: Any) -> QuerySet[Authority]:
    """Authorities that the person manages, where a year has passed."""
    theirs = Authority.objects.filter(pk__in=authorities_of(user, *MANAGERS))
    reviews = SecrecyReview.objects.filter(authority=OuterRef("pk"))
    long_ago = acting.now() - YEAR
    lately = Drill.objects.filter(authority=OuterRef("pk"), begun_at__gt=long_ago)
    old = reviews.filter(registered_at__lte=long_ago)
    return theirs.filter(Exists(old), ~Exists(lately))


# Drills in the queue: whoever is called says that they are in; and once a year the
# manager is to begin one.


def drills_for(user: Any) -> Iterator[Kind]:
    if roles_of(user):
        yield of_each(calls_of(user), _line_of_call)
    if manages(user):
        yield of_each(authorities_due(user).order_by("pk"), _line_of_due)


def _line_of_call(call: DrillCall) -> WorkItem:
    return upkeep_item(
        call.drill,
        call.drill.authority,
        _("Say that you are in."),
        _("I am in"),
        url=url("drill_change", call.drill_id),
        step_url=url("drill_step", call.drill_id, "come"),
        since=call.drill.begun_at,
    )


def _line_of_due(authority: Authority) -> WorkItem:
    page = f"{reverse('admin:requests_app_drill_add')}?authority={authority.pk}"
    return upkeep_item(
        _("The yearly drill"),
        authority,
        _("Do those whose turn it is get in? It was last tried over a year ago."),
        _("Begin a drill"),
        url=page,
        step_url=page,
    )


# Addresses that the mail server does not take, for those who keep the person. Lines of
# the work queue; reads only.


def refused_addresses_for(user: Any) -> Iterator[Kind]:
    """Until the server takes the address, or the person has another one or none."""
    if not has_role(user, Role.SYSTEM_ADMINISTRATOR):
        return
    people = people_visible_to(user).filter(is_active=True)
    rows = RefusedAddress.objects.filter(
        person__in=people.values("pk"), address=F("person__email")
    )
    yield of_each(rows.select_related("person").order_by("refused_at"), _line)


def _line(row: RefusedAddress) -> WorkItem:
    page = reverse("admin:lockbox_site_user_change", args=[row.person_id])
    return WorkItem(
        clock=None,
        name=_("Address of %(person)s") % {"person": row.person},
        place="",
        wants=_("Notices by mail do not reach the person: correct the address."),
        level=None,
        warning="",
        step=_("Look at the person"),
        details=row.answer,
        alarm=_("The mail server did not take it, the last time %(time)s.")
        % {"time": moment_in_words(row.refused_at)},
        url=page,
        step_url=page,
        since=row.refused_at,
    )
