"""Watch: causes, database, finding, machine, telling and work."""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import Error, connection, transaction
from django.db.models import Min
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DiskFull

from audit_app import acting
from audit_app.acting import Deadline, deadline_of
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.core.models import Heartbeat
from requests_app.core.people.models import Role
from requests_app.core.people.rights import roles_in_force
from requests_app.core.queue import link_to
from requests_app.desk.overview import Pulse, pulse
from requests_app.duty.sweep.channels import AddressRefused, NoServer, mail_to
from requests_app.oversight.models import LogPosition, ProviderLog

# What a measure says, and what all measures read once.

OK, UNKNOWN = "ok", "unknown"


class Finding(NamedTuple):
    """One word for the state; and what was measured, as label and number."""

    state: str = OK
    figures: tuple[tuple[str, float], ...] = ()


class Facts(NamedTuple):
    """The heartbeats by their names; none where the database does not answer."""

    now: datetime
    beats: dict[str, Heartbeat]

    def age(self, name: str) -> float | None:
        """Seconds since it; None where there has been none."""
        beat = self.beats.get(name)
        return (self.now - beat.at).total_seconds() if beat else None

    def in_trouble(self, start: str) -> list[Heartbeat]:
        """The heartbeats whose name begins so, of work that failed the last time."""
        beats = (row for name, row in self.beats.items() if name.startswith(start))
        return [row for row in beats if row.failures]


# What the database tells of itself: does it take what is written, does its log of
# writes leave the machine, and does its standby follow?

# How long it waits for a lock and for a statement, as PostgreSQL writes it.
LOCK, STATEMENT = "200ms", "1s"
# What can't be written for want of room is not well: tried now and then.
WRITE = """
insert into requests_app_heartbeat as beat (name, at, failures, trouble, position)
values (%s, clock_timestamp(), 0, '', 0)
on conflict (name) do update set at = excluded.at
where beat.at < excluded.at - interval '10 seconds'
"""
ARCHIVE = """
select coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false),
       extract(epoch from clock_timestamp() - last_archived_time)
from pg_stat_archiver
where current_setting('archive_mode') <> 'off'
"""
# A standby holds a slot (operations.md): what is kept for it is how far behind it is.
STANDBY = """
select slot_name, active,
       coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)
from pg_replication_slots
where slot_type = 'physical' and not pg_is_in_recovery()
order by slot_name
"""
MOST_BEHIND = 256 * 1024 * 1024


def trouble(error: Error) -> str:
    if isinstance(error.__cause__, DiskFull):
        return "full"
    return (
        "down" if deadline_of(error) in (None, Deadline.ROOM, Deadline.AWAY) else "slow"
    )


def database() -> str:
    """Waits no longer than whoever asks, for this and what follows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true),"
            " set_config('statement_timeout', %s, true),"
            " current_setting('transaction_read_only')",
            [LOCK, STATEMENT],
        )
        if cursor.fetchone()[2] == "on":
            return "read-only"
        cursor.execute(WRITE, [Heartbeat.HEALTH])
    return "ok"


def archive(_facts: Facts) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(ARCHIVE)
        row = cursor.fetchone()
    if row is None:
        return Finding()
    failing, age = row
    figures = () if age is None else (("", float(age)),)
    return Finding("failing" if failing else "ok", figures)


def standby(_facts: Facts) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(STANDBY)
        rows = cursor.fetchall()
    figures = tuple((name, float(behind)) for name, _active, behind in rows)
    if not all(active for _name, active, _behind in rows):
        return Finding("away", figures)
    is_behind = any(behind > MOST_BEHIND for _name, behind in figures)
    return Finding("behind" if is_behind else "ok", figures)


# What this machine tells by itself: room on its disks, certificates in files.

GIGABYTE = 1024**3
DAY = 24 * 60 * 60
# As long before its end is somebody called: what renews itself has done so by then.
DAYS = 14
ENDS = ("CERTIFICATE", "CERTIFICATE_PATH")


def disk(_facts: Facts) -> Finding:
    """Under a tenth and under 20 GB, or under 1 GB, of any of the folders' disks."""
    figures, is_low = [], False
    for folder in filter(os.path.isdir, settings.WATCHED.folders):
        room = os.statvfs(folder)
        free, whole = room.f_bavail * room.f_frsize, room.f_blocks * room.f_frsize
        is_low |= free < max(GIGABYTE, min(whole / 10, 20 * GIGABYTE))
        figures.append((folder, float(free)))
    return Finding("full" if is_low else "ok", tuple(figures))


def certificates(facts: Facts) -> Finding:
    """The site's, those by which providers know us, and the seal's."""
    figures, unread = [], False
    for path in sorted({*settings.WATCHED.certificates, *_of_providers(), _seal()}):
        if not path:
            continue
        try:
            left = (_ends(path, os.stat(path).st_mtime) - facts.now).total_seconds()
            figures.append((path, left / DAY))
        except (OSError, ValueError):
            unread = True
    days = min((number for _path, number in figures), default=DAYS)
    if unread:
        return Finding("unreadable", tuple(figures))
    state = "ended" if days <= 0 else "ends" if days < DAYS else "ok"
    return Finding(state, tuple(figures))


def _of_providers() -> set[str]:
    return {
        path
        for name, path in os.environ.items()
        if name.startswith(("LOCKBOX_", "AZURE_")) and name.endswith(ENDS) and path
    } - {_seal()}


def _seal() -> str:
    return str(settings.SEAL_CERTIFICATE)


@lru_cache(maxsize=32)
def _ends(path: str, _changed_at: float) -> datetime:
    """When the first certificate of a file ends. Raises OSError or ValueError."""
    body = Path(path).read_bytes()
    if path != _seal():
        return x509.load_pem_x509_certificate(body).not_valid_after_utc
    phrase = settings.SEAL_PASSPHRASE
    word = Path(phrase).read_bytes().strip() if phrase else None
    own = load_pkcs12(body, word).cert
    if own is None:
        raise ValueError("no certificate")
    return own.certificate.not_valid_after_utc


# What is written down of Lockbox's own work: the sweep's rounds, the ledger, backups,
# and what is read and sent.

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
    differ = acting.is_wrong() or _pulse(facts).clock_trouble
    return Finding("wrong" if differ else "ok")


def ledger(facts: Facts) -> Finding:
    return Finding("unsealed" if _pulse(facts).unsealed else "ok")


def record(_facts: Facts) -> Finding:
    """Until a person has concluded what it was."""
    number = Alteration.objects.filter(concluded_at=None).count()
    return Finding("altered" if number else "ok", (("", float(number)),))


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


# The one table of what somebody must act on. /healthz, /metrics and the watch's mail
# are made of it, and operations.md (*What goes wrong*) has a line for each state.


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
        sweep,
        ("stopped",),
        _("Run the sweep by hand, and see why lockbox-sweep.timer does not."),
    ),
    Cause(
        "watch",
        watch,
        ("stopped",),
        _(
            "Nobody is mailed of trouble: see in the journal of lockbox-watch why it"
            " does not run, or why its mail is refused."
        ),
    ),
    Cause(
        "clock",
        clocks,
        ("wrong",),
        _("Set the clocks of all servers by NTP: until they agree nothing lapses."),
    ),
    Cause(
        "ledger",
        ledger,
        ("unsealed",),
        _("Read why on any page: mend key, folder or witness; touch nothing else."),
    ),
    Cause(
        "record",
        record,
        ("altered",),
        _(
            "What is recorded was changed outside Lockbox, or a guard of the database"
            " is not as it was: call the information-security manager, touch nothing."
        ),
        Gauge("record_altered", "What was found altered, and nobody has concluded"),
    ),
    Cause(
        "outside",
        outside,
        ("old",),
        _("Nobody outside has seen the ledger for a day: ask witness, stamp, command."),
    ),
    Cause(
        "backup",
        backup,
        ("failed", "old", "never"),
        _("Read the journal of lockbox-backup.service, mend it and start it by hand."),
        Gauge("backup_age_seconds", "Since a backup was last made"),
    ),
    Cause(
        "archive",
        archive,
        ("failing",),
        _("PostgreSQL's archive_command fails: read its log before its disk is full."),
        Gauge("archive_age_seconds", "Since a piece of its log was archived"),
    ),
    Cause(
        "standby",
        standby,
        ("away", "behind"),
        _("Start the standby; if it is gone for good, drop its replication slot."),
        Gauge("standby_behind_bytes", "What a standby has not got yet", "standby"),
    ),
    Cause(
        "outbox",
        outbox,
        ("late",),
        _("Answers have waited for ten minutes: see if lockbox-outbox.service runs."),
    ),
    Cause(
        "mailbox",
        mailbox,
        ("unreadable",),
        _("Providers' notices are not read: mend the mailbox's login, or open it."),
        Gauge("mailbox_unread", "1 while the mailbox of notices can't be read"),
    ),
    Cause(
        "logs",
        logs,
        ("unreadable",),
        _("See on the start page which provider's log it is, and mend its access."),
        Gauge("logs_unread", "Logs of providers that have not been read for hours"),
    ),
    Cause(
        "feeds",
        feeds,
        ("unreadable",),
        _("See on the start page which calendar or publisher it is, and call them."),
        Gauge("feeds_unread", "Calendars and packages' feeds that can't be read"),
    ),
)
OF_THE_MACHINE = (
    Cause(
        "disk",
        disk,
        ("full",),
        _("Make room on the disk, or make it larger, before nothing can be written."),
        Gauge("disk_free_bytes", "Room on the disk of a folder", "folder"),
    ),
    Cause(
        "certificates",
        certificates,
        ("ends", "ended", "unreadable"),
        _("Get a new certificate in the place of the one that ends within 14 days."),
        Gauge("certificate_days", "Days until a certificate ends", "file"),
    ),
)
OF_THE_DATABASE = Cause(
    DATABASE,
    lambda _facts: Finding(database()),
    ("down", "slow", "full", "read-only"),
    _("Read PostgreSQL's log and `df -h`; after a failover name the new primary."),
)
ALL = (OF_THE_DATABASE, *CAUSES, *OF_THE_MACHINE)
BY_NAME = {cause.name: cause for cause in ALL}


def findings() -> dict[str, Finding]:
    """What was found of each cause of trouble, by its name. Answers soon, whatever is
    locked, and raises nothing where the database is away."""
    bare = Facts(acting.now(), {})
    try:
        with transaction.atomic():
            states = {DATABASE: OF_THE_DATABASE.measure(bare)}
            beats = {row.name: row for row in Heartbeat.objects.all()}
            facts = bare._replace(now=acting.now(), beats=beats)
            states |= {cause.name: cause.measure(facts) for cause in CAUSES}
    except Error as error:
        states = {DATABASE: Finding(trouble(error))}
        states |= {cause.name: Finding(UNKNOWN) for cause in CAUSES}
    return states | {cause.name: cause.measure(bare) for cause in OF_THE_MACHINE}


def bad(states: dict[str, Finding]) -> dict[str, str]:
    """The state of what is known to be in trouble, by name."""
    return {
        name: one.state
        for name, one in states.items()
        if one.state not in (OK, UNKNOWN)
    }


# Mail to whoever acts, at each change of what is in trouble. What was told lies in a
# file: the database may be what is wrong.

AGAIN = timedelta(days=1)
FILE, TELLING_LOCK = "told.json", "lock"


class NobodyTold(Exception):
    """Why no mail went out."""


@contextmanager
def told_in(folder: Path) -> Iterator[dict[str, Any]]:
    """What was told last, by one process at a time; kept where nothing is raised."""
    with (folder / TELLING_LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = folder / FILE
        try:
            memory = json.loads(path.read_text())
        except (FileNotFoundError, ValueError):
            memory = {}
        yield memory
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(memory))
        os.replace(fresh, path)


def tell(memory: dict[str, Any], now_bad: dict[str, str], failed: str = "") -> bool:
    """Send a mail where there is news, or where a day has passed; `failed` is a unit of
    systemd's that has ended badly. Raises NobodyTold."""
    now = acting.now()
    memory["to"] = recipients(memory.get("to", []))
    units = memory.setdefault("units", {})
    unit_is_news = bool(failed) and _is_past(units.get(failed), now)
    before = memory.get("bad", {})
    is_late = bool(now_bad) and _is_past(memory.get("at"), now)
    if before == now_bad and not is_late and not unit_is_news:
        return False
    _send(memory["to"], now_bad, before, failed if unit_is_news else "", now)
    memory |= {"bad": now_bad, "at": now.isoformat()}
    if failed:
        units[failed] = now.isoformat()
    return True


def _is_past(at: str | None, now: datetime) -> bool:
    return at is None or now - datetime.fromisoformat(at) >= AGAIN


def recipients(known: list[str]) -> list[str]:
    """The addresses that alarms go to: of the settings, or else of IT managers and
    administrators; `known` while the database does not answer."""
    if settings.WATCHED.alarm_to:
        return list(settings.WATCHED.alarm_to)
    try:
        rows = roles_in_force(Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)
        people = rows.filter(person__is_active=True).exclude(person__email="")
        return sorted(set(people.values_list("person__email", flat=True)))
    except Error:
        return known


def _send(
    to: list[str],
    now_bad: dict[str, str],
    before: dict[str, str],
    failed: str,
    now: datetime,
) -> None:
    if not settings.MAIL_SERVER or not to:
        raise NobodyTold(
            "Nobody is told: LOCKBOX_MAIL is not set, or nobody has an address."
        )
    with translation.override(settings.LANGUAGE_CODE):
        lines = list(_lines(now_bad, before, failed))
        names = [
            *([failed] if failed else []),
            *(f"{n} {s}" for n, s in now_bad.items()),
        ]
        subject = ", ".join(names) or gettext("all is well again")
        body = "\n\n".join([*lines, link_to("/healthz")])
    refusals = list(_each(to, f"Lockbox: {subject}", body, f"watch {now.isoformat()}"))
    if len(refusals) == len(to):
        raise NobodyTold(refusals[0])


def _each(to: Iterable[str], subject: str, body: str, key: str) -> Iterator[str]:
    """The reasons why some were not told."""
    for address in to:
        try:
            mail_to(address, subject, body, f"{address} {key}")
        except (NoServer, AddressRefused, OSError) as error:
            yield str(error)


def _lines(
    now_bad: dict[str, str], before: dict[str, str], failed: str
) -> Iterator[str]:
    if failed:
        text = gettext("%(unit)s ended with an error: read journalctl --unit=%(unit)s.")
        yield text % {"unit": failed}
    for name, state in now_bad.items():
        yield f"{name}: {state}. {BY_NAME[name].to_do}"
    if over := [name for name in before if name not in now_bad]:
        yield gettext("Well again: %(names)s.") % {"names": ", ".join(over)}
