"""The tests as if it were another moment: `make test MOMENT=2027-10-31T02:30`.

Every process of a run lives then: Python, PostgreSQL and programs of others by a small
library that is loaded before them (`ahead.c`) and adds the same to each reading of the
system's clock; a page's own clock by a script (`for_pages`), for a browser keeps the
machine's. How long something takes is measured as ever.
"""

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
# In Stockholm: an ordinary Tuesday, and what has broken something before.
USUAL = "2027-11-09T10:00"
HOSTILE = (
    "2026-12-31T23:30",
    "2027-01-01T00:30",
    "2028-02-29T12:00",
    "2027-03-28T02:30",  # an hour that there is not
    "2027-10-31T02:30",  # one that there is twice
    "2027-01-16T03:00",  # a Saturday
    "2027-02-09T22:00",  # an evening
    "2027-03-26T10:00",  # Good Friday
    "2036-12-02T09:00",
)
SOURCE = Path(__file__).with_name("ahead.c")
AHEAD = "TESTS_AHEAD"  # seconds


def environment(moment: str, folder: Path) -> dict[str, str]:
    """What makes a process begin at that moment, Stockholm's time, and go on from it.
    The library is built in the folder. Raises FileNotFoundError where there is no C
    compiler, ValueError for what is no moment."""
    then = datetime.fromisoformat(moment).replace(tzinfo=STOCKHOLM)
    ahead = int((then - datetime.now(UTC)).total_seconds())
    library = folder / "ahead.so"
    build = ["gcc", "-shared", "-fPIC", "-O2", "-o", library, SOURCE]
    subprocess.run(build, check=True)
    for place in (folder, library):
        place.chmod(0o755)  # PostgreSQL is another user's
    return {AHEAD: str(ahead), "LD_PRELOAD": str(library)}


def without(environment: Mapping[str, str]) -> dict[str, str]:
    """For a browser: the machine's own clock."""
    return {name: value for name, value in environment.items() if name != "LD_PRELOAD"}


def kept() -> dict[str, str]:
    """For a process whose environment is its own: what lets it live in the moment."""
    return {
        name: os.environ[name] for name in (AHEAD, "LD_PRELOAD") if name in os.environ
    }


def for_pages() -> str:
    """A script that lets a page's own clock show the moment of the run."""
    ahead = int(os.environ.get(AHEAD, 0)) * 1000
    return f"""(() => {{
        const Own = Date, ahead = {ahead};
        if (!ahead) return;
        window.Date = class extends Own {{
            constructor(...given) {{
                super(...(given.length ? given : [Own.now() + ahead]));
            }}
            static now() {{ return Own.now() + ahead; }}
        }};
    }})()"""
