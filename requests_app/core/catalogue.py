"""Catalogue: countries, courts and guides."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Countries by their two letters (ISO 3166-1), with names from Unicode CLDR.

NAMES: dict[str, list[str]] = json.loads(
    (Path(__file__).parent / "countries.json").read_text("utf-8")
)
# Outside it a transfer is one to a third country (GDPR chapter V).
EEA = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO"
    " SE SI SK"
)
# å, ä and ö end the Swedish alphabet, in this order.
SWEDISH = str.maketrans({"å": "{", "ä": "|", "ö": "}", "é": "e"})


def country_name(code: str) -> str:
    """The name in the language of the page; the code itself where it is none."""
    names = NAMES.get(code)
    if names is None:
        return code
    return names[0] if get_language() == "sv" else names[1]


def code_of(text: str) -> str:
    """The two letters of a country that is told by these, or by its name in Swedish or
    English; empty where it is none."""
    sought = text.strip().casefold()
    return next(
        (
            code
            for code, names in NAMES.items()
            if sought in (code.lower(), *map(str.casefold, names))
        ),
        "",
    )


def country_choices() -> list[tuple[str, Any]]:
    """All countries, those within the EEA first."""
    named = [(code, country_name(code)) for code in NAMES]
    ordered = sorted(named, key=lambda pair: pair[1].lower().translate(SWEDISH))
    return [
        ("", _("not told")),
        (_("In the EEA"), [pair for pair in ordered if pair[0] in EEA]),
        (_("Third countries"), [pair for pair in ordered if pair[0] not in EEA]),
    ]


# The administrative courts, and which court of appeal each lies under (1 § of
# förordningen (1977:937) om allmänna förvaltningsdomstolars behörighet m.m.).

UNDER = {
    "Stockholm": ("Stockholm", "Uppsala"),
    "Göteborg": ("Malmö", "Göteborg", "Karlstad"),
    "Sundsvall": ("Falun", "Härnösand", "Umeå", "Luleå"),
    "Jönköping": ("Linköping", "Jönköping", "Växjö"),
}


def choices() -> list[tuple[str, str]]:
    places = sorted(place for below in UNDER.values() for place in below)
    return [(place, administrative_court(place)) for place in places]


def administrative_court(place: str) -> str:
    """By the place where it sits; in general where nobody has said which."""
    return f"Förvaltningsrätten i {place}" if place else "förvaltningsrätten"


def court_of_appeal(place: str) -> str:
    """The administrative court of appeal above the administrative court of a place."""
    above = next((seat for seat, below in UNDER.items() if place in below), "")
    return f"Kammarrätten i {above}" if above else "kammarrätten"


# The guides for those who work here: the files in docs/ that are theirs, as pages.
#
# A place in a guide is a heading, or an item of a list that begins with words in bold;
# its anchor is made of these words.

DOCS = Path(__file__).resolve().parents[2] / "docs"
# In the order in which somebody new reads them. Those for who installs or runs the
# system, or writes programs for it, are not pages.
GUIDES = (
    "steg",
    "arbetsflode",
    "utlamnande",
    "forsta-stegen",
    "bemanning",
    "aviseringsstegar",
    "paket",
    "arkivering",
    "gallring",
    "revisor",
    "ordlista",
)
PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


class Guide(NamedTuple):
    name: str
    title: str
    html: str
    # What stands below each heading, by its anchor.
    parts: dict[str, str]
    anchors: frozenset[str]


@cache
def guide(name: str) -> Guide:
    tokens = PARSER.parse((DOCS / f"{name}.md").read_text(encoding="utf-8"))
    anchors = [_anchored(tokens, place) for place in range(len(tokens))]
    for token in tokens:
        _lead_within(token.children or ())
    title = next(_words(tokens[place + 1]) for place in _headings(tokens))
    return Guide(
        name,
        title,
        _rendered(tokens),
        _parts(tokens),
        frozenset(filter(None, anchors)),
    )


def address(place: str) -> str:
    """Of a place such as `arbetsflode#registrera`."""
    name, _sep, anchor = place.partition("#")
    page = reverse("admin:guide", args=[name])
    return f"{page}#{anchor}" if anchor else page


def part(place: str) -> str:
    """What stands below the heading of the place; empty where none is."""
    name, _sep, anchor = place.partition("#")
    return guide(name).parts.get(anchor, "")


def is_place(place: str) -> bool:
    name, _sep, anchor = place.partition("#")
    return name in GUIDES and (not anchor or anchor in guide(name).anchors)


def _anchored(tokens: Sequence[Token], place: int) -> str:
    """Give the token its anchor, if it is to have one."""
    token = tokens[place]
    words = ""
    if token.type == "heading_open":
        words = _words(tokens[place + 1])
    elif token.type == "list_item_open" and tokens[place + 1].type == "paragraph_open":
        words = _lead(tokens[place + 2])
    if words:
        token.attrSet("id", slugify(words))
    return str(token.attrGet("id") or "")


def _lead(inline: Token) -> str:
    """The words in bold that it begins with."""
    children = [child for child in inline.children or () if child.content or child.tag]
    if not children or children[0].type != "strong_open":
        return ""
    end = next(n for n, child in enumerate(children) if child.type == "strong_close")
    return "".join(child.content for child in children[:end])


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or ())


def _lead_within(children: Sequence[Token]) -> None:
    """A link to another file leads to its page; to one that is no page, nowhere. Their
    pictures are not shown here: their text stands instead."""
    is_open = True
    for child in children:
        if child.type == "link_open":
            is_open = _lead_on(child)
        elif child.type == "link_close" and not is_open:
            child.tag = "span"
        elif child.type == "image":
            child.type, child.tag, child.children = "text", "", None


def _lead_on(link: Token) -> bool:
    href = str(link.attrGet("href") or "")
    name, _sep, anchor = href.partition(".md")
    if name in GUIDES:
        link.attrSet("href", address(f"{name}{anchor}"))
    elif not href.startswith(("https://", "#")):
        link.tag, link.attrs = "span", {}
        return False
    return True


def _headings(tokens: Sequence[Token]) -> list[int]:
    return [n for n, token in enumerate(tokens) if token.type == "heading_open"]


def _parts(tokens: Sequence[Token]) -> dict[str, str]:
    places = [*_headings(tokens), len(tokens)]
    return {
        str(tokens[start].attrGet("id")): _rendered(tokens[start + 3 : end])
        for start, end in zip(places, places[1:], strict=False)
    }


def _rendered(tokens: Sequence[Token]) -> Any:
    return PARSER.renderer.render(tokens, PARSER.options, {})
