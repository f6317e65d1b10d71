"""What the database tells of itself: does it take what is written, does its log of
writes leave the machine, and does its standby follow?"""

from django.db import Error, connection
from psycopg.errors import DiskFull

from audit_app.deadlines import Deadline, deadline_of
from lockbox_site.watch.finding import Facts, Finding
from requests_app.models import Heartbeat

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
