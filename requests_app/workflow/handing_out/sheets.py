"""A document of a case as pages, and the places on them that are proposed to be masked.
Nothing here is a step: it takes time, and holds no lock."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from requests_app.documents.case_documents import Part, document_of
from requests_app.models import DisclosedDocument, Redaction
from requests_app.redaction import Box, Page, Word, page_at, pages_of, paper_of
from requests_app.words.masking import is_text

PDF = "application/pdf"
# Of words that are looked for, to be masked or to be gone: shorter ones stand
# everywhere.
SHORTEST = 3
ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.\w+")
Source = Redaction.Source


class Term(NamedTuple):
    """Words that are looked for on the pages, and why. `before`: the hand-out in which
    they were masked, and by which provision."""

    words: str
    source: str
    before: int | None = None
    provision: int | None = None


class Place(NamedTuple):
    page: int
    box: Box
    words: str
    term: Term


def parts_of(document: DisclosedDocument) -> list[Part]:
    """As they are to be read today."""
    one = document_of(document.review, document.key)
    return one.parts() if one else []


def paper_for(document: DisclosedDocument, parts: list[Part]) -> bytes | None:
    """Its texts as a PDF; None where it is files alone. Raises NotTurned."""
    texts = [
        (part.label, part.content.text)
        for part in parts
        if is_text(part.content.media_type)
    ]
    return paper_of(document.name.text, texts) if texts else None


def sheets_of(parts: list[Part], paper: bytes | None) -> list[Page]:
    """Raises NotTurned."""
    return [
        page for body, kind in _files(parts, paper) for page in pages_of(body, kind)
    ]


def drawn_sheets(document: DisclosedDocument) -> list[Page]:
    """As they were drawn once. Raises NotTurned."""
    return sheets_of(parts_of(document), _drawn_paper(document))


def drawn_sheet(document: DisclosedDocument, number: int) -> Page | None:
    """That page alone; None where there are fewer. Raises NotTurned."""
    place = number - 1
    for body, kind in _files(parts_of(document), _drawn_paper(document)):
        count, page = page_at(body, kind, place)
        if page is not None:
            return page
        place -= count
    return None


def _drawn_paper(document: DisclosedDocument) -> bytes | None:
    return document.paper.body if document.paper else None


def _files(parts: list[Part], paper: bytes | None) -> Iterator[tuple[bytes, str]]:
    """What its pages are drawn from: first its texts, then its files."""
    if paper:
        yield paper, PDF
    for part in parts:
        if not is_text(part.content.media_type):
            yield part.content.body, part.content.media_type


def places_on(pages: Iterable[Page], terms: Iterable[Term]) -> list[Place]:
    """Each place once, by the first term that stands there."""
    terms = list(terms)
    places: list[Place] = []
    for number, page in enumerate(pages, 1):
        taken: set[int] = set()
        for first, last, term in sorted(_standing(page.words, terms), key=_longest):
            if taken.isdisjoint(range(first, last)):
                taken.update(range(first, last))
                places += boxes_around(number, page.words[first:last], term)
    return sorted(places, key=lambda one: (one.page, one.box.top, one.box.left))


def boxes_around(number: int, words: list[Word], term: Term) -> Iterator[Place]:
    """One for each line that the words stand on."""
    line: list[Word] = []
    for word in words:
        if line and (
            word.box.top >= line[-1].box.bottom or word.box.left < line[-1].box.left
        ):
            yield _around(number, line, term)
            line = []
        line.append(word)
    if line:
        yield _around(number, line, term)


def bare(text: str) -> str:
    """A word as it is compared: without what stands around it."""
    return text.strip(".,;:!?()[]\"'”“’«»<>").casefold()


def _around(number: int, words: list[Word], term: Term) -> Place:
    box = Box(
        min(word.box.left for word in words),
        min(word.box.top for word in words),
        max(word.box.right for word in words),
        max(word.box.bottom for word in words),
    )
    return Place(number, box, " ".join(word.text for word in words), term)


def _longest(one: tuple[int, int, Term]) -> tuple[bool, int, int]:
    """What was masked before comes first, and then what is longest."""
    first, last, term = one
    return term.source != Source.BEFORE, first - last, first


def _standing(words: list[Word], terms: list[Term]) -> Iterator[tuple[int, int, Term]]:
    plain = [bare(word.text) for word in words]
    for term in terms:
        sought = [bare(word) for word in term.words.split()]
        for first in range(len(plain) - len(sought) + 1) if any(sought) else ():
            if _stands(plain[first : first + len(sought)], sought):
                yield first, first + len(sought), term
    for first, word in enumerate(words):
        if ADDRESS.search(word.text):
            yield first, first + 1, Term(word.text, Source.ADDRESS)


def _stands(here: list[str], sought: list[str]) -> bool:
    """In the genitive too: “Bergs” is where Berg stands."""
    return here[:-1] == sought[:-1] and here[-1] in (sought[-1], f"{sought[-1]}s")
