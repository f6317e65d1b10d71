"""JSON Lines carry their proofs: checked by what RFC 9162 says, not by our code."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection

from audit_app.ledger import record
from audit_app.models import Checkpoint, LedgerEntry
from audit_app.reconcile import everything
from audit_app.sealing import keys, sealer
from audit_app.verifying import proofs
from audit_app.verifying.proofs import WITNESS
from requests_app.cases.review.steps import people
from tests.cast import Cast
from tests.helpers.ledgers import configure, nobody
from tests.workbench.auditing.test_export import taken_out

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def decided(once):
    return Cast().decided(number="EXSR500")


@pytest.fixture
def key(settings, tmp_path, decided):
    key = configure(settings, tmp_path)
    connection.check_constraints()
    assert sealer.seal_round(nobody) == []
    return key


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leads(leaf_index, tree_size, inclusion_path, leaf_hash, root_hash):
    """RFC 9162, section 2.1.3.2, step by step."""
    if leaf_index >= tree_size:
        return False
    fn, sn, r = leaf_index, tree_size - 1, leaf_hash
    for p in inclusion_path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = sha256(b"\x01", p, r)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\x01", r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root_hash


def opened(note, key):
    """Size and root of a signed note (C2SP), by the log's public key."""
    text, _blank, signatures = note.partition("\n\n")
    name, signature = signatures.splitlines()[0].removeprefix("— ").split(" ")
    raw = base64.b64decode(signature)
    assert name == key.name and raw[:4] == key.key_id
    Ed25519PublicKey.from_public_bytes(key.public).verify(raw[4:], f"{text}\n".encode())
    _origin, size, root = text.splitlines()
    return int(size), base64.b64decode(root)


def proved(body, key):
    """The rows, after the first line and each of the proofs has been checked."""
    first, *rows, _end = [json.loads(line) for line in body.decode().splitlines()]
    size, root = opened(first["checkpoint"], key.public)
    for row in rows:
        proof = row["proof"]
        if not proof["sealed"]:
            continue
        leaf = base64.b64decode(proof["hash"])
        if "line" in proof:
            assert leaf == sha256(b"\x00", proof["line"].encode())
        path = [base64.b64decode(one) for one in proof["path"]]
        assert leads(proof["leaf"], size, path, leaf, root)
        other = [*path[:-1], sha256(b"")]
        assert not leads(proof["leaf"], size, other, leaf, root)
        assert not leads(proof["leaf"] ^ 1, size, path, leaf, root)
    return rows


def sealed(rows):
    return [row["proof"]["sealed"] for row in rows]


def test_each_line_leads_to_the_checkpoint_in_the_first(cast, decided, key):
    karin = cast.karin.pk
    rows = proved(taken_out(cast.agnes, "audit", "jsonl", person=karin), key)
    assert len(rows) > 50 and set(sealed(rows)) == {True}
    for row in rows:
        line = LedgerEntry.objects.get(pk=row["Post"])
        # A text has no case of its own: nobody can tell who may know of its line.
        is_text = line.object_type == "requests_app_content"
        assert row["proof"].get("line") == (None if is_text else line.payload)
        assert row["proof"]["leaf"] == line.leaf.leaf_index
    for name, *args in (
        ("audit_decisions",),
        ("audit_roles",),
        ("audit_person", karin),
    ):
        rows = proved(taken_out(cast.agnes, name, "jsonl", *args), key)
        assert rows and all(sealed(rows)), name
        assert len({row["proof"]["leaf"] for row in rows}) == len(rows)


def test_what_is_not_sealed_yet_says_so(cast, decided, key):
    record("test.written", by=cast.lena, authority=cast.gsn.pk)
    rows = proved(taken_out(cast.agnes, "audit", "jsonl", person=cast.lena.pk), key)
    assert not rows[0]["proof"]["sealed"] and rows[-1]["proof"]["sealed"]
    # Sealed since, and not in a checkpoint yet: no more proved than before.
    sealer.seal()
    rows = proved(taken_out(cast.agnes, "audit", "jsonl", person=cast.lena.pk), key)
    assert not rows[0]["proof"]["sealed"]


def test_it_is_the_newest_checkpoint_that_a_witness_has_seen(
    cast, decided, key, settings, tmp_path
):
    seen = Checkpoint.objects.first()
    witness, junk = keys.make("w.example", WITNESS), "— w.example AAAAAAAAAAAA\n"
    settings.LEDGER_POLICY = str(tmp_path / "policy")
    Path(settings.LEDGER_POLICY).write_text(
        f"witness w {witness.public}\nquorum none\n"
    )
    line = witness.cosign(proofs.note_from(seen.note).text, 1).line
    with connection.cursor() as cursor:
        for text in (junk, line):
            values = [seen.size, str(witness.public), text]
            cursor.execute("select audit_ledger_cosigned(%s, %s, %s)", values)
    record("test.written", by=cast.lena, authority=cast.gsn.pk)
    connection.check_constraints()
    assert sealer.seal_round(nobody) == []
    body = taken_out(cast.agnes, "audit_decisions", "jsonl")
    first = json.loads(body.decode().splitlines()[0])
    assert Checkpoint.objects.count() == 2
    # What anybody with the application's login can add beside it is not handed out.
    assert first["checkpoint"] == seen.note + line
    (found,) = everything("default")
    assert (found.what, found.object_type) == ("junk", "audit_app_cosignature")


def test_of_a_named_list_there_is_the_hash_and_not_the_line(cast, decided, key):
    people.close_list(decided, by=cast.bo, reason="A staff matter")
    number = decided.diary_number
    rows = proved(taken_out(cast.agnes, "audit", "jsonl", case=number), key)
    assert any(sealed(rows))
    assert all("line" not in row["proof"] for row in rows)
