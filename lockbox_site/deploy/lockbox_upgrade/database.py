"""The database, and its copies that are the way back."""

import os
import re
import time

from lockbox_upgrade.server import PATIENCE, SETTINGS, Trouble, run
from lockbox_upgrade.state import State


def psql(text: str, *, of: str = "postgres") -> str:
    return run(
        *("runuser", "-u", "postgres", "--", "psql", "-XAtq"),
        *("-v", "ON_ERROR_STOP=1", "-d", of, "-c", text),
        env={**os.environ, "PGAPPNAME": "lockbox-upgrade"},
    )


def database() -> str:
    """Its name; Trouble where it is not this server's."""
    address = re.search(
        r"^DATABASE_URL=(.*)$", (SETTINGS / "owner.env").read_text(), re.MULTILINE
    )
    here = r"postgres(?:ql)?://[^@/]*@(?:127\.0\.0\.1|localhost)?(?::\d+)?/(\w+)"
    own = address and re.match(here, address[1])
    if own is None:
        raise Trouble(
            "The database in /etc/lockbox/owner.env is not on this server, and can't be"
            " copied from here: upgrade by hand (docs/installation.md, Upgrading)."
        )
    return own[1]


def before(state: State) -> str:
    """The database as it was, beside the one that is migrated."""
    return f"{database()}_before_{state['to']}"


def undone(state: State) -> str:
    return f"{database()}_undone_{state['to']}"


def there_is(name: str) -> bool:
    return bool(psql(f"select 1 from pg_database where datname = '{name}'"))


def drop(name: str) -> None:
    leave_alone(name)
    psql(f'drop database if exists "{name}"')


def leave_alone(name: str) -> None:
    psql(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
        f" where datname = '{name}' and pid <> pg_backend_pid()"
    )


def earlier(name: str) -> list[str]:
    """Copies of it that upgrades have left."""
    return psql(
        "select datname from pg_database"
        f" where datname ~ '^{name}_(before|undone)_\\d+\\.'"
    ).split()


def ledger() -> list[int]:
    """How many lines it has, and how many of them are changes."""
    count = "count(*), count(*) filter (where kind = 'change')"
    answer = psql(f"select {count} from audit_app_ledgerentry", of=database())
    return [int(number) for number in answer.split("|")]


def wait_for_postgresql() -> None:
    """What a killed one asked of it, and of our commands, has ended."""
    run("systemctl", "stop", "lockbox-manage-*.service")
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psql(
                "select pg_terminate_backend(pid, 60000) from pg_stat_activity where"
                " application_name = 'lockbox-upgrade' and pid <> pg_backend_pid()"
            )
            return
        except Trouble:
            if time.monotonic() > deadline:
                return
            time.sleep(1)
