"""One bare Debian for all that is tried on one, with a release to be installed."""

import os
import subprocess

import pytest

from tests.install.machine import Machine
from tests.install.publisher import Publisher


@pytest.fixture(scope="session")
def publisher(tmp_path_factory):
    return Publisher(tmp_path_factory.mktemp("publisher"))


@pytest.fixture(scope="session")
def machine(tmp_path_factory, publisher):
    machine = Machine(tmp_path_factory.mktemp("debian") / "root")
    machine.make()
    home = machine.root / "root"
    publisher.hand_out(os.environ["LOCKBOX_RELEASE"], home)
    (home / "release-signers").write_text(publisher.signers)
    key = home / "backup.key"
    subprocess.run(["age-keygen", "-o", key], check=True)
    subprocess.run(["age-keygen", "-y", "-o", key.with_suffix(".pub"), key], check=True)
    machine.boot()
    yield machine
    machine.remove()
