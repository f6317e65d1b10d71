"""The steps on and back, in their order. Each may have been begun before."""

import time
from collections.abc import Callable

from lockbox_upgrade.database import (
    before,
    database,
    drop,
    earlier,
    leave_alone,
    ledger,
    psql,
    there_is,
    undone,
)
from lockbox_upgrade.server import (
    BACKUPS,
    RELEASES,
    Trouble,
    manage,
    run,
    succeeds,
    wait_until_ready,
)
from lockbox_upgrade.state import AWAY, STILL, WORK, State, save

Steps = dict[str, Callable[[State], None]]


def install(state: State) -> None:
    """the new release beside the one that runs"""
    run(WORK / "unpacked" / f"lockbox-{state['to']}" / "install", "--beside")
    state["migrates"] = schema(state["from"]) != schema(state["to"])


def schema(version: str) -> tuple[list[str], dict[str, bytes]]:
    """What `migrate` of a release goes by: names of migrations, and reference data."""
    (packages,) = (RELEASES / version / "lib").glob("python3*/site-packages")
    data = packages / "requests_app" / "catalogue"
    return (
        sorted(
            str(one.relative_to(packages)) for one in packages.rglob("migrations/*.py")
        ),
        {
            one.name: one.read_bytes()
            for one in data.rglob("*")
            if one.suffix != ".pyc" and one.is_file()
        },
    )


def backup(state: State) -> None:
    """a backup, while people work"""
    begun = time.strftime("lockbox-%Y%m%dT%H%M%SZ", time.gmtime())
    run("systemctl", "start", "lockbox-backup.service")
    newest = max((one.name for one in BACKUPS.glob("lockbox-*Z")), default="")
    if newest < begun or not (BACKUPS / newest / "manifest.json").exists():
        raise Trouble(
            f"No whole backup came to lie in {BACKUPS}: `journalctl -u lockbox-backup`."
        )


def stop(state: State) -> None:
    """nobody gets in, and all stands still"""
    state["stopped"] = True
    save(state)
    AWAY.touch()
    STILL.touch()
    run("systemctl", "stop", "lockbox.target", "lockbox-*.timer", "lockbox-*.service")


def copy(state: State) -> None:
    """the database as it is, beside it: the way back"""
    if not state["migrates"]:
        return
    for name in earlier(database()):
        drop(name)
    leave_alone(database())
    owner = psql(
        f"select datdba::regrole from pg_database where datname = '{database()}'"
    )
    psql(
        f'create database "{before(state)}" owner {owner} template "{database()}"'
        " strategy file_copy"
    )
    psql(f'revoke connect on database "{before(state)}" from public')


def switch(state: State) -> None:
    """programs, units, nginx's file and these commands are the new ones"""
    turn_to(state["to"])


def turn_to(version: str) -> None:
    run(RELEASES / version / "deploy" / "switch")
    if succeeds("systemctl", "is-active", "nginx"):
        run("nginx", "-t")
    for name in ("nginx", "fail2ban", "postgresql"):
        if succeeds("systemctl", "is-active", name):
            run("systemctl", "reload", name)


def migrate(state: State) -> None:
    """tables and reference data"""
    state["migrated"] = state["migrates"]
    save(state)
    manage("migrate", "--verbosity", "0")


def check(state: State) -> None:
    """guards and rights, all history and the whole ledger"""
    manage("check_database")
    manage("check_record")


def start(state: State) -> None:
    """the web, until it is ready"""
    STILL.unlink(missing_ok=True)
    run("systemctl", "start", "lockbox-web.service")
    wait_until_ready()


def open_doors(state: State) -> None:
    """everybody gets in"""
    if "lines" not in state:
        state["lines"] = ledger()
        save(state)
    run("systemctl", "start", "lockbox.target")
    AWAY.unlink(missing_ok=True)
    timer = "lockbox-practice-reset.timer"
    if succeeds("systemctl", "is-enabled", timer):
        run("systemctl", "start", timer)
        run("systemctl", "start", "--no-block", "lockbox-practice-reset.service")


def swap(state: State) -> None:
    """the database as it was takes its place again"""
    if not state.get("migrated") or not there_is(before(state)):
        return
    drop(undone(state))
    for name in (database(), before(state)):
        leave_alone(name)
    psql(
        f'begin; alter database "{database()}" rename to "{undone(state)}";'
        f' revoke connect on database "{undone(state)}" from public;'
        f' alter database "{before(state)}" rename to "{database()}";'
        f' grant connect on database "{database()}" to public; commit'
    )


def switch_back(state: State) -> None:
    """programs, units, nginx's file and commands are those before"""
    turn_to(state["from"])


def mend(state: State) -> None:
    """rights on the database, which a copy has not; and the checks"""
    if state.get("migrated"):
        manage("migrate", "--verbosity", "0")
    manage("check_database")


ON = {
    "install": install,
    "backup": backup,
    "stop": stop,
    "copy": copy,
    "switch": switch,
    "migrate": migrate,
    "check": check,
    "start": start,
    "open": open_doors,
}


BACK = {
    "stop": stop,
    "swap": swap,
    "switch": switch_back,
    "mend": mend,
    "start": start,
    "open": open_doors,
}
