"""Restore: after restore, comparison and differences."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.ledger import record
from audit_app.models import SealedLeaf
from audit_app.sealing import keys, outside
from requests_app.cases.access.models import Comparison, Delivery
from requests_app.cases.access.steps import outbox
from requests_app.cases.access.steps.answer import take_back, with_extensions
from requests_app.cases.access.steps.outbox import status_shown
from requests_app.cases.intake.models.request import REVOKED, AccessRequest
from requests_app.cases.review.rights.involvement import is_client_of
from requests_app.core.models import Heartbeat
from requests_app.core.people.models import Role
from requests_app.core.people.rights import authorities_of
from requests_app.core.step import WrongState, note, save, step
from requests_app.registers.models.cloud import Connection

# Comparing with a provider after a restore: whose it is to see and to end.

# They answer for the connection and know whom to call.
COMPARERS = (Role.IT_MANAGER,)
COMPARISONS_SEEN_BY = (*COMPARERS, Role.REGISTRAR, Role.EXECUTOR, Role.AUDITOR)


def comparisons_visible_to(user: Any) -> QuerySet[Comparison]:
    """The comparisons on connections that the person's authority runs."""
    runs = authorities_of(user, *COMPARISONS_SEEN_BY)
    return Comparison.objects.filter(connection__authority__in=runs)


def comparisons_to_conclude(user: Any) -> QuerySet[Comparison]:
    runs = authorities_of(user, *COMPARERS)
    rows = Comparison.objects.filter(connection__authority__in=runs)
    return rows.filter(concluded_at=None)


def can_conclude_comparison(user: Any, comparison: Comparison) -> bool:
    runs = authorities_of(user, *COMPARERS)
    return comparison.connection.authority_id in runs


def can_tell_comparison(by: Any, comparison: Comparison) -> bool:
    """The machine of the provider that is asked."""
    return is_client_of(by, comparison.connection_id)


# Where a client and we differ after a restore, as it stands now. Reads only.

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


# After a restore a client says what it knows of the time that is lost, and a person
# compares. Until then nothing is acknowledged on its connection.


class Compared(WrongState):
    """A comparison is under way, or to begin."""


@step
def begin_comparison(connection: Connection, *, by: Any, lost_from: datetime) -> None:
    """Ask its clients for what happened since the backup. One that was open in the
    backup goes on, and they are asked to tell again."""
    if open_comparison(connection) is None:
        comparison = Comparison.objects.create(
            connection=connection, lost_from=lost_from, began_at=acting.now()
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
    save(comparison, told=list(requests), told_at=acting.now())
    note("comparison.told", on=comparison, by=by, requests=len(requests))


@step(may=can_conclude_comparison, hindrance=_is_concluded)
def conclude_comparison(comparison: Comparison, *, by: Any, conclusion: str) -> None:
    """What was found out and done: answers are acknowledged again. What the provider
    knows to be revoked is so here too, though the decision on it is lost."""
    for row in differences(comparison):
        if row.there == REVOKED and row.access_request is not None:
            take_back(with_extensions(row.access_request), by=by)
    save(comparison, conclusion=conclusion, concluded_by=by, concluded_at=acting.now())
    note("comparison.concluded", on=comparison, by=by)


def open_comparison(connection: Connection) -> Comparison | None:
    rows = Comparison.objects.filter(connection=connection, concluded_at=None)
    return rows.select_related("connection").first()


def gone_back_from() -> int:
    """The size of the checkpoint that the database has gone back from, where the
    clients have not been asked what was lost; else 0."""
    size = outside.gone_back_from()
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


# After a restore nobody knows what was done since the backup: the providers do.
#
# Each connection that is asked by machine has a mark until it has been asked for all it
# has, and not only for what waits. Until then no answer goes to it. One whose clients
# call us has the mark until they have been asked to tell, and a comparison is open.


def can_tell(using: str = "default") -> QuerySet[Connection]:
    """Connections that can be asked what became of their requests."""
    rows = Connection.objects.using(using)
    return (rows.polled() | rows.called()).distinct()


def to_be_asked(made_at: datetime, using: str) -> None:
    """Mark every connection that can be asked; `made_at` is when the backup was."""
    for connection in can_tell(using):
        Heartbeat.objects.using(using).update_or_create(
            name=mark_of(connection),
            defaults={"at": acting.now(), "trouble": made_at.isoformat()},
        )


def notice_going_back(by: Any) -> list[str]:
    """Where the database has gone back, by whatever means, from what was published: as
    after a restore, from the last checkpoint that it has."""
    size = gone_back_from()
    if not size:
        return []
    newest = keys.newest_believed()
    last = SealedLeaf.objects.filter(leaf_index=newest.size - 1 if newest else 0)
    lost_from = last.values_list("entry__at", flat=True).first() or acting.now()
    with acting_as(by):
        to_be_asked(lost_from, using="default")
        Heartbeat.objects.update_or_create(
            name=Heartbeat.GONE_BACK,
            defaults={"at": acting.now(), "trouble": str(size)},
        )
        record("ledger.gone_back", by=by, lines=size)
    return [f"the database has gone back, from {size} lines of the ledger"]


def ask_clients(by: Any) -> list[str]:
    """Begin the comparison with the clients of each marked connection."""
    lines = []
    for connection in Connection.objects.called().filter(pk__in=marked()).distinct():
        mark = Heartbeat.objects.get(name=mark_of(connection))
        lost_from = datetime.fromisoformat(mark.trouble)
        begin_comparison(connection, by=by, lost_from=lost_from)
        has_been_asked(connection)
        lines.append(f"{connection}: compared since {lost_from:%Y-%m-%d %H:%M}")
    return lines


def mark_of(connection: Connection) -> str:
    return Heartbeat.mark_of(connection.pk)


def is_marked(connection: Connection) -> bool:
    return Heartbeat.objects.filter(name=mark_of(connection)).exists()


def has_been_asked(connection: Connection) -> None:
    Heartbeat.objects.filter(name=mark_of(connection)).delete()


def marked() -> list[int]:
    """Connections that nothing is sent to yet."""
    rows = Heartbeat.objects.filter(name__startswith=Heartbeat.RESTORED)
    names = rows.values_list("name", flat=True)
    return [int(name.removeprefix(Heartbeat.RESTORED)) for name in names]
