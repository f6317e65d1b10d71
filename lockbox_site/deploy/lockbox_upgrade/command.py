"""Comes from the release that runs to another, or back to the one before:

    lockbox-upgrade FILE            to the release in FILE; its signature lies beside it
    lockbox-upgrade --back          to the release before, also while an upgrade runs
    lockbox-upgrade --back --lose   and what was written since is lost
    lockbox-upgrade --forget        the way back goes, and what it takes of the disk

What it does, in which order, stands in steps.py. Each step may be killed and begins
anew: upgrade-lockbox.service goes on, at a start of the server too. What fails on the
way there is gone back from by itself.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from lockbox_upgrade.database import before, database, drop, earlier, ledger, there_is
from lockbox_upgrade.release import look_at, verified
from lockbox_upgrade.server import RELEASES, Trouble, current, run
from lockbox_upgrade.state import LOG, WORK, State, hold, load, save
from lockbox_upgrade.walk import TOOL, go_on

SERVICE = "upgrade-lockbox.service"


def begin(name: str) -> None:
    if load().get("way"):
        print("An upgrade is going on already.")
        go_with(load())
    lock = hold()
    version = look_at(verified(Path(name).absolute()))
    if version is None:
        return
    there = current()
    LOG.write_text("")
    print(f"From Lockbox {there} to {version}. It goes on if this terminal is closed.")
    state = {"from": there, "to": version, "way": "on", "step": "install", "tool": TOOL}
    save(state)
    os.close(lock)
    go_with(state)


def back(*, lose: bool) -> None:
    if load().get("way") == "on":
        run("systemctl", "stop", SERVICE)
    lock = hold()
    state = load()
    if state.get("way") == "on":
        state["why"] = f"It was called back at {state['step']}."
    elif not state.get("way"):
        may_go_back(state, lose=lose)
        state["why"] = f"Back from Lockbox {state['to']}."
    if state["way"] != "back":
        state.update(way="back", step="stop")
        save(state)
    os.close(lock)
    go_with(state)


def may_go_back(state: State, *, lose: bool) -> None:
    if state.get("done") != "on" or current() != state["to"]:
        raise Trouble(
            "There is no upgrade to go back from: the release before runs already."
        )
    gone = (
        "The way back was forgotten: restore a backup of Lockbox"
        f" {state['from']}'s time (docs/installation.md)."
    )
    if not (RELEASES / state["from"] / "deploy").exists():
        raise Trouble(gone)
    if not state.get("migrated"):
        return
    if not there_is(before(state)):
        raise Trouble(gone)
    since = [now - then for now, then in zip(ledger(), state["lines"], strict=True)]
    if since[0] and not lose:
        raise Trouble(
            f"Since the upgrade {since[0]} lines were written to the ledger, {since[1]}"
            " of them changes, and the release before can't read its tables: they would"
            " be lost. Stay, and have it mended; or lose them: lockbox-upgrade --back"
            " --lose. Then docs/operations.md, After a restore."
        )


def forget(days: int) -> None:
    """The way back of an upgrade that was concluded so many days ago."""
    state = load()
    if not state or state["way"] or time.time() - state["at"] < days * 86400:
        return
    for name in earlier(database()):
        drop(name)
    for place in RELEASES.iterdir():
        if place.is_dir() and not place.is_symlink() and place.name != current():
            shutil.rmtree(place)


def go_with(state: State) -> None:
    """The service does it; this tells what it does, and whether it came to be."""
    wanted, size = state["way"], LOG.stat().st_size
    run("systemctl", "start", "--no-block", SERVICE)
    with LOG.open() as log:
        log.seek(size)
        while load()["way"] and is_at_work():
            print(log.read(), end="", flush=True)
            time.sleep(0.3)
        print(log.read(), end="", flush=True)
    state = load()
    sys.exit(0 if not state["way"] and state["done"] == wanted else 1)


def is_at_work() -> bool:
    answer = subprocess.run(
        ["systemctl", "is-active", SERVICE], check=False, capture_output=True, text=True
    )
    return answer.stdout.strip() in ("active", "activating", "deactivating")


def main(words: list[str]) -> None:
    if os.geteuid():
        raise Trouble("Only root may do that.")
    WORK.mkdir(mode=0o755, exist_ok=True)
    LOG.touch()
    if words == ["--go-on"]:
        go_on()
    elif words[:1] == ["--forget"] and len(words) < 3:
        forget(int(words[1]) if len(words) == 2 else 0)
    elif words in (["--back"], ["--back", "--lose"]):
        back(lose="--lose" in words)
    elif len(words) == 1 and not words[0].startswith("-"):
        begin(words[0])
    else:
        sys.exit(__doc__)
