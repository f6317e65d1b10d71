"""A document as pages, with the places that are proposed on them. It takes time, and is
done before anything is locked."""

from typing import NamedTuple

from requests_app.models import DisclosedDocument
from requests_app.workflow.handing_out.sheets import (
    Place,
    paper_for,
    parts_of,
    places_on,
    sheets_of,
)
from requests_app.workflow.handing_out.terms import own_words, terms_of


class Drawing(NamedTuple):
    """A document as pages, before anything of it is kept."""

    paper: bytes | None
    pages: int
    places: list[Place]


def drawing_of(document: DisclosedDocument) -> Drawing:
    """It takes time and holds no lock. Raises NotTurned."""
    parts = parts_of(document)
    paper = paper_for(document, parts)
    pages = sheets_of(parts, paper)
    own = own_words(document)
    places = [
        place
        for place in places_on(pages, terms_of(document))
        if not any(word in place.words.casefold() for word in own)
    ]
    return Drawing(paper, len(pages), places)
