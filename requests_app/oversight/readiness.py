"""Readiness: readiness."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.urls import reverse
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import SupportTicket
from requests_app.core.people.models import Role
from requests_app.core.people.rights import has_role, running_authorities_of
from requests_app.core.queue import (
    Kind,
    NoticeKind,
    WorkItem,
    clock_between,
    of_each,
    upkeep_item,
)
from requests_app.core.step import note, step
from requests_app.providers.protocol import Standing
from requests_app.registers.models.cloud import Connection, Readiness

# What a connection must have in place: noted as it is found, each turn told once.


@step
def note_readiness(
    connection: Connection, standings: Iterable[Standing], *, by: Any, is_all: bool
) -> list[str]:
    """Keep what was found, by a machine. `is_all`: nothing that is not among it is
    asked for any more. Returns the names of what has turned."""
    known = {row.name: row for row in connection.readiness.select_for_update()}
    turned = []
    for standing in standings:
        name = str(standing.name)[:200]
        row = known.pop(name, None)
        if _note_one(connection, row, name, standing.trouble[:300], by):
            turned.append(name)
    if is_all:
        for row in known.values():
            row.delete()
    return turned


def _note_one(
    connection: Connection, row: Readiness | None, name: str, trouble: str, by: Any
) -> bool:
    """True where it holds no more, or again: the first time that it holds is none."""
    now = acting.now()
    if row is None:
        row = Readiness(connection=connection, name=name, since=now)
        has_turned = bool(trouble)
    else:
        has_turned = bool(row.trouble) != bool(trouble)
    if has_turned:
        row.since = now
        event = "readiness.lost" if trouble else "readiness.regained"
        note(event, on=connection, by=by, name=name, trouble=trouble)
    row.trouble, row.checked_at = trouble, now
    row.save()
    return has_turned


# What must be in place at each provider before a request comes. Reads only.

# Who runs connections, or answers through them.
RUN = (Role.EXECUTOR, Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)
# Asked every hour: what nobody has asked for so long is not known.
KNOWN_FOR = timedelta(hours=3)


class Need(NamedTuple):
    """One thing that must be in place; `trouble` is empty while it is."""

    name: str
    trouble: str
    since: datetime


class ConnectionNeeds(NamedTuple):
    """`how` says in words where nothing is asked by machine; else `needs` are, last
    `asked_at`."""

    connection: Connection
    how: str
    needs: list[Need]
    asked_at: datetime | None
    tickets: list[SupportTicket]

    @property
    def lacks(self) -> int:
        return sum(bool(need.trouble) for need in self.needs)


def lacking(now: datetime) -> QuerySet[Readiness]:
    """What is not in place, or is not known to be by now."""
    stale = Q(checked_at__lt=now - KNOWN_FOR)
    rows = Readiness.objects.filter(connection__in=Connection.objects.reached())
    return rows.filter(~Q(trouble="") | stale)


def connections_lacking(run_by: set[int] | None = None) -> QuerySet[Connection]:
    """Connections that lack something, and since when the first of it."""
    rows = lacking(acting.now())
    if run_by is not None:
        rows = rows.filter(connection__authority__in=run_by)
    theirs = rows.filter(connection=OuterRef("pk")).order_by("since")
    return Connection.objects.filter(pk__in=rows.values("connection")).annotate(
        lacks_since=Subquery(theirs.values("since")[:1])
    )


def needs_of(user: Any) -> list[ConnectionNeeds]:
    """Of each connection in use that the person's authorities run; those that lack
    something at the top. Three queries."""
    carrying = SupportTicket.objects.with_consent()
    rows = (
        Connection.objects.filter(
            authority__in=running_authorities_of(user, *RUN), is_active=True
        )
        .select_related("product", "authority")
        .prefetch_related(
            "readiness", Prefetch("support_tickets", carrying, to_attr="carrying")
        )
    )
    connections = [_needs(row) for row in rows]
    return sorted(connections, key=lambda row: (not row.lacks, str(row.connection)))


def _needs(connection: Any) -> ConnectionNeeds:
    rows = list(connection.readiness.all())
    if how := _not_asked(connection):
        return ConnectionNeeds(connection, how, [], None, connection.carrying)
    asked_at = min((row.checked_at for row in rows), default=None)
    needs = [_need(row) for row in rows]
    needs.sort(key=lambda need: (not need.trouble, need.name))
    return ConnectionNeeds(connection, "", needs, asked_at, connection.carrying)


def _not_asked(connection: Connection) -> str:
    """Why no machine asks, in words."""
    can = connection.product.abilities
    if not can.has_approval:
        return _("No approval exists: nothing can be made ready.")
    if can.can_call_us:
        return _("The provider calls us: nothing has to be in place at it.")
    if connection.is_automatic and (can.can_be_polled or can.can_be_answered):
        return ""
    return _("By hand: see in the portal that whoever answers may do so.")


def _need(row: Readiness) -> Need:
    if row.trouble or row.checked_at >= acting.now() - KNOWN_FOR:
        return Need(row.name, row.trouble, row.since)
    return Need(row.name, _("Not asked since: nobody knows."), row.checked_at)


def number_lacking(connection: Connection) -> int:
    return lacking(acting.now()).filter(connection=connection).count()


# Connections that lack what they must have before a request comes, for those who
# answer through them. Lines of the work queue; reads only.

# A request may come any minute; so soon it is to be in place again.
TIME_TO_MEND = timedelta(hours=24)


def readiness_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, Role.EXECUTOR):
        return
    runs = running_authorities_of(user, Role.EXECUTOR)
    first: Any = lacking(acting.now()).order_by("since", "pk")
    rows = connections_lacking(runs).select_related("product", "authority")
    rows = rows.prefetch_related(Prefetch("readiness", first, to_attr="lacks"))
    yield of_each(rows.order_by("lacks_since", "pk"), _line)


def _line(connection: Any) -> WorkItem:
    rows: list[Readiness] = connection.lacks
    page = reverse("admin:readiness")
    more = len(rows) - 1
    return upkeep_item(
        connection,
        connection.authority,
        rows[0].name,
        _("See what is lacking"),
        alarm=_("Not ready for a request: %(why)s")
        % {"why": rows[0].trouble or _("Not asked since: nobody knows.")},
        details=_("and %(n)s more") % {"n": more} if more else "",
        url=f"{page}#connection-{connection.pk}",
        step_url=f"{page}#connection-{connection.pk}",
        clock=clock_between(
            NoticeKind.READY,
            connection.lacks_since,
            connection.lacks_since + TIME_TO_MEND,
        ),
        since=connection.lacks_since,
    )
