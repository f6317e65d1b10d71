"""Services and timers of a server: each is installed as the guide says, and runs."""

import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from django.core.management import get_commands

CLONE = Path(__file__).resolve().parents[2]
DEPLOY = CLONE / "lockbox_site/deploy"
UNITS = DEPLOY / "systemd"
TARGET = (UNITS / "lockbox.target").read_text()
GUIDE = (CLONE / "docs/installation.md").read_text()
SERVICES = sorted(UNITS.glob("*.service"))


@pytest.mark.parametrize("unit", SERVICES, ids=lambda one: one.stem)
def test_it_runs_a_command_that_there_is(unit):
    for command in re.findall(r"bin/lockbox (\w+)", unit.read_text()):
        assert command in get_commands()


def test_what_runs_lockbox_is_hardened_by_its_name():
    """And held back while an upgrade works on the database."""
    (hardening,) = (UNITS / "lockbox-.service.d").iterdir()
    assert (
        "ConditionPathExists=!/var/lib/lockbox-upgrade/still" in hardening.read_text()
    )
    assert "NoNewPrivileges=yes" in hardening.read_text()
    others = [unit.stem for unit in SERVICES if not unit.stem.startswith("lockbox-")]
    assert others == ["upgrade-lockbox"]
    assert '--unit="lockbox-manage-' in (DEPLOY / "lockbox-manage").read_text()


@pytest.mark.parametrize("unit", SERVICES, ids=lambda one: one.stem)
def test_what_starts_again_never_stops_to(unit):
    """systemd gives up after five starts in ten seconds. The finding: killed so often,
    an upgrade stood still. Two seconds apart, starts are never so many."""
    text = unit.read_text()
    if "\nRestart=" in text and "\nRestartSec=2\n" not in text:
        assert "\nStartLimitIntervalSec=0\n" in text


def test_who_has_stopped_the_database_finds_it_stopped():
    """The finding: the sweep's timer started it again in the middle of its upgrade."""
    for unit in SERVICES:
        pulls = re.findall(r"^(?:Wants|Requires|BindsTo)=.*", unit.read_text(), re.M)
        assert "postgresql" not in " ".join(pulls), unit.name


def test_one_target_starts_and_stops_all_but_practice():
    wanted = re.findall(
        r"lockbox-[\w.]+", " ".join(re.findall(r"^Wants=(.*)", TARGET, re.M))
    )
    for name in wanted:
        assert "\nPartOf=lockbox.target\n" in (UNITS / name).read_text()
    assert "systemctl enable --now lockbox.target" in GUIDE


@pytest.mark.parametrize(
    "unit", sorted(UNITS.glob("*.timer")), ids=lambda one: one.stem
)
def test_a_timer_is_started_and_has_its_service(unit):
    assert f"enable --now {unit.name}" in GUIDE or unit.name in TARGET
    assert unit.with_suffix(".service").exists()
    when = re.findall(r"^OnCalendar=(.*)$", unit.read_text(), re.M)
    if shutil.which("systemd-analyze"):
        subprocess.run(["systemd-analyze", "calendar", *when], check=True)


def test_of_old_backups_those_go_too_that_were_never_finished(tmp_path):
    """One that was killed, or the server with it, lies there until it goes."""
    unit = (UNITS / "lockbox-backup.service").read_text().replace("\\\n", "")
    clear = re.findall(r"^ExecStartPost=(.*)$", unit, re.M)[0]
    assert "/var/backups/lockbox" in clear
    names = ("lockbox-20260301T021500Z", "lockbox-20260302T021500Z.unfinished", "other")
    for name in names:
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / "lockbox-20260303T021500Z").mkdir()
    now = time.time()  # which need not be the clock of the disk: tests/moment.py
    os.utime(tmp_path / "lockbox-20260303T021500Z", (now, now))
    here = clear.replace("/var/backups/lockbox", str(tmp_path))
    subprocess.run(shlex.split(here), check=True)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["lockbox-20260303T021500Z", "other"]


def test_the_ledger_is_verified_every_week():
    assert "verify_ledger" in (UNITS / "lockbox-check.service").read_text()
    assert "OnCalendar=Sun " in (UNITS / "lockbox-check.timer").read_text()


def test_the_sweep_alone_gets_the_key_of_the_ledger():
    """By its settings, and by the files that its service may open."""
    have_it = [unit.stem for unit in SERVICES if "ledger.env" in unit.read_text()]
    assert have_it == ["lockbox-sweep"]
    (key,) = re.findall(r"LOCKBOX_LEDGER_KEY=(\S+) >ledger.env", GUIDE)
    assert GUIDE.count("LOCKBOX_LEDGER_KEY=") == 1
    web = (UNITS / "lockbox-web.service").read_text()
    assert f"InaccessiblePaths=-{key}\n" in web
