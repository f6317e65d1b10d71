"""Which paragraphs of the Public Access to Information and Secrecy Act a text cites."""

import re
from collections.abc import Iterator
from typing import NamedTuple

PARTS = "första|andra|tredje|fjärde"
SECTIONS = r"\d+(?: [a-z](?![a-zåäö]))?"
IN_FULL = re.compile(
    rf"\b(\d+) kap\. ({SECTIONS}(?:(?:, | och |–|-){SECTIONS})*) §§?"
    rf"(?: ((?:{PARTS})(?:(?:, | och )(?:{PARTS}))*) styck)?"
)
IN_ENGLISH = re.compile(
    rf"\bchapter (\d+),? sections? ({SECTIONS}(?:(?:, | and |–|-){SECTIONS})*)"
    r"(?:,? (first|second|third|fourth) paragraph)?",
    re.IGNORECASE,
)
IN_SHORT = re.compile(rf"\b(\d+):({SECTIONS})(?: st\.? ?(\d))?(?![\d:])")
ORDINALS = dict(zip("1234", PARTS.split("|"), strict=True))
ORDINALS_IN_ENGLISH = dict(
    zip(["first", "second", "third", "fourth"], PARTS.split("|"), strict=True)
)


class Place(NamedTuple):
    """A paragraph, and which part of it; all of it, where none is named."""

    chapter: str
    paragraph: str
    part: str = ""

    def covers(self, other: "Place") -> bool:
        same = (self.chapter, self.paragraph) == (other.chapter, other.paragraph)
        return same and (not self.part or not other.part or self.part == other.part)


def places_in(text: str) -> Iterator[Place]:
    """Every paragraph that is cited: 21 kap. 3 och 3 a §§, 23 kap. 2 § första stycket,
    26:1, Chapter 26, Section 1."""
    plain = " ".join(text.split())
    for match in IN_FULL.finditer(plain):
        parts = re.findall(PARTS, match[3] or "") or [""]
        for paragraph in re.findall(SECTIONS, match[2]):
            yield from (Place(match[1], paragraph, part) for part in parts)
    for match in IN_ENGLISH.finditer(plain):
        part = ORDINALS_IN_ENGLISH.get((match[3] or "").lower(), "")
        for paragraph in re.findall(SECTIONS, match[2]):
            yield Place(match[1], paragraph, part)
    for match in IN_SHORT.finditer(plain):
        yield Place(match[1], match[2], ORDINALS.get(match[3] or "", ""))


def in_english(citation: str) -> str:
    """21 kap. 3 § första stycket OSL: Chapter 21, Section 3, first paragraph."""
    english = {part: name for name, part in ORDINALS_IN_ENGLISH.items()}
    return " and ".join(
        f"Chapter {place.chapter}, Section {place.paragraph}"
        + (f", {english[place.part]} paragraph" if place.part else "")
        for place in places_in(citation)
    )


def cites(text: str, citation: str) -> bool:
    """Does the text cite what this citation stands for, or all of its paragraph?"""
    named = set(places_in(citation))
    return any(place.covers(one) for place in places_in(text) for one in named)
