"""When each provider that we ask last answered, and what people must know of that."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.background.after_restore import can_tell, mark_of
from requests_app.models import Connection, Heartbeat
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
    """What people must know: providers that do not answer when they are asked, and
    those that nothing is sent to yet. `run_by`: of connections that these authorities
    run; others are not to know which requests there are."""
    beats = list(beats)
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
