"""The guides for those who work here: the files in docs/ that are theirs, as pages.

A place in a guide is a heading, or an item of a list that begins with words in bold;
its anchor is made of these words.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

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
