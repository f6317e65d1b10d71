"""The program for strangers, on rows that were taken out: what is not so is told."""

import base64
import hashlib
import json
from types import SimpleNamespace

import pytest

from audit_app.sealing import keys
from audit_app.verifying import note
from audit_app.verifying.program import main

DETAIL = json.dumps({"new": {"id": 1, "sha256": hashlib.sha256(b"a pdf").hexdigest()}})
SALT = b"s" * 32


def leaf(text):
    return hashlib.sha256(b"\0" + text.encode()).digest()


def b64(raw):
    return base64.b64encode(raw).decode()


@pytest.fixture
def file(tmp_path):
    """Two lines and their tree, made by what RFC 9162 and C2SP say."""
    key = keys.make("lockbox.example/ledger")
    commitment = hashlib.sha256(SALT + DETAIL.encode()).hexdigest()
    texts = [json.dumps({"seq": 1, "detail": commitment}), json.dumps({"seq": 2})]
    leaves = [leaf(text) for text in texts]
    root = hashlib.sha256(b"\1" + leaves[0] + leaves[1]).digest()
    checkpoint = note.Checkpoint("lockbox.example/ledger", 2, root).text
    signed = f"{checkpoint}\n{key.sign(checkpoint).line}"

    def proof(at):
        hashes = {"hash": b64(leaves[at]), "path": [b64(leaves[1 - at])]}
        return {"sealed": True, "leaf": at, **hashes, "line": texts[at]}

    rows = [
        {"row": "one", "proof": {**proof(0), "salt": SALT.hex(), "detail": DETAIL}},
        {"row": "two", "proof": proof(1)},
        {"row": "three", "proof": {"sealed": False}},
    ]
    world = SimpleNamespace(key=key, folder=tmp_path, rows=rows)
    world.first, world.end = {"checkpoint": signed}, {"end": {"rows": 3, "whole": True}}
    return world


def looked(file, *more):
    (file.folder / "pdf").write_bytes(b"a pdf")
    lines = [file.first, *file.rows, *([file.end] if file.end else [])]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (file.folder / "rows").write_text(text)
    key = ["--key", str(file.key.public)]
    return main(["--rows", f"{file.folder}/rows", *key, *more])


def test_what_is_proved_is_counted(file, capsys):
    assert looked(file, "--document", f"{file.folder}/pdf") == 0
    out = capsys.readouterr().out
    assert "3 rows: 2 are in the tree of the checkpoint, and 1 say" in out
    assert "1 were not sealed yet" in out and "All of it is proved" in out


def change(at, **values):
    return lambda file: file.rows[at]["proof"].update(values)


@pytest.mark.parametrize(
    ("tamper", "what"),
    [
        (change(0, detail=DETAIL + " "), "row 1: the detail is not what"),
        (change(0, salt="00" * 32), "row 1: the detail is not what"),
        (change(1, line='{"seq": 3}'), "row 2: the line is not what its hash says"),
        (change(1, leaf=0), "row 2: its path does not lead"),
        (change(1, path=[b64(b"x" * 32)]), "row 2: its path does not lead"),
        (change(1, hash=b64(leaf('{"seq": 3}')), line='{"seq": 3}'), "row 2: its path"),
        (lambda file: file.rows.pop(), "rows are missing, or there are more"),
        (lambda file: setattr(file, "end", None), "the file has no end"),
        (lambda file: file.end["end"].update(whole=False, why="so"), "broken off: so"),
        (
            lambda file: setattr(file, "key", keys.make("lockbox.example/ledger")),
            "no known key",
        ),
    ],
)
def test_what_was_tampered_with_is_told(file, capsys, tamper, what):
    tamper(file)
    assert looked(file) == 1
    assert what in capsys.readouterr().out


def test_a_document_that_no_row_tells_of_is_told(file, capsys):
    (file.folder / "other").write_bytes(b"another pdf")
    assert looked(file, "--document", f"{file.folder}/other") == 1
    assert "it is another document, or changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.first.update(checkpoint=None),
        lambda file: file.first.update(checkpoint="x"),
        lambda file: file.rows[0]["proof"].pop("hash"),
        lambda file: file.rows[0]["proof"].pop("salt"),
        lambda file: file.rows[0].update(proof=7),
        change(0, salt="no hex"),
    ],
)
def test_what_is_no_such_file_is_said(file, capsys, spoil):
    spoil(file)
    assert looked(file) == 2
    assert "could not be looked at" in capsys.readouterr().err
