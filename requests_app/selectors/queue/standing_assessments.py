"""Standing assessments to confirm and to make anew, as lines of the queue."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from requests_app.models import (
    StandingAssessment,
)
from requests_app.permissions.roles import authorities_of, today
from requests_app.permissions.standing_assessment import (
    STANDING_ASSESSORS,
    standing_assessments_to_confirm,
)
from requests_app.selectors.addresses import url
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each


def standing_assessments_for(user: Any) -> Iterator[Kind]:
    """The standing assessments to confirm, and those to be made anew within a month or
    already expired."""
    assesses = authorities_of(user, *STANDING_ASSESSORS)
    if not assesses:
        return
    soon = today() + timedelta(days=30)
    theirs = standing_assessments_to_confirm(user)
    to_confirm = Q(confirmed_at=None, pk__in=theirs.values("pk"))
    running_out = Q(confirmed_at__isnull=False, review_due__lte=soon)
    scoped = StandingAssessment.objects.annotate(scope=Coalesce("information_set", 0))
    newer = scoped.filter(
        authority=OuterRef("authority"),
        provider=OuterRef("provider"),
        confirmed_at__isnull=False,
        revoked_at=None,
        review_due__gt=OuterRef("review_due"),
        scope=Coalesce(OuterRef("information_set"), 0),
    )
    rows = StandingAssessment.objects.filter(
        to_confirm | running_out & ~Exists(newer),
        authority__in=assesses,
        revoked_at=None,
    )
    related = ("authority", "provider", "information_set", "made_by")
    yield of_each(rows.select_related(*related).order_by("review_due"), _line)


def _line(row: StandingAssessment) -> WorkItem:
    return _confirm(row) if row.confirmed_at is None else _make_anew(row)


def _confirm(row: StandingAssessment) -> WorkItem:
    return upkeep_item(
        _("Standing assessment: %(name)s") % {"name": row},
        row.authority,
        "",
        _("Confirm"),
        details=_("entered by %(name)s") % {"name": row.made_by},
        url=url("standingassessment_change", row.pk),
        step_url=url("standingassessment_step", row.pk, "confirm"),
    )


def _make_anew(row: StandingAssessment) -> WorkItem:
    day = date_format(row.review_due, "j F Y")
    expired = row.review_due < today()
    return upkeep_item(
        _("Standing assessment: %(name)s") % {"name": row},
        row.authority,
        "" if expired else _("To be reviewed by %(day)s.") % {"day": day},
        _("Make a new one"),
        alarm=_("Expired %(day)s: nothing is granted on it.") % {"day": day}
        if expired
        else "",
        url=url("standingassessment_change", row.pk),
        step_url=f"{url('standingassessment_add')}?from={row.pk}",
    )
