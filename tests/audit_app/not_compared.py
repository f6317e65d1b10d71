"""What docs/evidence.md says is not compared."""

import re
from pathlib import Path

from django.conf import settings

ALL = "everything"
LISTED = re.compile(r"^\| `(\w+)` \| ([^|]+) \| [^|]+ \|$", re.M)


def listed():
    """Pairs of a table and a column of it, or what is done to it, or everything."""
    text = Path(settings.BASE_DIR, "docs/evidence.md").read_text()
    chapter = text.partition("## What is not compared")[2].partition("\n## ")[0]
    for table, what in LISTED.findall(chapter):
        yield from ((table, one.strip(" `")) for one in what.split(", "))
