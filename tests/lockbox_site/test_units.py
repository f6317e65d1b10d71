"""Services and timers of a server: each is installed as the guide says, and runs."""

import re
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
    started = GUIDE.replace("\\\n", " ").partition("systemctl enable --now lockbox-")[2]
    assert unit.name in f"lockbox-{started}".splitlines()[0].split()
    assert unit.with_suffix(".service").exists()
    when = re.findall(r"^OnCalendar=(.*)$", unit.read_text(), re.M)
    if shutil.which("systemd-analyze"):
        subprocess.run(["systemd-analyze", "calendar", *when], check=True)


def test_the_ledger_is_verified_every_week():
    assert "verify_ledger" in (UNITS / "lockbox-check.service").read_text()
    assert "OnCalendar=Sun " in (UNITS / "lockbox-check.timer").read_text()
