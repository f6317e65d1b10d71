"""Keys and passwords of a server given others, as docs/upkeep.md says."""

import os

import pytest

from tests.install.guide import follow
from tests.install.upgrades import SIGN_IN, is_whole

pytestmark = pytest.mark.skipif(
    "LOCKBOX_RELEASE" not in os.environ, reason="`make install-test` runs it"
)


def setting(machine, name, file="web"):
    told = machine.sh(f"sed -n 's#^{name}=##p' /etc/lockbox/{file}.env").stdout
    return told.strip()


@pytest.mark.parametrize(
    "chapter, name",
    [
        ("The database's passwords", "APP_DATABASE_URL"),
        ("The secret key", "LOCKBOX_SECRET_KEY"),
    ],
)
def test_a_chapter_of_the_document(machine, releases, chapter, name):
    older, _newer = releases
    before = setting(machine, name)
    follow(machine, chapter, document="upkeep.md")
    assert setting(machine, name) == setting(machine, name, "owner") != before
    machine.sh(
        "for i in $(seq 60); do"
        " curl --silent --fail http://127.0.0.1:8000/ready && exit; sleep 1; done; false"
    )
    machine.sh(SIGN_IN)
    is_whole(machine, older)
