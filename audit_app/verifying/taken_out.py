"""Rows that were taken out with their proofs, and documents that they tell of."""

import base64
import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from . import note, tree
from .note import Checkpoint, Key, Malformed

# What a proof has only where its row is sealed.
OF_SEALED = {"leaf", "hash", "path", "line", "salt", "detail"}
DECISION, DOCUMENT = "requests_app_decision", "requests_app_decisiondocument"
# What no file proves of itself.
LIMITS = (
    "The columns beside the lines are proved by nothing here, nor that no row was left"
    " out."
)


class TakenOut:
    """`faults` in sentences; `says`: what the lines that say what they commit to say.
    Raises Malformed where it is no such file or nothing in it is sealed, and Unproven
    where its checkpoint has no signature by one of the keys."""

    def __init__(self, lines: Iterable[bytes], keys: list[Key]) -> None:
        self.faults: list[str] = []
        self.says: list[str] = []
        self.rows = self.proved = 0
        self._decisions: set[str] = set()
        self._digests: list[tuple[str, str]] = []  # with the decision's number
        rest = iter(lines)
        checkpoint = _checkpoint(next(rest, b""), keys)
        end: Any = None
        for line in rest:
            if end is not None:
                raise Malformed("the file goes on after its end")
            row = from_json(line)
            if isinstance(row.get("end"), dict) and "proof" not in row:
                end = row["end"]
            else:
                self._row(row, checkpoint)
        self.faults += _ending(end, self.rows)
        if not self.proved and not self.faults:
            raise Malformed("nothing in it is sealed: take it out again in a minute")

    def size_in_words(self) -> str:
        return (
            f"The lines of {self.proved} of {self.rows} rows are proved, and of"
            f" {len(self.says)} what they were about. {LIMITS}"
        )

    def unlike(self, documents: dict[str, bytes]) -> Iterator[str]:
        """A fault for each, by name, that is none of the decisions proved here."""
        digests = {sha for sha, of in self._digests if of in self._decisions}
        for name, body in documents.items():
            if sha256(body).hexdigest() not in digests:
                yield f"{name}: another document than these decisions', or changed"

    def _row(self, row: dict[str, Any], checkpoint: Checkpoint) -> None:
        self.rows += 1
        proof = row.get("proof")
        if not isinstance(proof, dict):
            self._wrong("it has no proof")
        elif proof.get("sealed") is not True:
            if OF_SEALED & proof.keys():
                self._wrong("it is not sealed, and says that it is in the tree")
        elif what := fault_of(row, proof, checkpoint):
            self._wrong(what)
        else:
            self.proved += 1
            if "detail" in proof:
                self._say(from_json(proof["line"]), proof["detail"])

    def _wrong(self, what: str) -> None:
        self.faults.append(f"row {self.rows}: {what}")

    def _say(self, line: dict[str, Any], detail: str) -> None:
        of, number = str(line.get("object_type")), str(line.get("object_id"))
        self.says.append(
            f"row {self.rows}: {line.get('at')} {_signer(line)}:"
            f" {line.get('event')} {name_of(of, number)} {detail}"
        )
        if (line.get("kind"), line.get("event")) != ("change", "insert"):
            return
        new = from_json(detail).get("new") or {}
        if of == DECISION:
            self._decisions.add(number)
        elif of == DOCUMENT:
            self._digests.append((str(new.get("sha256")), str(new.get("decision_id"))))


def _signer(line: dict[str, Any]) -> str:
    """Lines have numbers: what the person is called is told at the account alone."""
    number = line.get("actor_id")
    return "nobody" if number is None else f"person {number}"


def _checkpoint(line: bytes, keys: list[Key]) -> Checkpoint:
    whole = from_json(line).get("checkpoint") if line else None
    if not isinstance(whole, str):
        raise Malformed("the file has no checkpoint: nothing in it is proved")
    return note.opened(whole, keys)[0]


def fault_of(row: dict[str, Any], proof: dict[str, Any], checkpoint: Checkpoint) -> str:
    """What is wrong with a row that says it is sealed; nothing where nothing is."""
    try:
        leaf = base64.b64decode(proof["hash"], validate=True)
        path = [base64.b64decode(one, validate=True) for one in proof["path"]]
        place = proof["leaf"]
        if type(place) is not int or place < 0:
            return "half of a proof"
        if not tree.is_included(leaf, place, checkpoint.size, path, checkpoint.root):
            return "its path does not lead to the checkpoint"
        if "line" in proof and tree.leaf_hash(proof["line"].encode()) != leaf:
            return "the line is not what its hash says"
        if "detail" in proof and not _commits(proof):
            return "the detail is not what the line commits to"
        line = from_json(proof["line"]) if "row" in row else {}
        if line and row["row"] != name_of(line["object_type"], line["object_id"]):
            return "it is another row than its line is about"
    except (KeyError, TypeError, AttributeError, ValueError):
        return "half of a proof"
    return ""


def name_of(table: str, number: str) -> str:
    """What a row is called, beside its proof."""
    return f"{table} {number}"


def _commits(proof: dict[str, Any]) -> bool:
    body = bytes.fromhex(proof["salt"]) + proof["detail"].encode()
    return sha256(body).hexdigest() == from_json(proof["line"]).get("detail")


def _ending(end: Any, rows: int) -> list[str]:
    if end is None:
        return ["the file has no end: a part of it is missing"]
    if end.get("whole") is not True:
        return [f"the file was broken off: {end.get('why', '')}"]
    return [] if end.get("rows") == rows else ["rows are missing, or there are more"]


def from_json(text: bytes | str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except ValueError:
        raise Malformed("not JSON Lines") from None
    if not isinstance(line, dict):
        raise Malformed("not JSON Lines with an object in each")
    return line
