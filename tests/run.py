"""Runs the tests: `make test` those of every day, `.ci/run` every test there is.

    python -m tests.run [all] [--moment M] [--seed N] [--turn N] [--minutes N] [pytest's]

`all`: those of every day first and whole; then the long ones, from a place that goes
round with `--turn` (the number of commits), which also chooses moment and seed. Nothing
begins when `--minutes` are over: what was not run is said by name. Ends with 1 where a
test was red, and otherwise by what it saw.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import moment

ROOT = Path(__file__).resolve().parents[1]
# A cluster in memory has room for forty databases of each process.
ROOM, MEMORY = 8_000_000_000, 12_000_000_000
NOTHING_FOUND = 5  # of pytest, where an expression leaves no test


def main(arguments: list[str]) -> int:
    told, rest = _parser().parse_known_args(arguments)
    if told.seed is None:  # a run of CI that is repeated is the same
        told.seed = random.randrange(10**6) if told.turn is None else told.turn  # noqa: S311
    then = told.moment
    if not then and told.turn is not None:
        then = moment.in_turn(told.turn)
    print(f"As if it began {then or 'now'}, in order {told.seed}.", flush=True)
    ends = time.monotonic() + told.minutes * 60
    with tempfile.TemporaryDirectory() as folder:
        if then:
            os.environ |= moment.environment(then, Path(folder))
        with _state():
            counts = []
            for which in _sessions(told.which):
                report = Path(folder) / which
                options = [f"--randomly-seed={told.seed}", f"--tests-report={report}"]
                if which == "long" and told.turn is not None:
                    options.append(f"--turn={told.turn}")
                if told.minutes:
                    options.append(f"--ends={ends}")
                counts.append(_pytest(which, [*options, *rest], report))
    return _told(counts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.run", allow_abbrev=False)
    parser.add_argument("which", nargs="?", default="everyday")
    parser.add_argument("--moment", default="")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--turn", type=int)
    parser.add_argument("--minutes", type=float, default=0)
    return parser


def _sessions(which: str) -> list[str]:
    return ["everyday", "long"] if which == "all" else [which]


def _pytest(which: str, options: list[str], report: Path) -> dict:
    expression = {"everyday": "not long", "long": "long"}[which]
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile"]
    command += ["--no-loadscope-reorder", "-m", expression]
    # Rules of the house are `make lint`; the others have commands of their own.
    command += [f"--ignore=tests/{name}" for name in ("house", "install", "attack")]
    status = subprocess.run([*command, *options], cwd=ROOT).returncode
    found = json.loads(report.read_text()) if report.exists() else {}
    red = status not in (0, NOTHING_FOUND)
    return {"there": 0, "ran": 0, "late": [], "lacking": {}} | found | {"red": red}


def _told(counts: list[dict]) -> int:
    there, ran = (sum(one[name] for one in counts) for name in ("there", "ran"))
    late = [name for one in counts for name in one["late"]]
    print(f"\n{there} tests, {ran} run.")
    if late:
        print("Not begun, for want of time:", *late, sep="\n  ")
    return int(any(one["red"] for one in counts))


@contextmanager
def _state() -> Iterator[None]:
    """Tests make and drop hundreds of databases of 1,700 files, which ext4 avoids to
    reuse for minutes: their cluster lies in memory, where there is room for it, and
    goes with them."""
    if os.environ.get("LOCKBOX_STATE") or not _has_room():
        yield
        return
    folder = tempfile.mkdtemp(prefix="lockbox-", dir="/dev/shm")
    os.chmod(folder, 0o711)  # noqa: S103 — root's server is another user's
    os.environ["LOCKBOX_STATE"] = folder
    try:
        yield
    finally:
        destroy = [sys.executable, "-m", "lockbox_site.postgres", "destroy"]
        subprocess.run(destroy, cwd=ROOT)
        shutil.rmtree(folder, ignore_errors=True)
        del os.environ["LOCKBOX_STATE"]


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
