"""Patterns that people type: RE2, which takes time in proportion to what it reads."""

from functools import lru_cache
from typing import Any

import re2
from django.utils.translation import gettext as _

# RE2 makes no program of a pattern that would take more memory than this.
MOST_MEMORY = 1 << 20


class BadPattern(ValueError):
    """No pattern, and why."""


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """Raises BadPattern."""
    options = re2.Options()
    options.max_mem = MOST_MEMORY
    options.log_errors = False
    options.case_sensitive = False
    try:
        program = re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0] if error.args else ""
        why = why.decode(errors="replace") if isinstance(why, bytes) else str(why)
        raise BadPattern(_("It is no pattern: %(why)s.") % {"why": why}) from error
    if program.groups > 1:
        raise BadPattern(_("Put what is sought in one pair of brackets, not more."))
    return program


def fits(pattern: str, text: str) -> bool:
    return compiled(pattern).search(text) is not None


def found_by(pattern: str, text: str) -> str:
    """What stands in the brackets, or all of it where there are none; or nothing."""
    match = compiled(pattern).search(text) if pattern else None
    if match is None:
        return ""
    return (match.group(match.re.groups) or "").strip()
