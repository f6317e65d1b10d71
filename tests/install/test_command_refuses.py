"""`lockbox-upgrade` refuses what is no next release, or has no room: nothing is changed.

And `lockbox-manage` hands over what is typed.
"""

import os
import re

import pytest

from tests.install.upgrades import file_of, is_whole, refused

pytestmark = pytest.mark.skipif(
    "LOCKBOX_RELEASE" not in os.environ, reason="`make install-test` runs it"
)


@pytest.fixture(autouse=True)
def no_trace(machine, releases):
    """The guide takes the newest file that lies in /root for the next release."""
    yield
    keep = " ".join(f"! -name 'lockbox-{version}.tar.gz*'" for version in releases)
    machine.sh(f"find /root -maxdepth 1 -name 'lockbox-*.tar.gz*' {keep} -delete")


def test_what_is_not_the_next_release_is_refused(machine, releases, publisher):
    older, newer = releases
    home = machine.root / "root"
    wrong = {
        "unsigned": ("rm {0}.sig", "lockbox-x.tar.gz.sig is missing: fetch it"),
        "altered": ("echo >>{0}", "is not a signature of lockbox-x.tar.gz"),
        "unknown": ("mv /etc/lockbox/release-signers /root/s", "is missing: it names"),
    }
    for name, (damage, sentence) in wrong.items():
        file = "/root/lockbox-x.tar.gz"
        machine.sh(f"cp {file_of(newer)} {file}; cp {file_of(newer)}.sig {file}.sig")
        machine.sh(damage.format(file))
        told = refused(machine, f"lockbox-upgrade {file}")
        machine.sh("[ ! -e /root/s ] || mv /root/s /etc/lockbox/release-signers")
        assert sentence in told, (name, told)
    built = {
        "two": ("tar xf {old}; tar xf {new}", "holds not one release but lockbox-"),
        "arm": (
            "tar xf {new}; touch $(echo lockbox-*/wheels)/x-1-cp313-cp313-manylinux_2_17_aarch64.whl",
            "is for another machine than this one",
        ),
    }
    for name, (make, sentence) in built.items():
        make = make.format(old=file_of(older), new=file_of(newer))
        machine.sh(
            f"rm -rf /tmp/{name}; mkdir /tmp/{name}; cd /tmp/{name}; {make};"
            f" tar czf /root/lockbox-{name}.tar.gz *"
        )
        publisher.sign(home / f"lockbox-{name}.tar.gz")
        told = refused(machine, f"lockbox-upgrade /root/lockbox-{name}.tar.gz")
        assert sentence in told, (name, told)
    two = "/root/both"
    machine.sh(f"mkdir {two}")
    machine.sh(f"tar xf {file_of(older)} -C {two} --strip-components=1")
    machine.sh(f"tar xf {file_of(newer)} -C {two} --strip-components=1")
    assert re.search(
        "More than one release lies in", refused(machine, f"{two}/install")
    )
    assert "lockbox-upgrade FILE" in refused(
        machine, f"tar xf {file_of(newer)} -C /tmp; /tmp/lockbox-{newer}/install"
    )


def test_a_release_between_is_not_left_out(machine, releases, publisher):
    older, newer = releases
    between = f"{older}.1" if "+" in older else f"{older}.post1"
    name = "lockbox-far.tar.gz"
    machine.sh(
        f"mkdir /tmp/far; cd /tmp/far; tar xf {file_of(newer)}\n"
        f"sed -i '0,/^## /s//## {between} – 2026-12-01\\n\\n## /' lockbox-*/CHANGELOG.md\n"
        f"tar czf /root/{name} *"
    )
    publisher.sign(machine.root / "root" / name)
    told = refused(machine, f"lockbox-upgrade /root/{name}")
    assert f"comes {between}: upgrade to that first." in told


@pytest.mark.parametrize("place", ["/var/backups/lockbox", "/opt/lockbox"])
def test_without_room_nothing_is_begun(machine, releases, place):
    """What lies there is seen through the full disk, so that all else is as it was."""
    older, newer = releases
    told = machine.sh(
        "mkdir -p /run/full; mount -t tmpfs -o size=1m tmpfs /run/full\n"
        f"mkdir /run/full/upper /run/full/work\n"
        f"mount -t overlay overlay -o lowerdir={place},upperdir=/run/full/upper,"
        f"workdir=/run/full/work {place}\n"
        f"lockbox-upgrade {file_of(newer)} 2>&1; echo ended with $?\n"
        # A round of the sweep that began meanwhile is at work there.
        f"umount --lazy {place} /run/full".replace("2>&1;", "2>&1 ||"),
    ).stdout
    assert "ended with 1" in told
    assert re.search(rf"{place} has [01] MB free, and an upgrade needs \d+", told)


def test_after_all_that_was_refused_it_is_whole(machine, releases):
    older, _newer = releases
    is_whole(machine, older)


def test_a_command_gets_what_was_typed(machine, releases):
    words = "två  ord $HOME ${HOME} %n %% \\ \"x\" 'y' *;é"
    code = f"import sys; print({words!r})"
    quoted = code.replace("'", "'\\''")
    told = machine.sh(f"lockbox-manage owner shell --verbosity 0 -c '{quoted}'").stdout
    assert told.strip() == words


def test_a_command_speaks_the_language_of_the_terminal(machine, releases):
    code = 'import os; print(os.environ["LANG"], os.environ["LANGUAGE"])'
    told = machine.sh(
        "export LANG=sv_SE.UTF-8 LANGUAGE=sv; unset LC_ALL\n"
        f"lockbox-manage owner shell --verbosity 0 -c '{code}'"
    ).stdout
    assert told.strip() == "sv_SE.UTF-8 sv"
