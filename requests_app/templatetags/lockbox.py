"""How instants and content are written on pages."""

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django import template
from django.db.models.options import Options
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.clocks import minutes_in_words, span
from requests_app.dossier import Dossier
from requests_app.lengths import lengths
from requests_app.models import (
    AccessEvent,
    AccessGrant,
    AccessRequest,
    SecrecyReview,
)

register = template.Library()


@register.filter
def moment(at: datetime | None) -> str:
    """today 20.00, tomorrow 21.48, or the date and time."""
    if at is None:
        return ""
    local, now = timezone.localtime(at), timezone.localtime(clock.now())
    time = date_format(local, "H.i")
    days = (local.date() - now.date()).days
    if days in (-1, 0, 1):
        names = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
        return f"{names[days]} {time}"
    style = "j F H.i" if local.year == now.year else "j F Y H.i"
    return date_format(local, style)


@register.filter
def ago(at: datetime) -> str:
    passed = clock.now() - at
    if passed < timedelta(minutes=1):
        return _("%(seconds)s seconds ago") % {
            "seconds": max(0, int(passed.total_seconds()))
        }
    return _("%(span)s ago") % {"span": span(passed)}


@register.filter
def minutes(count: int | None) -> str:
    """A number of minutes in words."""
    return minutes_in_words(count)


@register.filter
def length_warnings(access_request: AccessRequest, granted: int | None) -> list[str]:
    """Where asked, granted and given lengths of access differ."""
    return lengths(access_request, granted).warnings


@register.filter
def text(content: Any) -> str:
    """The text of a content row."""
    return content.text if content is not None else ""


@register.filter
def pretty(content: Any) -> str:
    """JSON set in lines; anything else as it is."""
    try:
        return json.dumps(json.loads(content.text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return content.text


@register.filter
def within(event: AccessEvent, grants: list[AccessGrant]) -> bool:
    """Did it happen while access was open?"""
    return any(
        grant.opens_at <= event.happened_at <= (grant.ended_at or grant.ends_at)
        for grant in grants
    )


class Stage(NamedTuple):
    label: str
    state: str  # "done", "now" or ""


@register.filter
def stages(dossier: Dossier) -> list[Stage]:
    """The way of a review, and how far this one has come."""
    done = _stages_done(dossier.review.status, dossier.access_request.status)
    labels = [
        _("Registered"),
        _("Assigned"),
        _("Assessed"),
        _("Proposed"),
        _("Decided"),
        _("Answered"),
        _("Access"),
        _("Closed"),
    ]
    return [
        Stage(label, "done" if n < done else "now" if n == done else "")
        for n, label in enumerate(labels)
    ]


def _stages_done(review: str, request: str) -> int:
    """How many of the eight stages lie behind a review in this state."""
    working = {
        "new": 0,
        "registered": 1,
        "assigned": 2,
        "in_assessment": 2,
        "proposed": 4,
    }
    if review in working:
        return working[review]
    if review == SecrecyReview.Status.CLOSED:
        return 8
    if request == AccessRequest.Status.ACCESS_OPEN:
        return 6
    if request in (AccessRequest.Status.ANSWERED, AccessRequest.Status.ACCESS_ENDED):
        return 7
    return 5


@register.filter
def changelist_url(opts: Options) -> str:
    return f"admin:{opts.app_label}_{opts.model_name}_changelist"


@register.filter
def change_url(opts: Options) -> str:
    return f"admin:{opts.app_label}_{opts.model_name}_change"


@register.filter
def history_url(opts: Options) -> str:
    return f"admin:{opts.app_label}_{opts.model_name}_history"
