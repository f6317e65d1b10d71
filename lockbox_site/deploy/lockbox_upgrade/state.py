"""How far an upgrade has come, on the disk before it goes on; and what it has said."""

import fcntl
import json
import os
import time
from pathlib import Path
from typing import Any

WORK = Path("/var/lib/lockbox-upgrade")
STATE, LOG = WORK / "state.json", WORK / "log"
# While these lie there no unit of Lockbox starts, and nginx shows its page alone.
STILL, AWAY = WORK / "still", WORK / "away"

State = dict[str, Any]


def load() -> State:
    return json.loads(STATE.read_text()) if STATE.exists() else {}


def save(state: State) -> None:
    written = STATE.with_suffix(".new")
    with written.open("w") as file:
        json.dump(state, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    written.replace(STATE)
    folder = os.open(WORK, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def tell(sentence: str) -> None:
    with LOG.open("a") as log:
        print(time.strftime("%H:%M:%S"), sentence, file=log)


def conclude(state: State, sentence: str) -> None:
    state.update(done=state["way"], way="", told=sentence, at=time.time())
    tell(sentence)
    save(state)


def hold() -> int:
    """Nobody else is at work, nor what a killed one has begun."""
    lock = os.open(WORK / "lock", os.O_RDWR | os.O_CREAT)
    os.set_inheritable(lock, True)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock
