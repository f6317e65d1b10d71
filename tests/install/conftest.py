"""One bare Debian for all that is tried on one, with a release to be installed."""

from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.install.guide import follow
from tests.install.machine import Machine
from tests.install.publisher import Publisher, next_release
from tests.install.upgrades import SIGN_IN, version

# What has machines and networks of its own; all else takes the same ports of this one.
APART = ("test_machines.py", "test_release.py", "test_upgrade.py")


class ByPorts(LoadScopeScheduling):
    """Two processes: what takes this machine's ports is done one after the other."""

    def _split_scope(self, nodeid):
        return "apart" if Path(nodeid.partition("::")[0]).name in APART else "here"


def pytest_xdist_make_scheduler(config, log):
    return ByPorts(config, log)


def pytest_collection_modifyitems(items):
    """The image before what is booted on its ports."""
    items.sort(key=lambda item: item.path.name != "test_image.py")


@pytest.fixture(scope="session")
def publisher(tmp_path_factory):
    return Publisher(tmp_path_factory.mktemp("publisher"))


@pytest.fixture(scope="session")
def machine(tmp_path_factory, publisher):
    machine = Machine(tmp_path_factory.mktemp("debian") / "root")
    machine.make()
    publisher.prepare(machine)
    machine.boot()
    yield machine
    machine.remove()


@pytest.fixture(scope="session")
def releases(machine, publisher, tmp_path_factory):
    """(version that runs, version that comes after); both lie in /root."""
    if not machine.installed:
        follow(machine)
        machine.installed = True
    newer = publisher.hand_out(
        next_release(tmp_path_factory.mktemp("next")), machine.root / "root"
    )
    machine.sh(SIGN_IN)
    return version(machine), newer[len("lockbox-") : -len(".tar.gz")]
