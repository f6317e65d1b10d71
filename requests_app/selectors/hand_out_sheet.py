"""A page of a document that is asked for, as the browser draws it."""

from typing import Any, NamedTuple

from requests_app.models import Redaction


class Spot(NamedTuple):
    """A box on the page as it is drawn: in the page's own measure."""

    x: int
    y: int
    width: int
    height: int
    words: str
    kind: str
    field: str


class Sheet(NamedTuple):
    number: int
    width: int
    height: int
    spots: list[Spot]


def sheet_of(page: Any, number: int, places: list[Redaction]) -> Sheet:
    """Its words to choose, and over them its places as they are judged."""
    words = [
        _spot(page, word.box, word.text, "word", f"id_words_{place}")
        for place, word in enumerate(page.words)
    ]
    judged = [
        _spot(
            page,
            (row.left, row.top, row.right, row.bottom),
            row.words.text,
            row.status,
            f"id_places_{place}",
        )
        for place, row in enumerate(places)
    ]
    return Sheet(number, page.width, page.height, words + judged)


def _spot(page: Any, box: Any, words: str, kind: str, field: str) -> Spot:
    left, top, right, bottom = box
    wide, high = page.width / 10_000, page.height / 10_000
    return Spot(
        round(left * wide),
        round(top * high),
        round((right - left) * wide),
        round((bottom - top) * high),
        words,
        kind,
        field,
    )
