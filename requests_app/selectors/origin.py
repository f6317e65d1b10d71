"""Where rows of registers come from, and where they differ from that. Reads only."""

from typing import Any, NamedTuple

from django.db.models import Q

from requests_app.models import Origin, RegisterChange
from requests_app.registers.entry import Difference, differences


class Provenance(NamedTuple):
    origin: Origin
    differences: list[Difference]


def provenance_of(row: Any) -> Provenance | None:
    """The newest package that the row was taken from, and what is otherwise now."""
    rows = Origin.objects.filter(row_table=row._meta.db_table, row_id=row.pk)
    settled = Q(change=None) | Q(change__confirmed_at__isnull=False)
    origin = rows.filter(settled).order_by("-pk").first()
    if origin is None:
        return None
    return Provenance(origin, differences(origin.values, origin.kind, row))


def becomes(origin: Origin) -> list[Difference]:
    """What a draft would change: all of a new row."""
    change = origin.change
    row = None
    if change is not None and change.act == RegisterChange.Act.CHANGE:
        row = change.row_model._base_manager.filter(pk=change.row_id).first()
    return differences(origin.values, origin.kind, row)
