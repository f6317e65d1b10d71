"""The work queue: addresses, item and kind."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.queries import which_exist
from requests_app.core.words.texts import span

# Notices to people: what a person chose, and what each has been told of.


class NoticeKind(models.TextChoices):
    """What somebody is told of: each clock of the work queue is of one kind."""

    ANSWER = "answer", _("Something waits until a request is to be answered")
    ACCESS = "access", _("Something waits while access runs")
    OPINION = "opinion", _("I am asked for an opinion")
    APPEAL = "appeal", _("An appeal waits")
    DEVIATION = "deviation", _("A provider went outside what was granted")
    DUTY = "duty", _("An incident is to be reported")
    SUBSEQUENT = "subsequent", _("A decision is to be looked at by a second person")
    LAPSE = "lapse", _("The cause of a lapse is to be given")
    RECERTIFICATION = "recertify", _("Power is to be confirmed anew")
    READY = "ready", _("Something that a connection needs is missing")
    DOOR = "door", _("Something is open at a provider that no decision covers")
    DATA_SUBJECT = "datasubj", _("A request of a data subject is to be answered")
    GAP = "gap", _("Nobody on duty may act, for some time ahead")


# Addresses of the workbench's pages.


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:requests_app_{name}", args=args)


def turn_address(subject: Any, act: str) -> str:
    """Of the page where somebody says that they take it."""
    return reverse("admin:take_turn", args=[subject._meta.model_name, subject.pk, act])


def flood_url() -> str:
    """The list of what came by mail."""
    return f"{url('accessrequest_changelist')}?received_by__exact=mail"


def link_to(item: str) -> str:
    """The whole address of a page, for what is read outside Lockbox."""
    scheme = "https" if settings.HTTPS else "http"
    return f"{scheme}://{settings.ALLOWED_HOSTS[0]}{item}"


# The two clocks of a request, as people see them.


class Clock(NamedTuple):
    """A clock that runs: `used` is the share of its time gone, in percent."""

    kind: str  # of NoticeKind
    ends_at: datetime
    left: timedelta
    used: int

    @property
    def urgency(self) -> str:
        """How to show it; the words beside it say the same."""
        if self.left <= timedelta(hours=1) or self.used >= 85:
            return "late"
        return "soon" if self.used >= 50 else "calm"

    @property
    def words(self) -> str:
        return span(self.left)

    @property
    def is_out(self) -> bool:
        return self.left <= timedelta(0)


def by_end(clock: Clock | None) -> tuple:
    """Sorts what runs out first to the top, and what has no clock last."""
    return (clock is None, clock and clock.ends_at)


def clock_between(kind: NoticeKind, begins: datetime, ends: datetime) -> Clock:
    """A clock that ran from the one instant and runs out at the other."""
    whole = max((ends - begins).total_seconds(), 1)
    left = ends - acting.now()
    used = 100 - round(100 * left.total_seconds() / whole)
    return Clock(str(kind), ends, left, min(max(used, 0), 100))


# A line of the queue, and what every line is made of.

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
        gettext("More than %(n)s %(kind)s")
        % {"n": most, "kind": opts.verbose_name_plural},
        "",
        gettext("The first stand above."),
        gettext("See the list"),
        url=all_of_them,
        step_url=all_of_them,
        since=acting.now(),
    )


def by_clock(item: WorkItem) -> tuple:
    if item.first:
        return (-1, item.since)
    if item.clock is not None:
        return (0, item.clock.ends_at)
    return (1 if item.step else 2, item.since or acting.now())


# Kinds of what can wait for a person, and which of them hold anything.


class Kind(NamedTuple):
    """Rows that wait, and the lines that so many of them make."""

    rows: QuerySet[Any]
    lines: Callable[[QuerySet[Any], int], Iterable[WorkItem]]


def of_each(rows: QuerySet[Any], line: Callable[[Any], WorkItem]) -> Kind:
    return Kind(rows, lambda rows, most: first_of(rows, line, most))


def lines_of(kinds: Iterable[Kind], most: int) -> Iterator[WorkItem]:
    """So many of each kind at most. One query for all kinds, and those of the kinds
    that hold something."""
    kinds = list(kinds)
    hold = which_exist([kind.rows for kind in kinds])
    for kind, holds in zip(kinds, hold, strict=True):
        if holds:
            yield from kind.lines(kind.rows, most)
