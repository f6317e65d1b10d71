"""The pulse of the sweep: its first act, between its acts, and its last."""

from audit_app import acting
from requests_app.core.models import Heartbeat
from requests_app.core.words.texts import span


def touch() -> None:
    """The round has begun or goes on; what the last one could not do still stands."""
    Heartbeat.objects.update_or_create(
        name=Heartbeat.SWEEP, defaults={"at": acting.now()}
    )


def finish(failures: int = 0) -> None:
    """A round has come to its end."""
    for name in (Heartbeat.SWEEP, Heartbeat.ROUND):
        Heartbeat.objects.update_or_create(
            name=name, defaults={"at": acting.now(), "failures": failures}
        )


def clocks_agree() -> bool:
    """Compare this machine's clock with the database's, and note it where people see
    it: while they differ nobody knows what has run out."""
    difference = acting.ahead_of_database()
    agree = abs(difference) <= acting.MOST_DIFFERENCE
    trouble = "" if agree else span(abs(difference))
    Heartbeat.objects.update_or_create(
        name=Heartbeat.CLOCK, defaults={"at": acting.now(), "trouble": trouble}
    )
    return agree
