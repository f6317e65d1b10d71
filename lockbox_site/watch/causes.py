"""The one table of what somebody must act on. /healthz, /metrics and the watch's mail
are made of it, and operations.md (*What goes wrong*) has a line for each state."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import Error, transaction
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from lockbox_site.watch import database, machine, work
from lockbox_site.watch.finding import OK, UNKNOWN, Facts, Finding
from requests_app.models import Heartbeat


class Gauge(NamedTuple):
    """What is measured, beside whether it is well: `lockbox_<name>` in /metrics."""

    name: str
    text: str
    label: str = ""


class Cause(NamedTuple):
    name: str
    measure: Callable[[Facts], Finding]
    # All but "ok".
    states: tuple[str, ...]
    # One sentence: what whoever is called does.
    to_do: Any
    gauge: Gauge | None = None


DATABASE = "database"
CAUSES = (
    Cause(
        "sweep",
        work.sweep,
        ("stopped",),
        _("Run the sweep by hand, and see why lockbox-sweep.timer does not."),
    ),
    Cause(
        "watch",
        work.watch,
        ("stopped",),
        _(
            "Nobody is mailed of trouble: see in the journal of lockbox-watch why it"
            " does not run, or why its mail is refused."
        ),
    ),
    Cause(
        "clock",
        work.clocks,
        ("wrong",),
        _("Set the clocks of all servers by NTP: until they agree nothing lapses."),
    ),
    Cause(
        "ledger",
        work.ledger,
        ("unsealed",),
        _("Read why on any page: mend key, folder or witness; touch nothing else."),
    ),
    Cause(
        "outside",
        work.outside,
        ("old",),
        _("Nobody outside has seen the ledger for a day: ask witness, stamp, command."),
    ),
    Cause(
        "backup",
        work.backup,
        ("failed", "old", "never"),
        _("Read the journal of lockbox-backup.service, mend it and start it by hand."),
        Gauge("backup_age_seconds", "Since a backup was last made"),
    ),
    Cause(
        "archive",
        database.archive,
        ("failing",),
        _("PostgreSQL's archive_command fails: read its log before its disk is full."),
        Gauge("archive_age_seconds", "Since a piece of its log was archived"),
    ),
    Cause(
        "standby",
        database.standby,
        ("away", "behind"),
        _("Start the standby; if it is gone for good, drop its replication slot."),
        Gauge("standby_behind_bytes", "What a standby has not got yet", "standby"),
    ),
    Cause(
        "outbox",
        work.outbox,
        ("late",),
        _("Answers have waited for ten minutes: see if lockbox-outbox.service runs."),
    ),
    Cause(
        "mailbox",
        work.mailbox,
        ("unreadable",),
        _("Providers' notices are not read: mend the mailbox's login, or open it."),
        Gauge("mailbox_unread", "1 while the mailbox of notices can't be read"),
    ),
    Cause(
        "logs",
        work.logs,
        ("unreadable",),
        _("See on the start page which provider's log it is, and mend its access."),
        Gauge("logs_unread", "Logs of providers that have not been read for hours"),
    ),
    Cause(
        "feeds",
        work.feeds,
        ("unreadable",),
        _("See on the start page which calendar or publisher it is, and call them."),
        Gauge("feeds_unread", "Calendars and packages' feeds that can't be read"),
    ),
)
OF_THE_MACHINE = (
    Cause(
        "disk",
        machine.disk,
        ("full",),
        _("Make room on the disk, or make it larger, before nothing can be written."),
        Gauge("disk_free_bytes", "Room on the disk of a folder", "folder"),
    ),
    Cause(
        "certificates",
        machine.certificates,
        ("ends", "ended", "unreadable"),
        _("Get a new certificate in the place of the one that ends within 14 days."),
        Gauge("certificate_days", "Days until a certificate ends", "file"),
    ),
)
OF_THE_DATABASE = Cause(
    DATABASE,
    lambda _facts: Finding(database.database()),
    ("down", "slow", "full", "read-only"),
    _("Read PostgreSQL's log and `df -h`; after a failover name the new primary."),
)
ALL = (OF_THE_DATABASE, *CAUSES, *OF_THE_MACHINE)
BY_NAME = {cause.name: cause for cause in ALL}


def findings() -> dict[str, Finding]:
    """What was found of each cause of trouble, by its name. Answers soon, whatever is
    locked, and raises nothing where the database is away."""
    bare = Facts(clock.now(), {})
    try:
        with transaction.atomic():
            states = {DATABASE: OF_THE_DATABASE.measure(bare)}
            beats = {row.name: row for row in Heartbeat.objects.all()}
            facts = bare._replace(now=clock.now(), beats=beats)
            states |= {cause.name: cause.measure(facts) for cause in CAUSES}
    except Error as error:
        states = {DATABASE: Finding(database.trouble(error))}
        states |= {cause.name: Finding(UNKNOWN) for cause in CAUSES}
    return states | {cause.name: cause.measure(bare) for cause in OF_THE_MACHINE}


def bad(states: dict[str, Finding]) -> dict[str, str]:
    """The state of what is known to be in trouble, by name."""
    return {
        name: one.state
        for name, one in states.items()
        if one.state not in (OK, UNKNOWN)
    }
