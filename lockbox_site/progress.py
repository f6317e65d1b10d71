"""How far something long has come: one line that is drawn over where somebody looks, a
few lines in a pipe."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import OutputWrapper


def say(stdout: OutputWrapper, text: str) -> None:
    """A line that stays, in place of the one that was drawn."""
    draw(stdout, "")
    stdout.write(text)
    stdout.flush()


def draw(stdout: OutputWrapper, text: str) -> None:
    if stdout.isatty():
        stdout.write(f"\r\033[K{text}", ending="")
        stdout.flush()


def follow(work: Iterable[Any], total: int, text: str, stdout: OutputWrapper) -> None:
    """Do the work piece by piece, and show how many of them are done."""
    for count, _piece in enumerate(work, 1):
        line = f"{text}: {count} of {total}"
        draw(stdout, line)
        if not stdout.isatty() and count * 4 // total > (count - 1) * 4 // total:
            say(stdout, line)
    draw(stdout, "")
