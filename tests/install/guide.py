"""The installation guide as a list of what its reader types."""

import re
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "installation.md"
RESTART = "systemctl reboot"


def blocks():
    """(heading, script) of each fenced block of shell, in order."""
    text, heading, found = GUIDE.read_text("utf-8"), "", []
    for match in re.finditer(r"^## ([^\n]+)$|^```sh\n(.*?)^```$", text, re.M | re.S):
        if match[1]:
            heading = match[1]
        else:
            found.append((heading, match[2].strip()))
    return found
