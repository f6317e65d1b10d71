"""The table of causes, and what is written beside it."""

import subprocess
from pathlib import Path

import pytest

from lockbox_site.watch import ALL

CLONE = Path(__file__).resolve().parents[2]
GUIDE = (CLONE / "docs/operations.md").read_text()
RULES = CLONE / "lockbox_site/deploy/prometheus/lockbox.rules.yml"


@pytest.mark.parametrize("cause", ALL, ids=lambda one: one.name)
def test_what_to_do_stands_in_the_guide(cause):
    """*What goes wrong* has a line for each state, and the figures their gauge."""
    for state in cause.states:
        assert f"`{cause.name}: {state}`" in GUIDE
    if cause.gauge:
        assert f"`{cause.gauge.name}`" in GUIDE


@pytest.mark.needs("promtool")
def test_the_example_of_alerts_is_read_by_prometheus():
    subprocess.run(["promtool", "check", "rules", str(RULES)], check=True)
