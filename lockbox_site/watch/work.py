"""What is written down of Lockbox's own work: the sweep's rounds, the ledger, backups,
and what is read and sent."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Min

from audit_app import clock
from lockbox_site.watch.finding import Facts, Finding
from requests_app.models import Heartbeat, LogPosition, OutboxMessage, ProviderLog
from requests_app.selectors.pulse import Pulse, pulse

SEEN_OUTSIDE = timedelta(days=1)
# One is made every night.
BACKUP = timedelta(hours=30)
WATCH = timedelta(minutes=5)
ANSWER = timedelta(minutes=10)
# Times in a row that a log could not be read: three hours, as the waits double.
FAILED_LONG = 8


def _pulse(facts: Facts) -> Pulse:
    return pulse(facts.beats.values())


def sweep(facts: Facts) -> Finding:
    return Finding("stopped" if _pulse(facts).stopped else "ok")


def watch(facts: Facts) -> Finding:
    """Where there is none, as while things are tried out, nobody waits for it."""
    age = facts.age(Heartbeat.WATCH)
    return Finding("stopped" if age and age > WATCH.total_seconds() else "ok")


def clocks(facts: Facts) -> Finding:
    differ = clock.is_wrong() or _pulse(facts).clock_trouble
    return Finding("wrong" if differ else "ok")


def ledger(facts: Facts) -> Finding:
    return Finding("unsealed" if _pulse(facts).unsealed else "ok")


def outside(facts: Facts) -> Finding:
    """That nobody outside has ever seen it is told elsewhere, and is no trouble."""
    at = _pulse(facts).seen_outside
    if at is None:
        return Finding()
    is_old = facts.now - at > SEEN_OUTSIDE
    return Finding("old" if is_old else "ok", (("", at.timestamp()),))


def backup(facts: Facts) -> Finding:
    """A place to try things out, or to practise, has none."""
    beat = facts.beats.get(Heartbeat.BACKUP)
    if beat is not None:
        age = (facts.now - beat.at).total_seconds()
        state = "old" if age > BACKUP.total_seconds() else "ok"
        return Finding("failed" if beat.failures else state, (("", age),))
    if settings.LOCAL or settings.PRACTICE:
        return Finding()
    began = get_user_model()._default_manager.aggregate(at=Min("date_joined"))["at"]
    return Finding("never" if began and facts.now - began > BACKUP else "ok")


def outbox(facts: Facts) -> Finding:
    rows = OutboxMessage.objects.sent_by_machine().filter(
        topic=OutboxMessage.Topic.ANSWER, created_at__lt=facts.now - ANSWER
    )
    return Finding("late" if rows.exists() else "ok")


def mailbox(facts: Facts) -> Finding:
    return _unread(facts, Heartbeat.MAILBOX)


def logs(_facts: Facts) -> Finding:
    number = LogPosition.objects.filter(
        failures__gte=FAILED_LONG, log__in=ProviderLog.objects.by_machine()
    ).count()
    return Finding("unreadable" if number else "ok", (("", float(number)),))


def feeds(facts: Facts) -> Finding:
    return _unread(facts, Heartbeat.FEED, Heartbeat.ROSTER)


def _unread(facts: Facts, *starts: str) -> Finding:
    number = sum(len(facts.in_trouble(start)) for start in starts)
    return Finding("unreadable" if number else "ok", (("", float(number)),))
