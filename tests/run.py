"""Runs the tests: `make test` the gate, `make test-all` every test there is.

    python -m tests.run [all] [--folder F] [--moment M] [--seed N] [pytest's]

`--folder law` is `tests/law` alone. Order, what is drawn and the moment are the same at
each run; `--seed` and `--moment` choose others (`now`: the machine's own). What is red,
what took too long (pyproject.toml) and what was not done in fifty minutes ends with 1,
and nothing that was started here outlives the run.
"""

import argparse
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests import moment, tools

ROOT = Path(__file__).resolve().parents[1]
MINUTES = {"gate": 50, "all": 600}
SEED = 1
# Rules of the house are `make lint`; the others have commands of their own.
APART = ("house", "install", "attack")
# A cluster in memory has room for forty databases of each process.
ROOM, MEMORY = 8_000_000_000, 12_000_000_000
SUBREAPER = 36  # of prctl(2)


def main(arguments: list[str]) -> int:
    told, rest = _parser().parse_known_args(arguments)
    then = _moment(told.moment or moment.USUAL)
    print(f"As if it began {then or 'now'}, in order {told.seed}.", flush=True)
    _adopt_orphans()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as folder:
        if then:
            os.environ |= moment.environment(then, Path(folder))
        # The second: else a set has another order in each process.
        os.environ |= {"TESTS_SEED": str(told.seed), "PYTHONHASHSEED": "0"}
        try:
            with _own_cluster():
                return subprocess.run(_command(told, rest), cwd=ROOT).returncode
        finally:
            _end_what_is_left()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.run", allow_abbrev=False)
    parser.add_argument("which", nargs="?", choices=MINUTES, default="gate")
    parser.add_argument("--folder", default="")
    parser.add_argument("--moment", default="")
    parser.add_argument("--seed", type=int, default=SEED)
    return parser


def _moment(wanted: str) -> str:
    if wanted == "now" or tools.TOOLS["gcc"].is_here:
        return wanted.removeprefix("now")
    print("Without gcc the tests run at the machine's own time.")
    return ""


def _command(told: argparse.Namespace, rest: list[str]) -> list[str]:
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile"]
    # A worker that dies is red, and its test would be begun again for ever.
    command += ["--no-loadscope-reorder", "--max-worker-restart=0"]
    command.append(f"--minutes={MINUTES[told.which]}")
    command += [f"--randomly-seed={told.seed}", f"--hypothesis-seed={told.seed}"]
    command += [f"--ignore=tests/{name}" for name in APART]
    if told.which == "gate":
        # What no signal stops (it waits in C) ends with its process.
        command += ["--gate", "-o", "faulthandler_timeout=150"]
        command += ["-o", "faulthandler_exit_on_timeout=true"]
    if told.folder:
        command.append(f"tests/{told.folder}")
    return command + rest


@contextmanager
def _own_cluster() -> Iterator[None]:
    """Of this run alone: two runs of a clone would drop each other's databases. In
    memory where there is room, for tests make and drop hundreds of databases of 1,700
    files, which ext4 avoids to reuse for minutes."""
    place = "/dev/shm" if _has_room() else None  # noqa: S108
    folder = tempfile.mkdtemp(prefix="lockbox-", dir=place)
    os.chmod(folder, 0o711)  # noqa: S103 — root's server is another user's
    os.environ["LOCKBOX_STATE"] = folder
    try:
        yield
    finally:
        destroy = [sys.executable, "-m", "lockbox_site.postgres", "destroy"]
        subprocess.run(destroy, cwd=ROOT)
        shutil.rmtree(folder, ignore_errors=True)


def _has_room() -> bool:
    limit = Path("/sys/fs/cgroup/memory.max")
    most = limit.read_text().strip() if limit.exists() else "max"
    if most != "max" and int(most) < 10**10:
        return False
    free = Path("/proc/meminfo").read_text().split("MemAvailable:")[1].split()[0]
    shm = Path("/dev/shm")  # noqa: S108
    return (
        int(free) * 1024 > MEMORY
        and os.access(shm, os.W_OK)
        and shutil.disk_usage(shm).free > ROOM
    )


def _adopt_orphans() -> None:
    """What tests start and leave becomes a child of this process, by Linux."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def _end_what_is_left() -> None:
    for process in psutil.Process().children(recursive=True):
        try:
            process.kill()
            process.wait(10)
        except psutil.Error:
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
