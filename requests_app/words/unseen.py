"""Characters that are not seen but change how a text reads: shown, and kept apart.

A name from outside may turn the direction of what stands beside it, or hold what has no
width: two texts then look alike, or one looks like what it is not. Pages and documents
go through `shown` as a whole, so that no place is forgotten.
"""

import re
import sys

# Direction marks, embeddings, overrides and isolates; joiners, fillers, tags and what
# else has no width.
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"
)
# Letters that are read from the right.
RIGHT = (
    "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
)
ODD = re.compile(f"[{UNSEEN}]")
ANY = re.compile(f"[{UNSEEN}{RIGHT}]")
# As `marked` writes them.
MARK = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")
# From the first such letter to the last, with what stands between them.
RUN = re.compile(f"[{RIGHT}]+(?:[^<>&{RIGHT}\n]{{0,40}}[{RIGHT}]+)*")
# An element whose content is text and no markup, a tag, or text between tags.
PIECES = re.compile(
    r"(?P<whole><(?P<name>script|style|textarea|title|option)\b.*?</(?P=name)\s*>)"
    r"|(?P<tag><[^>]*>)|(?P<text>[^<]+)",
    re.DOTALL | re.IGNORECASE,
)
LEFT_ALONE = ("<script", "<style", "<textarea", "<input")


def marked(text: str) -> str:
    """The text with a mark in place of each character that is not seen."""
    return ODD.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text)


def unmarked(text: str) -> str:
    """The text as it was before it was `marked`."""
    return MARK.sub(_unseen, text)


def _unseen(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    char = chr(number) if number <= sys.maxunicode else ""
    return char if ODD.fullmatch(char) else match[0]


def shown(html: str) -> str:
    """A page on which nothing is unseen, and what is read from the right stands apart.

    What somebody types comes back as they typed it: a form changes no text.
    """
    return PIECES.sub(_piece, html) if ANY.search(html) else html


def _piece(match: re.Match[str]) -> str:
    piece = match[0]
    if piece.lower().startswith(LEFT_ALONE) or not ANY.search(piece):
        return piece
    piece = marked(piece)
    if match["text"] is None:
        return piece
    return RUN.sub(lambda run: f"<bdi>{run[0]}</bdi>", piece)
