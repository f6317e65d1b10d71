"""The installation guide as a list of what its reader types."""

import re
from pathlib import Path

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs"
RESTART = "systemctl reboot"
PASSWORDS = "".join(f"{name} valde just detta\n" * 2 for name in ("Anna", "Bo", "Cia"))


def blocks(document):
    """(heading, script) of each fenced block of shell, in order."""
    text, heading, found = (DOCUMENTS / document).read_text("utf-8"), "", []
    for match in re.finditer(r"^###? ([^\n]+)$|^```sh\n(.*?)^```$", text, re.M | re.S):
        if match[1]:
            heading = match[1]
        else:
            found.append((heading, match[2].strip()))
    return found


def read(document, start):
    """The scripts under headings that begin so."""
    return [script for heading, script in blocks(document) if heading.startswith(start)]


def follow(machine, *chapters, document="installation.md"):
    for heading, script in blocks(document):
        if heading in chapters or re.match(r"\d", heading) and not chapters:
            print(f"== {heading}\n{script}", flush=True)
            if script == RESTART:
                machine.restart()
            else:
                typed = PASSWORDS if "found_city" in script else ""
                print(machine.sh(script, typed=typed).stdout, flush=True)
