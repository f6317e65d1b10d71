"""`lockbox-upgrade` on a booted Debian: there and back, and killed at each step.

One release runs after everything, whole: its programs, units, database and record.
"""

import os

import pytest

from lockbox_upgrade.steps import BACK, ON
from tests.install.upgrades import (
    SIGN_IN,
    file_of,
    has_newer_tables,
    is_whole,
    refused,
    version,
)

pytestmark = pytest.mark.skipif(
    "LOCKBOX_RELEASE" not in os.environ, reason="`make install-test` runs it"
)
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
    steps = " ".join(ON)
    print(machine.sh(KILLED.format(words=file_of(newer), way="on", steps=steps)).stdout)
    # Nobody was there in between: the way back loses nothing.
    steps = " ".join(BACK)
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
    machine.boot()
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
        "cd /; runuser -u postgres -- psql lockbox -c 'drop index of_the_next_release'\n"
        # The one that the upgrade made has the index, and would be restored.
        "systemctl start lockbox-backup.service"
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


def test_what_an_upgrade_leaves_can_be_dropped(machine, releases):
    older, newer = releases
    machine.sh("lockbox-upgrade --forget")
    told = machine.sh(
        "ls /opt/lockbox; cd /; runuser -u postgres -- psql -Atc"
        " 'select datname from pg_database'"
    ).stdout
    assert newer not in told and older in told
    is_whole(machine, older)
