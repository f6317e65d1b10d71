"""The queue narrowed to what one looks for: by authority, clock, class and step."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models.days import first_instant
from requests_app.permissions.roles import roles_of, today
from requests_app.selectors.queue.item import WorkItem
from requests_app.selectors.roster.next_shift import next_shift_begins

Choices = list[tuple[str, str]]
SOON = timedelta(hours=2)
OTHER, NOTHING = "other", "nothing"


def authorities_in(items: list[WorkItem], user: Any) -> Choices:
    """Where the person has a role, and where something waits."""
    places = [row.authority for row in roles_of(user)]
    places += [item.about.authority for item in items if _authority(item)]
    return sorted(
        {str(place.pk): str(place) for place in places}.items(), key=lambda row: row[1]
    )


def is_of_authority(item: WorkItem, key: str) -> bool:
    return _authority(item) == key


def _authority(item: WorkItem) -> str:
    return str(getattr(item.about, "authority_id", "") or "")


def clocks(user: Any) -> dict[str, tuple[str, datetime]]:
    """Until when each runs that one can look for."""
    tomorrow = first_instant(today() + timedelta(days=1))
    ends = {"soon": (_("within 2 hours"), clock.now() + SOON)}
    if begins := next_shift_begins(user):
        at = timezone.localtime(begins)
        text = _("before the next shift, %(time)s") % {"time": f"{at:%H.%M}"}
        ends["shift"] = (text, begins)
    return {**ends, "today": (_("today"), tomorrow)}


def runs_out_by(item: WorkItem, ends_at: datetime) -> bool:
    return item.clock is not None and item.clock.ends_at <= ends_at


def classes_in(items: list[WorkItem]) -> Choices:
    levels = sorted({item.level for item in items if item.level is not None})
    text = _("Confidentiality %(level)s")
    return [(str(level), text % {"level": level}) for level in levels]


def is_of_class(item: WorkItem, level: str) -> bool:
    return str(item.level) == level


def steps_in(items: list[WorkItem]) -> Choices:
    labels = {step_of(item): item.step for item in reversed(items)}
    named = sorted(
        ((name, label) for name, label in labels.items() if name not in REST),
        key=lambda row: row[1],
    )
    return [*named, *((name, text()) for name, text in REST.items() if name in labels)]


REST: dict[str, Callable[[], str]] = {
    OTHER: lambda: _("something beside the cases"),
    NOTHING: lambda: _("others have the next step"),
}


def step_of(item: WorkItem) -> str:
    if not item.step:
        return NOTHING
    return item.step_name if item.about is not None and item.step_name else OTHER
