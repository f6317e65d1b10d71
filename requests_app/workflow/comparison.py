"""After a restore a client says what it knows of the time that is lost, and a person
compares. Until then nothing is acknowledged on its connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.sealing import going_back
from requests_app.models import (
    AccessRequest,
    Comparison,
    Connection,
    Delivery,
    Heartbeat,
)
from requests_app.models.provider_status import REVOKED
from requests_app.permissions.comparison import (
    can_conclude_comparison,
    can_tell_comparison,
)
from requests_app.workflow import outbox
from requests_app.workflow.differences import differences
from requests_app.workflow.step import WrongState, note, save, step
from requests_app.workflow.taking_back import take_back, with_extensions


class Compared(WrongState):
    """A comparison is under way, or to begin."""


@step
def begin_comparison(connection: Connection, *, by: Any, lost_from: datetime) -> None:
    """Ask its clients for what happened since the backup. One that was open in the
    backup goes on, and they are asked to tell again."""
    if open_comparison(connection) is None:
        comparison = Comparison.objects.create(
            connection=connection, lost_from=lost_from, began_at=clock.now()
        )
        note("comparison.begun", on=comparison, by=by)
    outbox.tell_of_restore(connection)


def _is_concluded(_may: Any, comparison: Comparison) -> str:
    return _("It has been concluded already.") if comparison.concluded_at else ""


@step(may=can_tell_comparison, hindrance=_is_concluded)
def tell_comparison(
    comparison: Comparison, *, by: Any, requests: Sequence[dict[str, str]]
) -> None:
    """All that the client knows of that time: `number`, `status` and, where it has
    acknowledged an answer, `acknowledged_at`. Told again, the newest holds."""
    save(comparison, told=list(requests), told_at=clock.now())
    note("comparison.told", on=comparison, by=by, requests=len(requests))


@step(may=can_conclude_comparison, hindrance=_is_concluded)
def conclude_comparison(comparison: Comparison, *, by: Any, conclusion: str) -> None:
    """What was found out and done: answers are acknowledged again. What the provider
    knows to be revoked is so here too, though the decision on it is lost."""
    for row in differences(comparison):
        if row.there == REVOKED and row.access_request is not None:
            take_back(with_extensions(row.access_request), by=by)
    save(comparison, conclusion=conclusion, concluded_by=by, concluded_at=clock.now())
    note("comparison.concluded", on=comparison, by=by)


def open_comparison(connection: Connection) -> Comparison | None:
    rows = Comparison.objects.filter(connection=connection, concluded_at=None)
    return rows.select_related("connection").first()


def gone_back_from() -> int:
    """The size of the checkpoint that the database has gone back from, where the
    clients have not been asked what was lost; else 0."""
    size = going_back.gone_back_from()
    noticed = Heartbeat.objects.filter(name=Heartbeat.GONE_BACK, trouble=str(size))
    return 0 if not size or noticed.exists() else size


def refuse_while_compared(access_request: AccessRequest) -> None:
    """Raises Compared: what was acknowledged in the time that is lost would open
    access a second time."""
    connection = access_request.connection
    mark = Heartbeat.mark_of(connection.pk)
    if (
        open_comparison(connection) is not None
        or Heartbeat.objects.filter(name=mark).exists()
        or gone_back_from()
    ):
        raise Compared(
            _(
                "The authority has restored an older backup, and compares with what"
                " you know. Until that is done no answer can be acknowledged."
            )
        )


def acknowledged_before(delivery: Delivery) -> datetime | None:
    """When the client said that it had acknowledged the answer, in the time that was
    lost: access runs from then, and not once more. It is the first answer that is
    acknowledged since it said so, and never that access was revoked."""
    access_request = delivery.access_request
    number = access_request.external_id.lower()
    rows = Comparison.objects.filter(connection=access_request.connection_id)
    newest = rows.order_by("-pk").first()
    if newest is None or newest.told_at is None:
        return None
    if delivery.answer == Delivery.Answer.REVOKE:
        return None
    if access_request.deliveries.filter(confirmed_at__gt=newest.told_at).exists():
        return None
    for row in newest.told:
        if row["number"].lower() == number and "acknowledged_at" in row:
            return datetime.fromisoformat(row["acknowledged_at"])
    return None
