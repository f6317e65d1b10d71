"""Masking, in a process of its own that holds no secrets of the settings."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from requests_app.disclosure.masking.sheets import (
    MOST_BYTES,
    MOST_CHARACTERS,
    MOST_PAGES,
    MOST_PIXELS_OF_PICTURE,
    Box,
    Load,
    Mask,
    NotTurned,
    Page,
    Word,
    read,
    write,
)

__all__ = [
    "Box",
    "Mask",
    "NotTurned",
    "Page",
    "Word",
    "how_looked",
    "page_at",
    "pages_of",
    "paper_of",
    "redacted",
    "what_is_left",
]

# Asking the process that opens documents, and what it answers in words for people.

WORK = "requests_app.disclosure.masking.work"
LONGEST = 300  # seconds for one document
OCR = "tesseract"
# Of our environment: its programs, and where fonts are cached.
KEPT = ("PATH", "HOME", "XDG_CACHE_HOME")


def pages_of(body: bytes, media_type: str) -> list[Page]:
    """A document as pictures of its pages. Raises NotTurned."""
    return _drawn(body, media_type)[1]


def page_at(body: bytes, media_type: str, place: int) -> tuple[int, Page | None]:
    """How many pages a document has, and that one of them, from 0; None where it has
    fewer. Raises NotTurned."""
    count, pages = _drawn(body, media_type, place)
    return count, pages[0] if pages else None


def _drawn(
    body: bytes, media_type: str, only: int | None = None
) -> tuple[int, list[Page]]:
    if len(body) > MOST_BYTES:
        raise NotTurned(_sentence("large"))
    about = {"type": media_type, "only": only, **_marks()}
    load = _answer("pages", about, [body])
    rows = zip(load.bodies, load.about["pages"], strict=True)
    return load.about["count"], [
        Page(png, width, height, [Word(text, Box(*box)) for text, box in words])
        for png, (width, height, words) in rows
    ]


def paper_of(title: str, parts: Sequence[tuple[str, str]]) -> bytes:
    """Texts with what each is called, as a PDF in our own style. Raises NotTurned."""
    about = {"title": title, "parts": [list(part) for part in parts], **_marks()}
    return _answer("paper", about, []).bodies[0]


def redacted(
    pages: Sequence[Page], masks: Mapping[int, Sequence[Mask]], title: str
) -> bytes:
    """PDF/A of pictures alone: what is masked is in no part of it. `masks`: by where a
    page stands among all, from 0. Raises NotTurned."""
    placed = {str(place): list(on_page) for place, on_page in masks.items()}
    about = {"title": title, "masks": placed}
    return _answer("masked", about, [page.png for page in pages]).bodies[0]


def what_is_left(pdf: bytes, words: Iterable[str]) -> list[str]:
    """What can still be taken out of a masked file; nothing where all is gone. Raises
    NotTurned."""
    asked_for = [word for word in dict.fromkeys(words) if word.strip()]
    about: dict[str, Any] = {"words": asked_for, "ocr": shutil.which(OCR)}
    rows = _answer("left", about, [pdf]).about["left"]
    return [_left(code, page, word) for code, page, word in rows]


def how_looked() -> str:
    """How much `what_is_left` says on this machine."""
    if shutil.which(OCR):
        return _(
            "Looked through: text, metadata, attachments, earlier versions, and the"
            " pictures of the pages by text recognition."
        )
    return _(
        "Looked through: text, metadata, attachments and earlier versions. The pictures"
        " of the pages were not read, since text recognition (tesseract) is not"
        " installed: look at each page."
    )


def _marks() -> dict[str, Any]:
    return {"practice": settings.PRACTICE}


def _answer(job: str, about: dict[str, Any], bodies: Sequence[bytes]) -> Load:
    """What the process answers; it reads and writes files without names, so that none
    waits for the other. Raises NotTurned."""
    with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as answer:
        write(question, about, bodies)
        question.seek(0)
        try:
            subprocess.run(  # noqa: S603 — our own
                [sys.executable, "-m", WORK, job],
                cwd=settings.BASE_DIR,
                # What the settings hold is nothing for what opens others' files.
                env={name: os.environ[name] for name in KEPT if name in os.environ},
                stdin=question,
                stdout=answer,
                timeout=LONGEST,
                process_group=0,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotTurned(_sentence("long")) from None
        answer.seek(0)
        try:
            load = read(answer)
        except ValueError:
            raise NotTurned(_sentence("stopped")) from None
    if "fault" in load.about:
        raise NotTurned(_sentence(load.about["fault"], load.about["number"]))
    return load


def _sentence(fault: str, number: int = 0) -> str:
    most = {
        "bytes": MOST_BYTES // 1024**2,
        "pages": MOST_PAGES,
        "characters": MOST_CHARACTERS,
        "pixels": MOST_PIXELS_OF_PICTURE // 10**6,
        "number": number,
    }
    return {
        "large": _("The file is larger than %(bytes)s MB: divide it first."),
        "many": _(
            "The document has %(number)s pages, and at most %(pages)s are masked at"
            " a time: divide it first."
        ),
        "text": _(
            "The text has %(number)s characters, and at most %(characters)s are drawn"
            " up at a time: divide it first."
        ),
        "picture": _(
            "A page or picture is larger than can be drawn (%(number)s million dots, at"
            " most %(pixels)s): make it smaller first."
        ),
        "encrypted": _(
            "The file is locked by a password: ask for it without, or unlock it first."
        ),
        "broken": _("The file is broken: it can't be opened."),
        "kind": _(
            "Files of this kind can't be turned into pages here: save it as PDF first."
        ),
        "nothing": _("The document has no page."),
        "drawing": _("Texts can't be drawn up here: Pango is not installed."),
        "long": _("It took longer than anybody waits: divide the document first."),
        "stopped": _(
            "The document takes more time or memory to open than it may: make it"
            " simpler first, by printing it to a new PDF."
        ),
    }[fault] % most


def _left(code: str, page: int, word: str) -> str:
    return {
        "text": _("Page %(page)s still has a text that can be copied."),
        "word": _("“%(word)s” still stands in the file."),
        "seen": _("“%(word)s” can still be read on page %(page)s."),
        "attachment": _("The file still has an attachment: %(word)s."),
        "beside": _("The file still has what is no picture of a page: %(word)s."),
        "earlier": _("The file still has an earlier version of itself."),
        "unread": _(
            "Page %(page)s could not be read by text recognition: look at it yourself."
        ),
        "rest": _(
            "From page %(page)s on nothing was read by text recognition, which takes"
            " too long: look at each page."
        ),
    }[code] % {"page": page, "word": word}


# Pages with what is secret made black, as one file of pictures alone.
