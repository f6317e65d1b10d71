"""What is handed between a page on the screen and the process that draws."""

from typing import NamedTuple

DPI = 200
POINTS = 72  # of an inch, in which a PDF measures
WHOLE = 10_000  # parts of a page's width and height, in which a box is given
MOST_BYTES = 100 * 1024 * 1024
MOST_PAGES = 300
MOST_PIXELS = 40_000_000  # of a page as it is drawn
MOST_PIXELS_OF_PICTURE = 100_000_000  # of a picture as it comes
MOST_CHARACTERS = 300_000


class Box(NamedTuple):
    """In ten-thousandths of the page's width and height, from the top left corner."""

    left: int
    top: int
    right: int
    bottom: int


class Word(NamedTuple):
    text: str
    box: Box


class Page(NamedTuple):
    """A page as it is seen, in grey; `words` is empty where it is only a picture."""

    png: bytes
    width: int
    height: int
    words: list[Word]


class Mask(NamedTuple):
    """What is made black, and the provision that is printed with it."""

    box: Box
    label: str


def chosen(count: int, only: int | None) -> range:
    """Which pages are drawn: all, or the one at a place, from 0, if it is there."""
    numbers = range(count)
    return numbers if only is None else numbers[only : only + 1]


class NotTurned(Exception):
    """It can't be turned into pages; the text says why, to people."""
