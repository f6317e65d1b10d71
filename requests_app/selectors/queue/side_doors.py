"""What stands open at providers that no decision covers, for whoever manages, guards or
answers for the authority that runs the connection. Lines of the work queue; reads
only."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import NoticeKind, OutboxMessage, SideDoor
from requests_app.permissions.roles import running_authorities_of
from requests_app.permissions.side_door import CLOSE_DOORS
from requests_app.selectors.addresses import url
from requests_app.selectors.clocks import clock_between
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each

# So soon it is to be closed, or covered by a decision.
TIME_TO_SETTLE = timedelta(hours=24)


def side_doors_for(user: Any) -> Iterator[Kind]:
    runs = running_authorities_of(user, *CLOSE_DOORS)
    if runs:
        yield of_each(undecided_in(runs), _line)


def undecided_in(authorities: set[int]) -> QuerySet[SideDoor]:
    """But for what a machine is closing, as long as that goes well."""
    closing = OutboxMessage.objects.filter(side_door=OuterRef("pk")).order_by("-pk")
    goes_well = closing.filter(Q(finished_at=None, trouble=""))
    rows = SideDoor.objects.undecided(clock.now()).filter(
        ~Exists(goes_well), connection__authority__in=authorities
    )
    rows = rows.annotate(trouble=Subquery(closing.values("trouble")[:1]))
    related = ("connection__product", "connection__authority")
    return rows.select_related(*related).order_by("seen_at", "pk")


def _line(door: Any) -> WorkItem:
    page, since = url("sidedoor_change", door.pk), door.undecided_since
    alarm = _("Open at the provider, and no decision covers it.")
    if door.trouble:
        text = _("Could not be closed by machine: %(why)s")
        alarm = f"{alarm} {text % {'why': door.trouble}}"
    name = f"{door.get_kind_display()}: {door}"
    return upkeep_item(
        name,
        door.connection,
        door.what,
        _("Close it, or say which decision covers it"),
        number=_("side door no. %(number)s") % {"number": door.pk},
        alarm=alarm,
        url=page,
        step_url=page,
        clock=clock_between(NoticeKind.DOOR, since, since + TIME_TO_SETTLE),
        since=since,
    )
