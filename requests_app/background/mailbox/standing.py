"""Whether the mailbox is read: noted each round, told where people see it."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Heartbeat
from requests_app.providers.http.identity import is_set
from requests_app.providers.mail import MAILBOX
from requests_app.providers.protocol import Standing
from requests_app.words.times import moment_in_words

# When a mailbox that has not been read is trouble.
LATEST = timedelta(minutes=5)


def note_reading(trouble: str) -> None:
    """`at` is when it was last read; failures count since then."""
    row, _made = Heartbeat.objects.get_or_create(
        name=Heartbeat.MAILBOX, defaults={"at": clock.now()}
    )
    row.trouble = trouble[:300]
    row.failures = row.failures + 1 if trouble else 0
    if not trouble:
        row.at = clock.now()
    row.save()


def standing() -> Iterator[Standing]:
    """That it is read, where there is one."""
    if not is_set(MAILBOX):
        return
    row = Heartbeat.objects.filter(name=Heartbeat.MAILBOX).first()
    trouble = _("It has not been read.") if row is None else row.trouble
    if row is not None and clock.now() - row.at > LATEST:
        trouble = trouble or _("It has not been read.")
    yield Standing(_("The mailbox of notices was read within 5 minutes"), trouble)


def mailbox_troubles(beats: Iterable[Heartbeat]) -> list[str]:
    """What people must know: notices may lie there that nobody sees here."""
    return [
        _("The mailbox of notices has not been read since %(at)s: %(trouble)s")
        % {"at": moment_in_words(row.at), "trouble": row.trouble}
        for row in beats
        if row.name == Heartbeat.MAILBOX and row.failures
    ]
