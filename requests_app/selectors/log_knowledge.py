"""How much is known of what is done on a connection: what its logs tell, how old that
is, and why nothing is known where nothing is."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Connection, ProviderLog
from requests_app.models.provider_log import FILE
from requests_app.words.times import moment_in_words, span

# Beside what is usual for the log: a reading may be missed without anybody waking.
PATIENCE = timedelta(hours=1)


class Knowledge(NamedTuple):
    """`why`: why it is not known what is done there; empty where it is. `read_until`:
    all that had come to the logs by then is read."""

    connection: Connection
    why: str
    read_until: datetime | None


def knowledge_of(connections: Iterable[Connection]) -> dict[int, Knowledge]:
    """By the connection's key, in two queries."""
    rows = {row.pk: row for row in connections}
    logs: dict[int, list[Any]] = {key: [] for key in rows}
    of_these = ProviderLog.objects.filter(connection__in=rows)
    for log in of_these.select_related("position").annotate(gap_until=_newest_gap()):
        log.connection = rows[log.connection_id]
        logs[log.connection_id].append(log)
    return {key: _knowledge(rows[key], logs[key]) for key in rows}


def _newest_gap() -> Any:
    unexplained = Q(gaps__explained_at=None)
    return Max("gaps__until", filter=unexplained)


def _knowledge(connection: Connection, logs: list[Any]) -> Knowledge:
    ends = [log.position.read_until for log in logs if log.position.read_until]
    why = _why(connection, logs)
    return Knowledge(connection, why, min(ends, default=None))


def _why(connection: Connection, logs: list[Any]) -> str:
    """Of several reasons the first that somebody can do something about."""
    abilities = connection.product.abilities
    if not logs:
        return _without_log(abilities)
    for log in logs:
        if reason := _of_log(log):
            return reason
    return ""


def _without_log(abilities: Any) -> str:
    if not abilities.has_approval:
        return _("The provider promises to ask, and shows nothing.")
    if abilities.can_call_us or abilities.events:
        return _("No more is known than what the provider reports itself.")
    return _("The log is not read: no machine is set up, and no file has been read.")


def _of_log(log: Any) -> str:
    position = log.position
    if not log.is_read:
        return _("The log is switched off here.")
    if log.gap_until is not None:
        at = moment_in_words(log.gap_until)
        return _("The log has a gap until %(at)s that nobody has explained.") % {
            "at": at
        }
    if log.name == FILE:
        return _("The log is read from files by hand: only what was in them is known.")
    if position.read_until is None:
        return position.trouble or _("The log has not been read yet.")
    late = clock.now() - position.read_until
    usual = log.log.usual_delay if log.log else timedelta(0)
    if late > usual + PATIENCE:
        text = _("The log is %(late)s old (usually %(usual)s). %(trouble)s")
        words = {"late": span(late), "usual": span(usual), "trouble": position.trouble}
        return (text % words).strip()
    return ""
