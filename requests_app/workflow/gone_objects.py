"""Objects that a complete export no longer names: proposed as gone, never removed."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app.ledger import record
from requests_app.models import Authority, CloudObject, CloudSystem, RegisterChange
from requests_app.permissions.roles import today
from requests_app.registers.cloud_object import CLOUD_OBJECTS
from requests_app.registers.csv_file import composed
from requests_app.workflow.register_change import save_or_propose
from requests_app.workflow.step import require, step

# Proposals of one call; the next call proposes the rest.
MOST = 2000


class Gone(NamedTuple):
    proposed: int
    # Missing too, and proposed by the next call.
    left: int


@step
def propose_gone(
    identifiers: Iterable[str],
    *,
    by: Any,
    authority: Authority,
    system: CloudSystem,
    reason: str,
    sha256: str,
    within: int | None = None,
) -> Gone:
    """What the authority has in the system, and the export does not name. What waits as
    gone already is not proposed again. `sha256`: of the export; all that it proposes is
    settled together. Raises ValidationError for an export without a single object."""
    require(authority.pk in CLOUD_OBJECTS.authorities(by, within))
    named = {composed(name).strip().lower() for name in identifiers}
    if not named - {""}:
        raise ValidationError(
            {"identifiers": _("An export without a single object is no complete one.")}
        )
    there = CloudObject.objects.filter(authority=authority, system=system, gone_on=None)
    missing = [row for row in there if row.external_id.lower() not in named]
    waiting = _waiting()
    new = [row for row in missing if row.pk not in waiting]
    for row in new[:MOST]:
        row.gone_on = today()
        save_or_propose(row, by=by, reason=reason, came_with=sha256)
    gone = Gone(len(new[:MOST]), len(new[MOST:]))
    record("table.gone_proposed", by=by, on=system, rows=gone.proposed, sha256=sha256)
    return gone


def _waiting() -> set[int | None]:
    rows = RegisterChange.objects.filter(
        row_table=CloudObject._meta.db_table,
        new_values__has_key="gone_on",
        confirmed_at=None,
        refused_at=None,
    )
    return set(rows.values_list("row_id", flat=True))
