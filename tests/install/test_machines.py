"""docs/machines.md, as it stands, on four booted Debians; then the power of one after the
other is cut while eight people work: what they were told as done is there, once."""

import os
import shutil
import subprocess
import time
from collections import Counter

import pytest

from tests.install import network
from tests.install.at_work import Person, Shift
from tests.install.guide import PASSWORDS, follow, read
from tests.install.machine import Machine

pytestmark = pytest.mark.skipif(
    "LOCKBOX_RELEASE" not in os.environ, reason="`make install-test` runs it"
)
DATABASES, WEBS = ("db1", "db2"), ("web1", "web2")
PEOPLE = 8
# Debian's own way: a package that is installed starts no service, and PostgreSQL makes no
# cluster on the next free port. The first of them is still on this machine's network,
# where others have the ports.
START_NOTHING = """
printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d
mkdir --parents /etc/postgresql-common/createcluster.d
echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/none.conf
"""
# Seconds until everybody works again, after a machine is gone.
AT_MOST = 60


@pytest.fixture(scope="module")
def four(tmp_path_factory, publisher):
    """Booted, with what chapter 1 says; by name."""
    folder = tmp_path_factory.mktemp("four")
    first = Machine(folder / "first")
    first.make()
    publisher.prepare(first)
    first.boot()
    first.sh(START_NOTHING)
    follow(first, "1. Packages", "2. Lockbox", "3. Users and places")
    follow(first, "1. Every machine", document="machines.md")
    first.sh("rm /usr/sbin/policy-rc.d")
    first.shut_down()
    network.lay()
    machines = {name: first.copy_to(folder / name, name) for name in network.ADDRESSES}
    shutil.rmtree(first.root)
    for one in machines.values():
        one.boot()
    yield machines
    for one in machines.values():
        one.remove()
    network.remove()


def test_the_guide_is_followed_and_a_machine_that_goes_takes_nothing_along(four):
    lay_out(four)
    certificate = four["web1"].root / "etc/lockbox/tls/certificate.pem"
    anna = Person(certificate)
    anna.sign_in("anna", "Anna valde just detta")
    told = [gone(four, anna, certificate, name) for name in ("db1", "web2")]
    print("\n".join(told))


def lay_out(four):
    """Chapters 2 to 9, each at the machine that its heading names."""
    there = "/root/between"
    machines(four, "2", "web1")
    for name in DATABASES:
        copied(four, "web1", f"{there}/{name}", name, there)
    machines(four, "3", "web1")
    for name in DATABASES:
        machines(four, "4", name)
    installation(four, "4. Settings", "web1")
    machines(four, "5", "web1")
    for name in ("web.env", "owner.env"):
        copied(four, "web1", f"/etc/lockbox/{name}", "db1", f"{there}/{name}")
    machines(four, "6", "db1")
    installation(four, "6. Tables", "web1")
    copied(four, "web1", "/etc/lockbox/.", "web2", "/etc/lockbox")
    (four["web2"].root / "etc/lockbox/ledger.env").unlink()
    for name in ("sealing.key", "ledger.key.pub"):
        path = f"/var/lib/lockbox/{name}"
        copied(four, "web1", path, "web2", path)
    for name in WEBS:
        machines(four, "8", name)
        installation(four, "7. Web, sweep and backup", name)
    installation(four, "8. nginx with TLS", "web1")
    machines(four, "9", "web1")
    installation(four, "11. First people", "web1")


def machines(four, number, name):
    for script in read("machines.md", f"{number}. "):
        print(f"== {name}, {number}\n{four[name].sh(script).stdout}", flush=True)


def installation(four, heading, name):
    for script in read("installation.md", heading):
        typed = PASSWORDS if "found_city" in script else ""
        print(f"== {name}, {heading}\n{four[name].sh(script, typed=typed).stdout}")


def copied(four, source, path, target, place):
    """With owners and modes, as by rsync or tar."""
    roots = four[source].root, four[target].root
    command = ["cp", "--archive", f"{roots[0]}{path}", f"{roots[1]}{place}"]
    subprocess.run(command, check=True)


def gone(four, anna, certificate, name):
    """Its power is cut while people work; it comes back. What is to be told of it."""
    before = entered(four)
    with Shift([Person(certificate, anna.cookies) for _ in range(PEOPLE)]) as shift:
        time.sleep(20)
        four[name].cut_power()
        went = time.monotonic()
        time.sleep(30)
        while shift.told_since(went) < 10 * PEOPLE and time.monotonic() < went + 90:
            time.sleep(1)
    four[name].boot()
    done, unsure = shift.entered()
    rows = Counter(entered(four) - before)
    assert len(done) > PEOPLE
    assert not done - set(rows), "told as done and not there"
    assert set(rows.values()) == {1}, "there twice"
    assert set(rows) <= done | unsure
    assert shift.pause() <= AT_MOST
    follows(four)
    return (
        f"{name} gone: {len(done)} told as done, all there once; {len(unsure)} without an"
        f" answer or refused, of which {len(set(rows) - done)} are there;"
        f" nothing done for {shift.pause():.0f} s"
    )


def entered(four):
    """Names of branches in the database that is written to, as often as they are there."""
    question = "select name from requests_app_secrecybranch"
    for name in DATABASES:
        asked = four[name].sh(
            "cd /; runuser -u postgres -- psql lockbox -Atc"
            f" 'select pg_is_in_recovery()' -c '{question}'",
            check=False,
        )
        first, *names = asked.stdout.split() or ["t"]
        if first == "f":
            return Counter(names)
    raise AssertionError("no database is written to")


def follows(four):
    """Both databases are there again, one of them behind the other."""
    state = "cd /; runuser -u postgres -- pg_autoctl show state --pgdata {}"
    for _try in range(90):
        shown = four["web1"].sh(state.format("/var/lib/postgresql/monitor")).stdout
        if "| secondary" in shown.replace("  ", "") and "primary" in shown:
            return
        time.sleep(2)
    raise AssertionError(shown)
