"""Rows that were taken out with their proofs, and documents that they tell of."""

import base64
import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from . import note, tree
from .note import Checkpoint, Key, Malformed


class TakenOut(NamedTuple):
    """`faults` in sentences; `details`: what those lines commit to that say it."""

    rows: int
    proved: int
    details: list[str]
    faults: list[str]

    def size_in_words(self) -> str:
        rest = self.rows - self.proved
        return (
            f"{self.rows} rows: {self.proved} are in the tree of the checkpoint, and"
            f" {len(self.details)} say what they commit to."
            + (f" {rest} were not sealed yet, which proves nothing." if rest else "")
        )


def look(lines: Iterable[str], keys: list[Key]) -> TakenOut:
    """Raises Malformed where it is no such file, and Unproven where its checkpoint has
    no signature by one of the keys."""
    try:
        return _looked(lines, keys)
    except (KeyError, TypeError, AttributeError):
        raise Malformed("a row without its proof, or with half of one") from None


def _looked(lines: Iterable[str], keys: list[Key]) -> TakenOut:
    first, *rest = [_from_json(line) for line in lines]
    if not first.get("checkpoint"):
        raise Malformed("the file has no checkpoint: nothing in it is proved")
    whole = str(first["checkpoint"])
    checkpoint = (
        note.opened(whole, keys)[0]
        if keys
        else note.checkpoint_from(note.note_from(whole).text)
    )
    rows = [row for row in rest if "proof" in row]
    faults = [
        f"row {number}: {what}"
        for number, row in enumerate(rows, 1)
        for what in _faults(row["proof"], checkpoint)
    ]
    faults += _ending(rest, len(rows))
    proofs = [row["proof"] for row in rows]
    return TakenOut(
        len(rows),
        sum(proof.get("sealed") is True for proof in proofs),
        [proof["detail"] for proof in proofs if _commits(proof)],
        faults,
    )


def documents(taken_out: TakenOut, bodies: dict[str, bytes]) -> Iterator[str]:
    """A fault for each document, by name, whose digest no row tells."""
    digests = {_digest(detail) for detail in taken_out.details}
    for name, body in bodies.items():
        if sha256(body).hexdigest() not in digests:
            yield f"{name}: no row tells its digest; it is another document, or changed"


def _digest(detail: str) -> str:
    return str((_from_json(detail).get("new") or {}).get("sha256"))


def _faults(proof: dict[str, Any], checkpoint: Checkpoint) -> Iterator[str]:
    if proof.get("sealed") is not True:
        return
    leaf, path = _bytes(proof["hash"]), [_bytes(one) for one in proof["path"]]
    if not tree.is_included(
        leaf, int(proof["leaf"]), checkpoint.size, path, checkpoint.root
    ):
        yield "its path does not lead to the checkpoint"
    if "line" in proof and tree.leaf_hash(proof["line"].encode()) != leaf:
        yield "the line is not what its hash says"
    if "detail" in proof and not _commits(proof):
        yield "the detail is not what the line commits to"


def _commits(proof: dict[str, Any]) -> bool:
    if "detail" not in proof:
        return False
    body = bytes.fromhex(proof["salt"]) + proof["detail"].encode()
    return sha256(body).hexdigest() == _from_json(proof["line"]).get("detail")


def _ending(rest: list[dict[str, Any]], rows: int) -> list[str]:
    end = rest[-1].get("end") if rest else None
    if not isinstance(end, dict):
        return ["the file has no end: a part of it is missing"]
    if end.get("whole") is not True:
        return [f"the file was broken off: {end.get('why', '')}"]
    return [] if end.get("rows") == rows else ["rows are missing, or there are more"]


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _from_json(text: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except ValueError:
        raise Malformed("not JSON Lines") from None
    if not isinstance(line, dict):
        raise Malformed("not JSON Lines with an object in each")
    return line
