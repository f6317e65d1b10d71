"""The program for strangers, on rows that were taken out: what is not so is told."""

import base64
import hashlib
import json
from types import SimpleNamespace

import pytest

from audit_app.sealing import keys
from audit_app.verifying import proofs
from audit_app.verifying.program import main

DIGEST = hashlib.sha256(b"a pdf").hexdigest()
DETAIL = json.dumps({"new": {"id": 1, "decision_id": 12, "sha256": DIGEST}})
SALT = b"s" * 32


def leaf(text):
    return hashlib.sha256(b"\0" + text.encode()).digest()


def b64(raw):
    return base64.b64encode(raw).decode()


@pytest.fixture
def file(tmp_path):
    """Two lines and their tree, made by what RFC 9162 and C2SP say."""
    return made(tmp_path)


def line(table, number, detail, **more):
    commitment = hashlib.sha256(SALT + detail.encode()).hexdigest()
    said = {"kind": "change", "event": "insert", "detail": commitment, **more}
    return json.dumps({"object_type": table, "object_id": number, **said})


def made(tmp_path, table="requests_app_decisiondocument", of="12", **more):
    key = keys.make("lockbox.example/ledger")
    # A line of a text has other ends of lines in it than JSON Lines have.
    decided = json.dumps({"new": {"id": of, "why": "a\u2028b"}}, ensure_ascii=False)
    texts = [
        line(table, "1", DETAIL, **more),
        line("requests_app_decision", of, decided),
    ]
    leaves = [leaf(text) for text in texts]
    root = hashlib.sha256(b"\1" + leaves[0] + leaves[1]).digest()
    checkpoint = proofs.Checkpoint("lockbox.example/ledger", 2, root).text
    signed = f"{checkpoint}\n{key.sign(checkpoint).line}"

    def proof(at):
        hashes = {"hash": b64(leaves[at]), "path": [b64(leaves[1 - at])]}
        return {"sealed": True, "leaf": at, **hashes, "line": texts[at]}

    opened = [{"salt": SALT.hex(), "detail": text} for text in (DETAIL, decided)]
    rows = [
        {"row": f"{table} 1", "proof": {**proof(0), **opened[0]}},
        {"row": f"requests_app_decision {of}", "proof": {**proof(1), **opened[1]}},
        {"proof": {"sealed": False}},
    ]
    world = SimpleNamespace(key=key, folder=tmp_path, rows=rows)
    world.first, world.end = {"checkpoint": signed}, {"end": {"rows": 3, "whole": True}}
    return world


def looked(file, *more):
    (file.folder / "pdf").write_bytes(b"a pdf")
    lines = [file.first, *file.rows, *([file.end] if file.end else [])]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (file.folder / "rows").write_text(text)
    key = ["--key", str(file.key.public)]
    return main(["--rows", f"{file.folder}/rows", *key, *more])


def test_what_is_proved_is_counted_and_told(file, capsys):
    assert looked(file, "--document", f"{file.folder}/pdf") == 0
    out = capsys.readouterr().out
    assert "2 of 3 rows are proved, and of" in out and "columns beside" in out
    assert f"insert requests_app_decisiondocument 1 {DETAIL}" in out


def change(at, **values):
    return lambda file: file.rows[at]["proof"].update(values)


@pytest.mark.parametrize(
    ("tamper", "what"),
    [
        (change(0, detail=DETAIL + " "), "row 1: the detail is not what"),
        (change(0, salt="00" * 32), "row 1: the detail is not what"),
        (change(1, line='{"seq": 3}'), "row 2: the line is not what its hash says"),
        (
            lambda file: file.rows[1].update(row="requests_app_decision 7"),
            "another row",
        ),
        (lambda file: file.rows[1].pop("proof"), "row 2: it has no proof"),
        (lambda file: file.rows[1].update(proof=7), "row 2: it has no proof"),
        (change(0, salt="no hex"), "row 1: half of a proof"),
        (lambda file: file.rows[0]["proof"].pop("hash"), "row 1: half of a proof"),
        (lambda file: file.rows[0]["proof"].pop("salt"), "row 1: half of a proof"),
        (lambda file: file.rows[0]["proof"].pop("line"), "row 1: half of a proof"),
        (change(2, line="{}"), "row 3: it is not sealed, and says"),
        (change(0, sealed=False), "row 1: it is not sealed, and says"),
        (change(0, leaf=-1), "row 1: half of a proof"),
        (change(1, leaf=1.9), "row 2: half of a proof"),
        (change(1, leaf=True), "row 2: half of a proof"),
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


@pytest.mark.parametrize(
    "other",
    [
        {"table": "requests_app_authority"},
        {"of": "13"},
        {"event": "update"},
        {"kind": "event"},
    ],
)
def test_a_document_is_one_of_a_decision_that_is_proved(tmp_path, capsys, other):
    file = made(tmp_path, **other)
    assert looked(file) == 0
    assert looked(file, "--document", f"{file.folder}/pdf") == 1
    assert (
        "another document than these decisions', or changed" in capsys.readouterr().out
    )


def test_a_document_that_was_changed_is_told(file, capsys):
    (file.folder / "other").write_bytes(b"another pdf")
    assert looked(file, "--document", f"{file.folder}/other") == 1
    assert "another document than these decisions'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda file: file.first.update(checkpoint=None), "no checkpoint"),
        (lambda file: file.first.update(checkpoint="x"), "not a signed note"),
        (lambda file: file.rows.append([]), "with an object in each"),
        (lambda file: file.rows.insert(0, file.end), "goes on after its end"),
        (
            lambda file: (
                file.rows.__delitem__(slice(2)),
                file.end["end"].update(rows=1),
            ),
            "nothing in it is sealed",
        ),
    ],
)
def test_what_is_no_such_file_is_said(file, capsys, spoil, why):
    spoil(file)
    assert looked(file) == 2
    err = capsys.readouterr().err
    assert "could not be looked at" in err and why in err


def test_an_empty_file_and_no_key_prove_nothing(file, capsys):
    assert looked(file) == 0
    assert main(["--rows", f"{file.folder}/rows"]) == 2
    assert "give --key" in capsys.readouterr().err
    (file.folder / "rows").write_bytes(b"")
    assert main(["--rows", f"{file.folder}/rows", "--key", str(file.key.public)]) == 2
    assert "no checkpoint" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ["--document", "x", "--dump", "y"],
        ["--rows", "x", "--dump", "y"],
        ["--rows", "x", "--checkpoint", "y"],
    ],
)
def test_what_would_not_be_looked_at_is_refused(options, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(options)
    assert "--rows" in capsys.readouterr().err
