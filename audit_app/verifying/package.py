"""A package that a municipality has published, with the proof of its ledger."""

import json
from hashlib import sha256
from typing import Any

from . import note
from .note import LOG, Key, Malformed, Unproven
from .taken_out import fault_of, from_json

PUBLICATION = "requests_app_publication"


def canonical(value: Any) -> str:
    """The one way in which a package or an entry is written to be digested."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(value: Any) -> str:
    return sha256(canonical(value).encode()).hexdigest()


def proved_by(body: Any, keys: list[Key]) -> Key:
    """Whose ledger has the line by which this very package was published. Raises
    Unproven where none of the keys has signed a tree with it, and Malformed where the
    package, or its proof, is not what was published."""
    proof = body.get("proof") if isinstance(body, dict) else None
    if not isinstance(proof, dict) or not isinstance(proof.get("checkpoint"), str):
        raise Malformed("the file has no proof")
    checkpoint, signers = note.opened(proof["checkpoint"], keys)
    if what := fault_of({}, proof, checkpoint):
        raise Malformed(what)
    if "line" not in proof or "detail" not in proof:
        raise Malformed("half of a proof")
    line, detail = from_json(proof["line"]), from_json(proof["detail"])
    about = (line.get("kind"), line.get("event"), line.get("object_type"))
    if about != ("change", "insert", PUBLICATION):
        raise Malformed("its line is about something else than a package")
    new = detail.get("new")
    if not isinstance(new, dict) or new.get("digest") != digest_of(body.get("package")):
        raise Malformed("the package is another than was published, or changed")
    for key in signers:
        if key.kind == LOG and key.name == checkpoint.origin:
            return key
    raise Unproven(f"no known key of {checkpoint.origin} signed the checkpoint")


def package_in_words(body: Any, key: Key) -> str:
    """What is proved of it."""
    package, line = body["package"], from_json(body["proof"]["line"])
    return (
        f"{package.get('title')}, edition {package.get('edition')}, of"
        f" {package.get('publisher')}, was published at {line.get('at')} in the ledger"
        f" of {key.name}. SHA-256 {digest_of(package)}"
    )
