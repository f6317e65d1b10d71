"""Power that somebody is to confirm anew, as lines of the queue: one for each day on
which some of it is due; and what could not end, for the manager."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.models import NoticeKind, Recertification
from requests_app.models.days import first_instant
from requests_app.permissions.recertification import (
    recertifications_for,
    recertifications_kept,
)
from requests_app.permissions.roles import manages, roles_of
from requests_app.selectors.addresses import url
from requests_app.selectors.clocks import Clock, clock_between
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each


def recertifications_to_do(user: Any) -> Iterator[Kind]:
    if roles_of(user):
        yield Kind(recertifications_for(user), _by_day)


def kept_powers_for(user: Any) -> Iterator[Kind]:
    if manages(user):
        rows = recertifications_kept(user).select_related("authority")
        yield of_each(rows.order_by("due_on"), _line_of_kept)


def _by_day(rows: QuerySet[Recertification], most: int) -> Iterator[WorkItem]:
    fields = ("due_on", "opened_at", "reminded_at", "reminded_again_at")
    in_order = rows.order_by("due_on", "pk").values_list(*fields)
    for day, those in groupby(in_order, key=lambda row: row[0]):
        yield _of_day(day, list(those))


def _of_day(day: date, rows: list[tuple]) -> WorkItem:
    """Calm until it is reminded of; then with a clock, and told by mail each time."""
    first = min(opened for _day, opened, _first, _again in rows)
    reminders = max(bool(one) + bool(two) for _day, _opened, one, two in rows)
    in_words = date_format(day, "j F Y")
    page = f"{reverse('admin:recertification')}?due={day:%Y-%m-%d}"
    text = ngettext(
        "%(n)s right or role to confirm anew",
        "%(n)s rights and roles to confirm anew",
        len(rows),
    )
    return upkeep_item(
        text % {"n": len(rows)},
        "",
        _("What is not confirmed by %(day)s ends.") % {"day": in_words},
        _("Confirm or end"),
        clock=_clock(first, day) if reminders else None,
        url=page,
        step_url=page,
        since=first,
        turn=reminders,
    )


def _clock(opened: Any, day: date) -> Clock:
    return clock_between(NoticeKind.RECERTIFICATION, opened, first_instant(day))


def _line_of_kept(row: Recertification) -> WorkItem:
    change = url("recertification_change", row.pk)
    return upkeep_item(
        row.name,
        row.authority or "",
        row.kept_because,
        "",
        alarm=_("Not confirmed in time, and it could not end."),
        url=change,
        step_url=change,
        since=row.opened_at,
    )
