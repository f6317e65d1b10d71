"""Services and timers of a server: each is installed as the guide says, and runs."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

CLONE = Path(__file__).resolve().parents[2]
UNITS = CLONE / "lockbox_site/deploy/systemd"
GUIDE = (CLONE / "docs/installation.md").read_text()
SERVICES = sorted(UNITS.glob("*.service"))


@pytest.mark.parametrize("unit", SERVICES, ids=lambda one: one.stem)
def test_it_is_hardened_and_runs_a_command_that_there_is(unit):
    (names,) = re.findall(r"^for name in (.*); do$", GUIDE, re.M)
    assert unit.stem.removeprefix("lockbox-") in names.split()
    for command in re.findall(r"bin/lockbox (\w+)", unit.read_text()):
        assert command in get_commands()


@pytest.mark.parametrize(
    "unit", sorted(UNITS.glob("*.timer")), ids=lambda one: one.stem
)
def test_a_timer_is_started_and_has_its_service(unit):
    lines = GUIDE.replace("\\\n", " ").splitlines()
    started = [line for line in lines if line.startswith("systemctl enable --now ")]
    assert any(unit.name in line.split() for line in started)
    assert unit.with_suffix(".service").exists()
    when = re.findall(r"^OnCalendar=(.*)$", unit.read_text(), re.M)
    if shutil.which("systemd-analyze"):
        subprocess.run(["systemd-analyze", "calendar", *when], check=True)


def test_of_old_backups_those_go_too_that_were_never_finished(tmp_path):
    """One that was killed, or the server with it, lies there until it goes."""
    unit = (UNITS / "lockbox-backup.service").read_text().replace("\\\n", "")
    (clear,) = re.findall(r"^ExecStartPost=(.*)$", unit, re.M)
    assert "/var/backups/lockbox" in clear
    names = ("lockbox-20260301T021500Z", "lockbox-20260302T021500Z.unfinished", "other")
    for name in names:
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / "lockbox-20260303T021500Z").mkdir()
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
