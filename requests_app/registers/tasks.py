"""The lines of the work queue for the registers: originals, register changes and
standing assessments."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.core.people.rights import authorities_of, has_role
from requests_app.core.queue import LONGEST, Kind, WorkItem, of_each, upkeep_item, url
from requests_app.core.two_persons import changes_in_turn, settlers
from requests_app.registers.models.changes import Original
from requests_app.registers.models.standing import StandingAssessment
from requests_app.registers.reference import NAMES
from requests_app.registers.rights import (
    ALL_TAKERS,
    STANDING_ASSESSORS,
    originals_to_look_at,
    standing_assessments_to_confirm,
)

# Newer or revoked editions of packages that were taken: lines of the work queue.

SOURCES = {name: size for size, (name, _title) in NAMES.items()}


def originals_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, *ALL_TAKERS):
        return
    rows = originals_to_look_at(user)
    first = rows.order_by("pk").values("pk")[:LONGEST]
    shown = Original.objects.filter(pk__in=first).order_by("pk")
    yield of_each(shown.select_related("authority"), _line)


def _line(row: Original) -> WorkItem:
    page = reverse("admin:original", args=[row.pk])
    wants = _("A newer edition has been published: compare it with what stands here.")
    if row.revoked_reason:
        wants = _("It has been revoked: %(why)s") % {"why": row.revoked_reason}
    return upkeep_item(
        _("The original has changed: %(name)s") % {"name": row},
        row.authority,
        wants,
        _("Compare"),
        details=row.publisher,
        url=page,
        step_url=page,
        since=row.came_at,
    )


# Changes of registers that wait for the second person, as lines of the queue.


def changes_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, *settlers()):
        return
    rows = changes_in_turn(user)
    yield of_each(
        rows.select_related("authority", "proposed_by"), _register_changes_line
    )


def _register_changes_line(row: Any) -> WorkItem:
    together = row.together > 1
    return WorkItem(
        clock=None,
        name=_named(row),
        url=url("registerchange_change", row.pk),
        place=str(row.authority or row.row_model._meta.verbose_name),
        wants=row.reason,
        details=_("proposed by %(name)s") % {"name": row.proposed_by},
        level=None,
        warning="",
        step=_("Confirm all of them") if together else _("Confirm the change"),
        step_url=url(
            "registerchange_step", row.pk, "confirm-file" if together else "confirm"
        ),
        since=row.proposed_at,
    )


def _named(row: Any) -> str:
    if row.together == 1:
        return _("Change: %(name)s") % {"name": row}
    text = _("Changes of one file: %(name)s and %(more)s more")
    return text % {"name": row, "more": row.together - 1}


# Standing assessments to confirm and to make anew, as lines of the queue.


def standing_assessments_for(user: Any) -> Iterator[Kind]:
    """The standing assessments to confirm, and those to be made anew within a month or
    already expired."""
    assesses = authorities_of(user, *STANDING_ASSESSORS)
    if not assesses:
        return
    soon = acting.today() + timedelta(days=30)
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
    yield of_each(
        rows.select_related(*related).order_by("review_due"), _standing_assessments_line
    )


def _standing_assessments_line(row: StandingAssessment) -> WorkItem:
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
    expired = row.review_due < acting.today()
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
