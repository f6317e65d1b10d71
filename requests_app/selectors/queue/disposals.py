"""Lists to dispose of: one's own to answer, and another's to confirm; lines of the work
queue."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from requests_app.models import Disposal, DisposalItem
from requests_app.permissions.disposal import DISPOSERS, disposals_visible_to
from requests_app.permissions.roles import authorities_of, has_role
from requests_app.selectors.addresses import url
from requests_app.selectors.queue.item import WorkItem, upkeep_item
from requests_app.selectors.queue.kind import Kind, of_each


def disposals_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, *DISPOSERS):
        return
    theirs = authorities_of(user, *DISPOSERS)
    rows = disposals_visible_to(user).filter(authority__in=theirs)
    rows = rows.select_related("authority", "proposed_by")
    own = rows.filter(status=Disposal.Status.DRAWN_UP, drawn_by=user)
    unanswered = DisposalItem.objects.filter(disposal=OuterRef("pk"), answers=None)
    yield of_each(own.annotate(has_unanswered=Exists(unanswered)), _own_line)
    proposed = rows.filter(status=Disposal.Status.PROPOSED)
    yield of_each(proposed.exclude(proposed_by=user), _line)


def _own_line(row: Any) -> WorkItem:
    step = "answer" if row.has_unanswered else "propose"
    return upkeep_item(
        row,
        row.authority,
        _("A list to dispose of is drawn up, and not proposed yet."),
        _("Answer its cases") if row.has_unanswered else _("Propose the disposal"),
        url=url("disposal_change", row.pk),
        step_url=url("disposal_step", row.pk, step),
        since=row.drawn_at,
    )


def _line(row: Disposal) -> WorkItem:
    return upkeep_item(
        row,
        row.authority,
        _("Cases are proposed to be disposed of."),
        _("Look through the list"),
        details=_("proposed by %(name)s") % {"name": row.proposed_by},
        url=url("disposal_change", row.pk),
        step_url=url("disposal_step", row.pk, "confirm"),
        since=row.proposed_at,
    )
