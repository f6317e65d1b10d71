"""Gaps as the sweep last found them: for the start page, the mails, and who watches."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import CoverageGap, NoticeKind, RosterGroup
from requests_app.permissions.roster import staffed_authorities
from requests_app.selectors.clocks import Clock
from requests_app.selectors.queue.item import WorkItem
from requests_app.selectors.queue.kind import Kind, of_each
from requests_app.selectors.roster.gap_facts import duty_of
from requests_app.words.phrases import label_of
from requests_app.words.times import from_until

Act = CoverageGap.Act
# So long before it begins a gap is told of once more.
SOON = timedelta(weeks=1)


def open_gaps() -> QuerySet[CoverageGap]:
    return CoverageGap.objects.filter(closed_at=None)


def first_gap_of(group: RosterGroup) -> CoverageGap | None:
    """The first time that nobody on the roster is there who may act."""
    acts = [act for act in Act if duty_of(act) in group.acts]
    places = Q(authority=group.authority_id) | Q(
        authority__in=group.shared.values("authority")
    )
    rows = open_gaps().filter(places, act__in=acts, cause=CoverageGap.Cause.OFF_DUTY)
    return rows.order_by("begins_at").first()


def gaps_for(user: Any) -> Iterator[Kind]:
    """Lines of the start page, for whoever manages the staffing."""
    authorities = staffed_authorities(user)
    if authorities:
        yield of_each(_told_together(authorities).order_by("begins_at"), _line)


def _told_together(authorities: set[int]) -> QuerySet[CoverageGap]:
    """What has one cause and was told to begin at one time is one line, by its first
    row: a mail server that is not set is no twenty lines. `together`: how many."""
    rows = open_gaps().filter(authority__in=authorities)
    same = rows.filter(
        cause=OuterRef("cause"), told_begins_at=OuterRef("told_begins_at")
    )
    count = same.order_by().values("cause").annotate(n=Count("pk")).values("n")
    first = rows.exclude(Exists(same.filter(pk__lt=OuterRef("pk"))))
    return first.annotate(together=Subquery(count)).select_related("authority")


def _line(row: Any) -> WorkItem:
    """Its clock is when it was first told to begin: so it is told of when it is found
    and a week before, and not each day anew."""
    left = row.begins_at - clock.now()
    group = f"{row.cause}-{row.told_begins_at:%Y%m%d%H%M}"
    page = f"{reverse('admin:staffing')}?gap={group}#gaps"
    act = str(label_of(Act, row.act)).lower()
    return WorkItem(
        clock=Clock(
            NoticeKind.GAP, row.told_begins_at, left, 50 if left <= SOON else 0
        ),
        name=(
            _("Nobody may: %(act)s") % {"act": act}
            if row.together == 1
            else _("Nobody may: %(n)s gaps") % {"n": row.together}
        ),
        url=page,
        place=str(row.authority) if row.together == 1 else "",
        wants=from_until(row.begins_at, row.ends_at),
        level=None,
        warning="",
        step=_("Close the gap"),
        step_url=page,
        details=str(label_of(CoverageGap.Cause, row.cause)),
        since=row.found_at,
        turn=1 if left <= SOON else 0,
    )
