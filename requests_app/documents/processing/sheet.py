"""What a paper is made of."""

from collections.abc import Sequence
from typing import NamedTuple

UNFILLED = "ännu inte ifyllt"


class Facts(NamedTuple):
    """What the product can't know: filled in by the authority."""

    authority: str
    contact: str
    officer: str
    processor: str
    contract: str


class Section(NamedTuple):
    """A heading, paragraphs, points and a table: `columns` are its headings."""

    heading: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
