"""How an authority's diary numbers look: a regular expression that a manager writes."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

# More parts of no set length would let a number of forty signs be tried for hours.
MOST_OPEN = 4
# What is written with a backslash, and what stands between brackets, is one sign.
ONE_SIGN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]")
OPEN_LENGTH = re.compile(r"[*+?]|\{\d*,\d*\}")


def trouble_with(pattern: str) -> Any:
    """What is wrong with it; the empty string where nothing is."""
    try:
        re.compile(pattern)
    except re.error as error:
        return _("It is no regular expression: %(why)s") % {"why": error}
    plain = ONE_SIGN.sub("x", pattern)
    if "(?" in plain or re.search(r"\)[*+?{]", plain) or re.search(r"\\\d", pattern):
        return _("Repeat no group, look neither ahead nor back, and refer to no group.")
    if len(OPEN_LENGTH.findall(plain)) > MOST_OPEN:
        return _("Give all but %(most)s of its parts a set length, as in \\d{4}.") % {
            "most": MOST_OPEN
        }
    return ""


def matches(pattern: str, number: str) -> bool:
    return re.fullmatch(pattern, number) is not None
