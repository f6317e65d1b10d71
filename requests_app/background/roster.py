"""What time does to rosters: patterns go on, and gaps are found before they come."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import Authority, RosterGroup, RosterPattern
from requests_app.permissions.roles import today
from requests_app.selectors.roster.coverage import coverage_of
from requests_app.selectors.roster.gaps import told_once
from requests_app.workflow.coverage_gap import FirstGap, keep_gaps
from requests_app.workflow.roster import AHEAD, lay_further

# So far behind a pattern may be before the sweep looks at it anew.
SLACK = timedelta(days=7)


def lay_patterns_further(by: Any) -> list[str]:
    """Patterns that go on, by the shifts that have come within reach."""
    reach = clock.now() + AHEAD - SLACK
    goes_on = Q(valid_to=None) | Q(valid_to__gte=today())
    rows = RosterPattern.objects.filter(goes_on, ended_at=None, group__is_active=True)
    rows = rows.annotate(last=Max("shifts__begins_at")).filter(
        Q(last=None) | Q(last__lt=reach)
    )
    rows = rows.filter(
        Q(valid_to=None) | Q(last=None) | Q(last__date__lt=F("valid_to"))
    )
    laid = 0
    for pattern in rows.select_related("group", "person").order_by("pk"):
        with transaction.atomic(), acting(by):
            laid += lay_further(pattern)
    return [f"rosters: {laid} shifts laid"] if laid else []


def find_gaps(by: Any) -> list[str]:
    """Keep the gaps of the eight weeks ahead, for each authority that has a roster."""
    groups = RosterGroup.objects.filter(is_active=True)
    named = Q(pk__in=groups.values("authority")) | Q(
        pk__in=groups.values("shared__authority")
    )
    keys = set(Authority.objects.filter(named).values_list("pk", flat=True))
    coverage = coverage_of(keys)
    gaps = [
        FirstGap(key, gap.act, gap.cause, gap.begins_at, gap.ends_at)
        for key in keys
        for gap, _products in told_once(coverage.gaps_of(key))
    ]
    with transaction.atomic(), acting(by):
        new, closed = keep_gaps(gaps)
    return [f"rosters: {new} gaps found, {closed} closed"] if new or closed else []
