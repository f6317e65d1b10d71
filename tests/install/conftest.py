"""One bare Debian for all that is tried on one, with a release to be installed."""

import pytest

from tests.install.guide import follow
from tests.install.machine import Machine
from tests.install.publisher import Publisher, next_release
from tests.install.upgrades import SIGN_IN, version

# What has machines and networks of its own; all else takes the same ports of this one.
APART = ("test_machines.py", "test_release.py", "test_upgrade.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Two groups, beside each other; the image before what is booted on its ports."""
    items.sort(key=lambda item: item.path.name != "test_image.py")
    for item in items:
        group = "apart" if item.path.name in APART else "here"
        item.add_marker(pytest.mark.xdist_group(group))


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
