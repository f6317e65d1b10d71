"""What must be in place at each provider before a request comes. Reads only."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Connection, Readiness, Role, SupportTicket
from requests_app.permissions.roles import running_authorities_of

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
    rows = lacking(clock.now())
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
    if row.trouble or row.checked_at >= clock.now() - KNOWN_FOR:
        return Need(row.name, row.trouble, row.since)
    return Need(row.name, _("Not asked since: nobody knows."), row.checked_at)
