"""Where a client and we differ after a restore, as it stands now. Reads only."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Lower

from requests_app.models import AccessRequest, Comparison
from requests_app.workflow.outbox import status_shown

# What a client has to know of: the rest is over, as far as we know.
ALIVE = (*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN)


class Difference(NamedTuple):
    """One number's status as the client told it and as we have it. None: not named
    there, or not known here."""

    number: str
    there: str | None
    here: str | None
    acknowledged_at: datetime | None = None
    access_request: AccessRequest | None = None


def differences(comparison: Comparison) -> list[Difference]:
    """Numbers that the client tells otherwise than we do, or leaves out."""
    if comparison.told_at is None:
        return []
    by_number = {row["number"].lower(): row for row in comparison.told}
    rows = AccessRequest.objects.alias(key=Lower("external_id")).filter(
        Q(key__in=list(by_number)) | Q(status__in=ALIVE),
        connection=comparison.connection_id,
    )
    ours = {row.external_id.lower(): row for row in rows.order_by("pk")}
    rows_compared = [_difference(row, ours.get(key)) for key, row in by_number.items()]
    rows_compared += [
        Difference(row.external_id, None, status_shown(row), access_request=row)
        for key, row in ours.items()
        if key not in by_number
    ]
    return [row for row in rows_compared if row.there != row.here]


def _difference(row: Mapping[str, str], ours: AccessRequest | None) -> Difference:
    at = row.get("acknowledged_at")
    return Difference(
        row["number"],
        row["status"],
        status_shown(ours) if ours else None,
        datetime.fromisoformat(at) if at else None,
        ours,
    )
