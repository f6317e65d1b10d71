"""`lockbox-upgrade` on a booted Debian: there and back, killed at each step, and refused.

One release runs after everything, whole: its programs, units, database and record.
"""

import os
import re
import runpy

import pytest

from tests.install.guide import follow
from tests.install.publisher import CLONE, next_release

pytestmark = pytest.mark.skipif(
    "LOCKBOX_RELEASE" not in os.environ, reason="`make install-test` runs it"
)
TOOL = runpy.run_path(str(CLONE / "lockbox_site/deploy/lockbox-upgrade"))
ASK = (
    "ask() { curl --silent --show-error -b /root/jar -c /root/jar -o /root/page"
    " -w '%{http_code}' --cacert /etc/lockbox/tls/certificate.pem"
    " --resolve lockbox.example.se:443:127.0.0.1"
    ' -e https://lockbox.example.se/login/ "$@"; }; '
)
SIGN_IN = f"""{ASK}rm -f /root/jar
ask https://lockbox.example.se/login/
token=$(awk '$6 == "csrftoken" {{ print $7 }}' /root/jar)
ask -d csrfmiddlewaretoken=$token -d username=anna \\
    --data-urlencode 'password=Anna valde just detta' https://lockbox.example.se/login/
"""
# Reads state.json until a step has begun, and kills what does it.
KILLED = """
(lockbox-upgrade {words} >/root/told 2>&1; echo $? >/root/rc) &
for step in {steps}; do
    for i in $(seq 10000); do
        state=$(</var/lib/lockbox-upgrade/state.json)
        [[ $state == *'"way": "{way}"'*'"step": "'$step'"'* ]] && break
        sleep 0.03
    done
    [[ $state == *'"step": "'$step'"'* ]] || {{ echo "$step was not met"; exit 1; }}
    systemctl kill --kill-whom=all --signal=KILL upgrade-lockbox.service
    echo "killed at $step"
done
wait
cat /root/told
exit $(cat /root/rc)
"""


@pytest.fixture(scope="module")
def releases(machine, publisher, tmp_path_factory):
    """(version that runs, version that comes after); both lie in /root."""
    if not machine.installed:
        follow(machine)
    newer = publisher.hand_out(
        next_release(tmp_path_factory.mktemp("next")), machine.root / "root"
    )
    machine.sh(SIGN_IN)
    return version(machine), newer[len("lockbox-") : -len(".tar.gz")]


def version(machine):
    return machine.sh("readlink /opt/lockbox/current").stdout.strip()


def file_of(version):
    return f"/root/lockbox-{version}.tar.gz"


def is_whole(machine, expected):
    """One release, its database, all of the record, and anna still signed in."""
    assert version(machine) == expected
    machine.sh("curl --silent --fail http://127.0.0.1:8000/ready")
    machine.sh("lockbox-manage owner check_database; lockbox-manage owner check_record")
    assert machine.sh(f"{ASK}ask https://lockbox.example.se/").stdout == "200"
    told = machine.sh("systemctl show --property=MainPID --value lockbox-web.service")
    runs = machine.sh(f"tr '\\0' ' ' </proc/{told.stdout.strip()}/cmdline").stdout
    assert f"/opt/lockbox/{expected}/" in runs or "/opt/lockbox/current/" in runs
    machine.sh(
        "systemctl is-active lockbox.target lockbox-web lockbox-outbox"
        " lockbox-sweep.timer lockbox-backup.timer lockbox-check.timer nginx\n"
        "! ls /var/lib/lockbox-upgrade/still /var/lib/lockbox-upgrade/away 2>/dev/null"
    )


def has_newer_tables(machine):
    told = machine.sh(
        "cd /; runuser -u postgres -- psql lockbox -Atc"
        " \"select 1 from pg_indexes where indexname = 'of_the_next_release'\""
    )
    return told.stdout.strip() == "1"


def refused(machine, command):
    done = machine.sh(command, check=False)
    assert done.returncode == 1, done.stdout
    return done.stderr


def test_there_and_back(machine, releases):
    older, newer = releases
    before = machine.sh("lockbox-manage owner check_record").stdout
    print(machine.sh(f"lockbox-upgrade {file_of(newer)}").stdout)
    is_whole(machine, newer)
    assert has_newer_tables(machine) and before
    assert (
        f"{newer} runs already"
        in machine.sh(f"lockbox-upgrade {file_of(newer)}").stdout
    )
    assert "is older than" in refused(machine, f"lockbox-upgrade {file_of(older)}")
    # Somebody has come in since, and that is on record.
    machine.sh(SIGN_IN.replace("/root/jar", "/root/other-jar"))
    assert "would be lost" in refused(machine, "lockbox-upgrade --back")
    is_whole(machine, newer)
    print(machine.sh("lockbox-upgrade --back --lose").stdout)
    is_whole(machine, older)
    assert not has_newer_tables(machine)
    assert "no upgrade to go back from" in refused(machine, "lockbox-upgrade --back")


def test_killed_at_each_step_it_goes_on(machine, releases):
    older, newer = releases
    machine.sh(f"rm -rf /opt/lockbox/{newer}")
    steps = " ".join(TOOL["ON"])
    print(machine.sh(KILLED.format(words=file_of(newer), way="on", steps=steps)).stdout)
    # Nobody was there in between: the way back loses nothing.
    steps = " ".join(TOOL["BACK"])
    print(machine.sh(KILLED.format(words="--back", way="back", steps=steps)).stdout)
    is_whole(machine, older)
    assert not has_newer_tables(machine)


def test_after_a_power_cut_it_goes_on_or_back_by_itself(machine, releases):
    """Back, where it saw systemd go before it went itself."""
    older, newer = releases
    machine.sh(
        f"setsid lockbox-upgrade {file_of(newer)} >/dev/null 2>&1 &\n"
        "until [[ $(</var/lib/lockbox-upgrade/state.json) =="
        f' *\'"way": "on"\'*\'"step": "migrate"\'* ]]; do sleep 0.05; done'
    )
    machine.cut_power()
    machine.sh(
        'for i in $(seq 300); do grep --quiet \'"way": ""\''
        " /var/lib/lockbox-upgrade/state.json && break; sleep 1; done"
    )
    runs = version(machine)
    is_whole(machine, runs)
    assert has_newer_tables(machine) == (runs == newer)
    if runs == newer:
        machine.sh("lockbox-upgrade --back --lose")
    is_whole(machine, older)


def test_what_fails_is_gone_back_from_and_told(machine, releases):
    older, newer = releases
    machine.sh(
        "cd /; runuser -u postgres -- psql lockbox -c"
        " 'create index of_the_next_release on requests_app_heartbeat (at)'"
    )
    done = machine.sh(f"lockbox-upgrade {file_of(newer)}", check=False)
    assert done.returncode == 1
    assert "It stopped at migrate" in done.stdout, done.stdout
    assert "already exists" in done.stdout
    assert f"{older} runs again, as it was." in done.stdout
    machine.sh(
        "cd /; runuser -u postgres -- psql lockbox -c 'drop index of_the_next_release'"
    )
    is_whole(machine, older)


def test_a_backup_that_fails_changes_nothing(machine, releases):
    older, newer = releases
    machine.sh("mv /etc/lockbox/backup.pub /root/aside.pub")
    done = machine.sh(f"lockbox-upgrade {file_of(newer)}", check=False)
    machine.sh("mv /root/aside.pub /etc/lockbox/backup.pub")
    assert done.returncode == 1
    assert "It stopped at backup" in done.stdout
    assert f"Nothing was changed: Lockbox {older} runs on." in done.stdout
    is_whole(machine, older)


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
            "tar xf {new}; touch lockbox-*/wheels/x-1-cp313-cp313-manylinux_2_17_aarch64.whl",
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
    is_whole(machine, older)


def test_what_an_upgrade_leaves_can_be_dropped(machine, releases):
    older, newer = releases
    machine.sh("lockbox-upgrade --forget")
    told = machine.sh(
        "ls /opt/lockbox; cd /; runuser -u postgres -- psql -Atc"
        " 'select datname from pg_database'"
    ).stdout
    assert newer not in told and older in told
    is_whole(machine, older)
