"""The proof of a decision: a file that is checked without us."""

import base64
import hashlib
import json
from io import StringIO
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import call_command
from django.db import connection
from scitt_cose import verify_receipt

from audit_app.models import Checkpoint, LedgerEntry, Receipt
from audit_app.sealing import keys, outside, sealer
from audit_app.sealing.outside import receipt_of, receipt_round
from audit_app.sealing.sealer import Proof, proof_of
from audit_app.verifying import proofs
from audit_app.verifying.program import main
from audit_app.verifying.proofs import opened
from requests_app.cases.review.models.afterwards import DecisionDocument
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.steps import decision as steps_decision
from requests_app.core.step import SYSTEM, machine_account
from tests.cast import Cast
from tests.helpers.ledgers import configure, nobody
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import page, signed_in
from tests.workbench.auditing.test_export_proved import proved

TABLE = Decision._meta.db_table
pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def case(once):
    case = Cast().decided()
    connection.check_constraints()
    return case


@pytest.fixture
def decision(case):
    return Decision.objects.get(review=case)


def address(decision, kind="tlog-proof"):
    return page(decision.review, "proof", decision.pk, kind)


def test_before_it_is_sealed_the_case_says_so(case, decision):
    karin = signed_in(case.case_officer)
    answer = karin.get(address(decision), follow=True)
    assert "inte förseglat i händelseloggen" in answer.content.decode()
    assert not LedgerEntry.objects.filter(event="decision.proof_taken").exists()


@pytest.fixture
def key(settings, tmp_path, decision):
    key = configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    assert receipt_round(TABLE) == []
    # What serves pages has none.
    settings.LEDGER_PUBLIC = str(tmp_path / "key.pub")
    Path(settings.LEDGER_PUBLIC).write_text(f"{key.public}\n")
    settings.LEDGER_KEY = ""
    return key


def test_the_file_proves_the_decisions_line(
    case, decision, key, django_assert_max_num_queries
):
    karin = signed_in(case.case_officer)
    assert address(decision) in karin.get(page(case)).content.decode()
    with django_assert_max_num_queries(12):
        answer = karin.get(address(decision))
    text = answer.content.decode()
    assert ".tlog-proof" in answer["Content-Disposition"]
    head, signed = text.split("\n\n", 1)
    first, extra, index, *hashes = head.split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    payload = base64.b64decode(extra.removeprefix("extra "))
    assert b'"requests_app_decision"' in payload and b'"insert"' in payload
    checkpoint, _by = opened(signed, [key.public])
    proof = [base64.b64decode(one) for one in hashes]
    number = int(index.removeprefix("index "))
    leaf, root = proofs.leaf_hash(payload), checkpoint.root
    assert proofs.is_included(leaf, number, checkpoint.size, proof, root)
    (taken,) = LedgerEntry.objects.filter(event="decision.proof_taken")
    assert taken.kind == "export" and taken.actor_id == case.case_officer.pk


def test_the_receipt_proves_the_same(case, decision, key):
    answer = signed_in(case.case_officer).get(address(decision, "cose"))
    assert answer["Content-Type"] == "application/cose"
    number = cbor2.loads(cbor2.loads(answer.content).value[1][396][-1][0])[1]
    line = LedgerEntry.objects.get(leaf__leaf_index=number).payload.encode()
    pem = Ed25519PublicKey.from_public_bytes(key.public.public).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    for body, is_it in ((line, True), (line + b" ", False)):
        checked = verify_receipt(
            answer.content, leaf_entry_hex=body.hex(), log_public_key_pem=pem
        )
        assert checked.ok == is_it, checked
    protected, unprotected, payload, signature = cbor2.loads(answer.content).value
    assert cbor2.loads(protected)[395] == 1 and payload is None
    size, index, path = cbor2.loads(unprotected[396][-1][0])
    entry = LedgerEntry.objects.get(leaf__leaf_index=index)
    assert entry.object_id == str(decision.pk)
    root = sealer.root(size)
    assert proofs.is_included(bytes(entry.leaf_hash), index, size, path, root)
    signed = cbor2.dumps(["Signature1", protected, b"", root])
    Ed25519PublicKey.from_public_bytes(key.public.public).verify(signature, signed)


def test_while_no_receipt_is_signed_the_case_says_so(
    case, decision, settings, tmp_path
):
    configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    answer = signed_in(case.case_officer).get(address(decision, "cose"), follow=True)
    assert "inte förseglat i händelseloggen" in answer.content.decode()
    assert not Receipt.objects.exists()


def test_each_line_has_its_receipt_once_also_when_the_key_was_replaced(
    case, decision, settings, tmp_path
):
    """The next round signs what is new, and what was signed stands by the old key."""
    old = configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == [] == receipt_round(TABLE)
    body = bytes(Receipt.objects.get().body)
    call_command("ledger_key", "--replace", stdout=StringIO())
    again = Cast().decided(number="AGAIN")
    assert (
        sealer.seal_round(nobody) == [] == receipt_round(TABLE) == receipt_round(TABLE)
    )
    first, second = Receipt.objects.order_by("leaf")
    assert bytes(first.body) == body and str(old.public).encode() in body
    assert str(old.public).encode() not in bytes(second.body)
    new = keys.read_keys(settings.LEDGER_KEY)
    for key, row, decided in (
        (old, first, decision),
        (new, second, again.decisions.get()),
    ):
        answer = signed_in(case.case_officer).get(address(decided, "cose"))
        assert answer["Content-Type"] == "application/cose"
        line = row.leaf.entry.payload.encode()
        pem = Ed25519PublicKey.from_public_bytes(key.public.public).public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        checked = verify_receipt(
            answer.content, leaf_entry_hex=line.hex(), log_public_key_pem=pem
        )
        assert checked.ok, checked


def test_a_receipt_that_was_put_in_its_place_is_not_served(case, decision, key):
    own = Receipt.objects.get()
    other = keys.make(key.name)
    line = Proof(own.leaf_id, own.leaf.entry, [], Checkpoint.objects.get())
    path = proof_of(own.leaf.entry_id).hashes
    forged = receipt_of(line._replace(hashes=path), other, [key.public])
    behind_our_back(
        "audit_app_receipt", "update audit_app_receipt set body = %s", forged
    )
    answer = signed_in(case.case_officer).get(address(decision, "cose"), follow=True)
    assert answer["Content-Type"] != "application/cose"
    (fault,) = outside.receipt_faults(TABLE, "default", [key.public])
    assert "does not prove it" in fault


def test_a_receipt_with_something_after_its_end_is_none(case, decision, key):
    own, known = Receipt.objects.get(), [key.public]
    line = own.leaf.entry.payload
    assert outside.is_receipt_of(bytes(own.body), line, known)
    assert not outside.is_receipt_of(bytes(own.body) + b"x", line, known)


def test_a_receipt_that_is_gone_or_of_another_line_is_a_fault(
    case, decision, key, settings, tmp_path
):
    assert list(outside.receipt_faults(TABLE, "default", [key.public])) == []
    own = Receipt.objects.get()
    sql("select audit_ledger_receipt(%s, 'x')", own.leaf_id + 1)
    behind_our_back(
        "audit_app_receipt", f"delete from audit_app_receipt where leaf_id = {own.pk}"
    )
    gone, nobodys = outside.receipt_faults(TABLE, "default", [key.public])
    assert gone == f"leaf {own.pk}: it has no receipt"
    assert nobodys.startswith(f"leaf {own.pk + 1}: a receipt of a line")


def test_what_it_commits_to_is_proved_with_its_documents(
    case, decision, key, settings, tmp_path, capsys
):
    """By RFC 9162 and SHA-256 alone, and by the program for strangers."""
    machine = machine_account(SYSTEM)
    sheets = [(sheet, b"a pdf") for sheet in steps_decision.sheets_lacking(decision)]
    assert steps_decision.keep_drawn(decision, by=machine, drawn=sheets)
    connection.check_constraints()
    settings.LEDGER_KEY = str(tmp_path / "key")
    assert sealer.seal_round(nobody) == []
    paper = DecisionDocument.objects.filter(decision=decision).first()
    answer = signed_in(case.case_officer).get(address(decision, "jsonl"))
    assert answer["Content-Type"] == "application/jsonl"
    rows = proved(answer.content, key)
    told = {}
    for row in rows:
        proof = row["proof"]
        body = bytes.fromhex(proof["salt"]) + proof["detail"].encode()
        commitment = json.loads(proof["line"])["detail"]
        assert hashlib.sha256(body).hexdigest() == commitment
        told[row["row"]] = json.loads(proof["detail"])["new"]
    assert told[f"requests_app_decision {decision.pk}"]["outcome"] == decision.outcome
    digest = told[f"requests_app_decisiondocument {paper.pk}"]["sha256"]
    pdf = bytes(paper.content.body)
    assert digest == hashlib.sha256(pdf).hexdigest()
    (tmp_path / "rows").write_bytes(answer.content)
    (tmp_path / "pdf").write_bytes(pdf)
    options = ["--rows", f"{tmp_path}/rows", "--document", f"{tmp_path}/pdf"]
    assert main([*options, "--key", str(key.public)]) == 0
    out = capsys.readouterr().out
    assert f"The lines of {len(rows)} of {len(rows)} rows are proved" in out
    assert decision.outcome in out and decision.decided_by_name in out
    (tmp_path / "pdf").write_bytes(pdf + b" ")
    assert main([*options, "--key", str(key.public)]) == 1
    assert "another document" in capsys.readouterr().out


def test_whoever_may_not_read_it_gets_none(case, decision, key):
    cast = Cast()
    for person in (cast.cilla, cast.eva, cast.sam):
        assert signed_in(person).get(address(decision)).status_code == 404
    karin = signed_in(case.case_officer)
    assert karin.get(address(decision, "pdf")).status_code == 404
    assert karin.get(page(case, "proof", 999_999, "cose")).status_code == 404
