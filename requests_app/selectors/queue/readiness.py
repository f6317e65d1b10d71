"""Connections that lack what they must have before a request comes, for those who
answer through them. Lines of the work queue; reads only."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import NoticeKind, Readiness, Role
from requests_app.permissions.roles import has_role, running_authorities_of
from requests_app.selectors.clocks import clock_between
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each
from requests_app.selectors.readiness import connections_lacking, lacking

# A request may come any minute; so soon it is to be in place again.
TIME_TO_MEND = timedelta(hours=24)


def readiness_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, Role.EXECUTOR):
        return
    runs = running_authorities_of(user, Role.EXECUTOR)
    first: Any = lacking(clock.now()).order_by("since", "pk")
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
