"""How far something long has come: one line that is drawn over where somebody looks, a
few lines in a pipe."""

from collections.abc import Callable, Iterable
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


def one(_piece: Any) -> int:
    return 1


def follow(
    work: Iterable[Any],
    total: int,
    text: str,
    stdout: OutputWrapper,
    size: Callable[[Any], int] = one,
) -> None:
    """Do the work piece by piece, and show how much is done. `size`: what a piece
    counts for."""
    count = 0
    for piece in work:
        before, count = count, count + size(piece)
        line = f"{text}: {count} of {total}"
        draw(stdout, line)
        if not stdout.isatty() and count * 4 // total > before * 4 // total:
            say(stdout, line)
    draw(stdout, "")
