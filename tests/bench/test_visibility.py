"""The bench of visibility comes to an end, and says what it is meant to say."""

import re
import subprocess
import sys
from pathlib import Path

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


def test_the_command_prints_lists_and_checks_for_each_person():
    told = subprocess.run(
        [sys.executable, MANAGE, "bench", "visibility", "--reviews=2000", "--repeat=2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    assert told.stdout.count("A person with") == 4
    figures = re.findall(
        r"^  (?:first|its|one).* (\d+\.\d+) +\d+\.\d$", told.stdout, re.M
    )
    assert len(figures) == 20 and all(float(figure) > 0 for figure in figures)
