"""The process that opens a document, for one question: it may take so much time, memory
and disk, and reaches no network. It needs neither settings nor a database."""

import ctypes
import io
import os
import resource
import sys
from collections.abc import Callable
from typing import Any

from requests_app.disclosure.masking import sheets
from requests_app.disclosure.masking.sheets import Box, Fault, Load, Mask

SECONDS = 240  # of a processor
MEMORY = 2 * 1024**3
LARGEST_ANSWER = 512 * 1024**2
NO_NETWORK = 0x10000000 | 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET

Answer = tuple[dict[str, Any], list[bytes]]


def main() -> None:
    question, answer = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print would stand in the midst of the answer
    load = sheets.read(question)
    _confine()
    try:
        about, bodies = JOBS[sys.argv[1]](load)
    except Fault as fault:
        about, bodies = {"fault": fault.code, "number": fault.number}, []
    except MemoryError:
        about, bodies = {"fault": "stopped", "number": 0}, []
    sheets.write(answer, about, bodies)


def _confine() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_ANSWER),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    # Where the machine lets a process do so; nothing of what it runs calls out anyway.
    ctypes.CDLL(None).unshare(NO_NETWORK)


def _pages(load: Load) -> Answer:
    from requests_app.disclosure.masking.sheets import (
        drawn,
        pages_of_pdf,
        pages_of_picture,
        parts_of,
    )

    (body,), only = load.bodies, load.about["only"]
    kind = load.about["type"].split(";")[0].strip().lower()
    if kind == "application/pdf":
        count, pages = pages_of_pdf(body, only)
    elif kind in ("image/png", "image/jpeg", "image/tiff"):
        count, pages = pages_of_picture(io.BytesIO(body), only)
    else:
        parts = parts_of(kind, body)
        count, pages = pages_of_pdf(drawn("", parts, load.about["practice"]), only)
    rows, bodies = [], []
    for page in pages:
        rows.append((page.width, page.height, page.words))
        bodies.append(page.png)
    return {"count": count, "pages": rows}, bodies


def _paper(load: Load) -> Answer:
    from requests_app.disclosure.masking.sheets import drawn

    about = load.about
    return {}, [drawn(about["title"], about["parts"], about["practice"])]


def _masked(load: Load) -> Answer:
    from requests_app.disclosure.masking.sheets import masked

    placed = {
        int(place): [Mask(Box(*box), label) for box, label in rows]
        for place, rows in load.about["masks"].items()
    }
    return {}, [masked(load.bodies, placed, load.about["title"])]


def _left(load: Load) -> Answer:
    from requests_app.disclosure.masking.sheets import left

    return {"left": left(load.bodies[0], load.about["words"], load.about["ocr"])}, []


JOBS: dict[str, Callable[[Load], Answer]] = {
    "pages": _pages,
    "paper": _paper,
    "masked": _masked,
    "left": _left,
}

if __name__ == "__main__":
    main()
