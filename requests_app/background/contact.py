"""When each provider that we ask last answered, and what people must know of that."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.background.after_restore import can_tell, mark_of
from requests_app.models import Connection, Heartbeat, LogPosition, ProviderLog
from requests_app.words.times import moment_in_words


def contact_name(connection: Connection) -> str:
    return f"{Heartbeat.POLL}{connection.pk}"


def note_contact(connection: Connection, trouble: str) -> None:
    """`at` is when the provider last answered; failures count since then."""
    row, _made = Heartbeat.objects.get_or_create(
        name=contact_name(connection), defaults={"at": clock.now()}
    )
    row.trouble = trouble
    row.failures = row.failures + 1 if trouble else 0
    if not trouble:
        row.at = clock.now()
    row.save()


def troubles(
    beats: Iterable[Heartbeat], run_by: Collection[int] | None = None
) -> list[str]:
    """What people must know: providers that do not answer when they are asked, those
    that nothing is sent to yet, and logs that can't be read. `run_by`: of connections
    that these authorities run; others are not to know which requests there are."""
    return _of_providers(list(beats), run_by) + log_troubles(run_by)


def _of_providers(beats: list[Heartbeat], run_by: Collection[int] | None) -> list[str]:
    rows = [
        row for row in beats if row.name.startswith(Heartbeat.POLL) and row.failures
    ]
    restored = [row for row in beats if row.name.startswith(Heartbeat.RESTORED)]
    if not rows and not restored:
        return []
    run = Q() if run_by is None else Q(authority__in=run_by)
    polled = Connection.objects.polled().filter(run).select_related("product")
    tellers = can_tell().filter(run).select_related("product")
    names = {contact_name(row): row for row in polled}
    marks = {mark_of(row): row for row in tellers}
    return [
        _(
            "%(connection)s is to tell what became of its requests since the backup of"
            " %(at)s. Until then no answer is sent."
        )
        % {
            "connection": marks[row.name],
            "at": moment_in_words(datetime.fromisoformat(row.trouble)),
        }
        for row in restored
        if row.name in marks
    ] + [
        _("%(connection)s has not answered since %(at)s: %(trouble)s")
        % {
            "connection": names[row.name],
            "at": moment_in_words(row.at),
            "trouble": row.trouble,
        }
        for row in rows
        if row.name in names
    ]


def log_troubles(run_by: Collection[int] | None = None) -> list[str]:
    """Logs that could not be read the last time, of connections that these authorities
    run."""
    rows = LogPosition.objects.filter(
        failures__gt=0, log__in=ProviderLog.objects.by_machine()
    )
    if run_by is not None:
        rows = rows.filter(log__connection__authority__in=run_by)
    rows = rows.select_related("log__connection__product").order_by("log")
    return [_of_log(row) for row in rows]


def _of_log(row: LogPosition) -> str:
    words = {"log": row.log, "trouble": row.trouble}
    if row.answered_at is None:
        return _("%(log)s has never been read: %(trouble)s") % words
    text = _("%(log)s has not been read since %(at)s: %(trouble)s")
    return text % {**words, "at": moment_in_words(row.answered_at)}
