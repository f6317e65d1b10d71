"""A line of the queue, and what every line is made of."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.catalogue.countries import country_name
from requests_app.models import (
    AccessGrant,
    AccessRequest,
)
from requests_app.selectors.clocks import Clock, clock_in
from requests_app.words.addresses import printable
from requests_app.words.times import span

STEP = re.compile(r"/do/([\w-]+)/$")
LONGEST = 50  # of a kind on the start page, as on a page of a list


class WorkItem(NamedTuple):
    """A line of the queue. `step` is empty when nothing waits for this person now."""

    clock: Clock | None
    name: str
    url: str
    place: str
    wants: str
    details: str
    level: int | None
    warning: str
    step: str
    step_url: str
    alarm: str = ""
    since: datetime | None = None
    # What no longer may go on comes before every clock.
    first: bool = False
    # The version that was looked at, where the step is taken by its button in the list.
    seen: int | None = None
    # What it is called outside Lockbox, where the name says more than a number.
    number: str = ""
    # Which time it waits: it may come back under the same clock.
    turn: int = 0
    # The review, request or answer that it is, and the act (`Act`) that it waits for.
    about: Any = None
    act: str = ""
    # How it belongs to a line above it.
    belongs: str = ""

    @property
    def step_name(self) -> str:
        """As its address calls the step; empty where its page is opened and no form."""
        named = STEP.search(self.step_url)
        return named.group(1) if self.step and named else ""

    @property
    def form_url(self) -> str:
        """Where one goes on with it: its page, where the step is taken by a button."""
        return self.url if self.seen is not None else self.step_url


def upkeep_item(name: Any, place: Any, wants: Any, step: Any, **more: Any) -> WorkItem:
    """A line of what has no clock, mostly."""
    return WorkItem(
        name=str(name),
        place=str(place),
        wants=str(wants),
        level=None,
        warning="",
        step=str(step),
        **{"clock": None, "details": "", **more},
    )


def first_of(
    rows: QuerySet[Any], line: Callable[[Any], WorkItem], most: int
) -> Iterator[WorkItem]:
    """A line for each of the first rows; where there are more, one that says so."""
    first = list(rows[: most + 1])
    yield from map(line, first[:most])
    if len(first) > most:
        yield and_more(rows.model, most)


def and_more(model: type[Model], most: int) -> WorkItem:
    """The line below so many of its rows."""
    opts = model._meta
    all_of_them = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return upkeep_item(
        _("More than %(n)s %(kind)s") % {"n": most, "kind": opts.verbose_name_plural},
        "",
        _("The first stand above."),
        _("See the list"),
        url=all_of_them,
        step_url=all_of_them,
        since=clock.now(),
    )


def by_clock(item: WorkItem) -> tuple:
    if item.first:
        return (-1, item.since)
    if item.clock is not None:
        return (0, item.clock.ends_at)
    return (1 if item.step else 2, item.since or clock.now())


def window(request: str) -> dict[str, Subquery]:
    """The running access of the request: which it is, when it opens and ends."""
    running = AccessGrant.objects.running().filter(access_request=OuterRef(request))
    return {
        "running_grant": Subquery(running.values("pk")[:1]),
        "opens_at": Subquery(running.values("opens_at")[:1]),
        "ends_at": Subquery(running.values("ends_at")[:1]),
    }


def clock_for(request: AccessRequest, row: Any) -> Clock | None:
    return clock_in(request, (row.opens_at, row.ends_at) if row.ends_at else None)


def details_of(request: AccessRequest) -> str:
    parts = [printable(request.service)]
    if request.duration_minutes:
        parts.append(span(timedelta(minutes=request.duration_minutes)))
    if request.engineer_country:
        parts.append(
            _("engineer in %(country)s")
            % {"country": country_name(request.engineer_country)}
        )
    if request.connection.product.revocation == "no":
        parts.append(_("can not be taken back"))
    return " · ".join(part for part in parts if part)
