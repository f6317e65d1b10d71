"""Following a published ledger from outside: its newest checkpoint must go on from the
one that was kept last, which it then takes the place of."""

from __future__ import annotations  # for Python 3.11

import json
from pathlib import Path
from urllib.request import urlopen

from . import note, tree
from .note import Key, Malformed, Unproven
from .statements import RESTORED, followed

MOST_BYTES = 1_000_000


def follow(address: str, keys: list[Key], kept_in: Path) -> str:
    """What was seen, in a sentence. Raises Unproven where the ledger does not go on
    from what was kept, which stays then; Malformed or OSError where it is not seen."""
    known, statements, faults = followed(keys, json.loads(_get(address, "statements")))
    if faults:
        raise Unproven(faults[0])
    text = _get(address, "checkpoint")
    now, by = note.opened(text, known)
    signed = f"{now.size} lines, signed by {', '.join(sorted(key.name for key in by))}"
    if not kept_in.exists():
        kept_in.write_text(text, "utf-8")
        return f"Kept for the first time: {signed}."
    before = note.opened(kept_in.read_text("utf-8"), known)[0]
    lost = [one for one in statements if one.why == RESTORED and before.size > one.size]
    if now.size < before.size or (lost and before.origin != now.origin):
        why = f" {lost[0]}" if lost else ""
        raise Unproven(
            f"{before.size} lines were kept, and the ledger has {now.size}: it has been"
            f" shortened, restored, or is another.{why}"
        )
    proof = _get(address, f"consistency/{before.size}/{now.size}").split()
    hashes = [note.decoded(line) for line in proof]
    if not tree.is_consistent(before.size, before.root, now.size, now.root, hashes):
        raise Unproven(
            f"The ledger of {now.size} lines does not go on from the {before.size} that"
            " were kept: it has been changed. Keep both."
        )
    kept_in.write_text(text, "utf-8")
    return f"It goes on from the {before.size} lines that were kept: {signed}."


def _get(address: str, name: str) -> str:
    url = f"{address.rstrip('/')}/{name}"
    if not url.startswith(("https://", "http://")):
        raise Malformed(f"{address} is no address of a ledger")
    with urlopen(url, timeout=30) as answer:  # noqa: S310 — http alone, see above
        return answer.read(MOST_BYTES).decode()
