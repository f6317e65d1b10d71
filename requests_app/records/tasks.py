"""Lists to dispose of: one's own to answer, and another's to confirm; lines of the work
queue."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from requests_app.core.people.rights import authorities_of, has_role
from requests_app.core.queue import Kind, WorkItem, of_each, upkeep_item, url
from requests_app.records.models import Disposal, DisposalItem
from requests_app.records.rights import DISPOSERS, disposals_visible_to

Status = Disposal.Status


def disposals_for(user: Any) -> Iterator[Kind]:
    if not has_role(user, *DISPOSERS):
        return
    waits = Q(status=Status.DRAWN_UP, drawn_by=user) | (
        Q(status=Status.PROPOSED) & ~Q(proposed_by=user)
    )
    unanswered = DisposalItem.objects.filter(disposal=OuterRef("pk"), answers=None)
    rows = (
        disposals_visible_to(user)
        .filter(waits, authority__in=authorities_of(user, *DISPOSERS))
        .annotate(has_unanswered=Exists(unanswered))
        .select_related("authority", "proposed_by")
    )
    yield of_each(rows, _line)


def _line(row: Any) -> WorkItem:
    return _to_confirm(row) if row.status == Status.PROPOSED else _to_answer(row)


def _to_answer(row: Any) -> WorkItem:
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


def _to_confirm(row: Disposal) -> WorkItem:
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
