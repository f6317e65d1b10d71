"""Clusters of their own for the launcher's tests, beside the clone's."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import moment
from tests.helpers import databases
from tests.helpers.own_cluster import make_logins

CLONE = Path(__file__).resolve().parents[2]
Launch = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def state() -> Iterator[Path]:
    # Not tmp_path: as root, PostgreSQL's own user must be able to pass.
    folder = Path(tempfile.mkdtemp(prefix="lockbox-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def launch(state: Path) -> Iterator[Launch]:
    def launch(*command: str, **choices: Any) -> subprocess.CompletedProcess[str]:
        return _launch(*command, **{"LOCKBOX_STATE": str(state), **choices})

    yield launch
    launch("destroy")


@pytest.fixture
def logins(launch: Launch, state: Path) -> dict[str, str]:
    return make_logins(launch, state)


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[Callable[[], None]]:
    """An empty database that every alias is let at when it is called, and back again."""
    with databases.beside("restored") as name:
        yield lambda: databases.connect_to(name)


def _launch(
    *command: str,
    clone: Path = CLONE,
    python: str = sys.executable,
    user: int | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-m", "lockbox_site.postgres", *command],
        cwd=clone,
        env={"PATH": os.environ["PATH"], **moment.kept(), **environment},
        user=user,
        capture_output=True,
        text=True,
    )
