"""Receipts, by software that is not ours: scitt-cose, pycose and cwt. Also after a new
key, and after a restore."""

import subprocess
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import call_command
from django.db import connection
from scitt_cose import verify_receipt

from audit_app.models import Receipt
from audit_app.sealing import keys, sealer
from audit_app.sealing.outside import receipt_round
from audit_app.verifying.proofs import key_from
from requests_app.cases.review.models.decision import Decision
from tests.cast import Cast
from tests.helpers.ledgers import ORIGIN, configure, nobody

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("undone")]
STRANGERS = Path(__file__).parent / "strangers"
PYTHON = Path(__file__).parents[2] / ".venv/strangers/bin/python"
TRUE, FALSE = (
    dict.fromkeys(("scitt-cose", "pycose", "cwt"), one) for one in (True, False)
)


@pytest.fixture(scope="module", autouse=True)
def world(once):
    if not PYTHON.exists():
        pytest.skip("needs pycose and cwt: make tools")
    Cast().decided()
    connection.check_constraints()


@pytest.fixture
def said(tmp_path):
    """Does each of them say that the receipt proves the line, by the key?"""

    def said(body, line, key):
        (tmp_path / "receipt").write_bytes(body)
        (tmp_path / "line").write_bytes(line)
        command = [PYTHON, "-I", STRANGERS / "check.py", "receipt", "line", str(key)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        words = [row.split() for row in done.stdout.splitlines()]
        return {
            "scitt-cose": by_scitt(body, line, key),
            **{name: verdict == "True" for name, verdict in words},
        }

    return said


def by_scitt(body, line, key):
    pem = Ed25519PublicKey.from_public_bytes(key.public).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    checked = verify_receipt(body, leaf_entry_hex=line.hex(), log_public_key_pem=pem)
    return checked.ok


def seal():
    assert sealer.seal_round(nobody) == [] == receipt_round(Decision._meta.db_table)


def newest():
    """The last receipt, and the line that it is of."""
    one = Receipt.objects.order_by("leaf").last()
    return bytes(one.body), one.leaf.entry.payload.encode()


def test_each_of_them_finds_the_line_proved_and_no_other(settings, tmp_path, said):
    key = configure(settings, tmp_path).public
    seal()
    body, line = newest()
    assert said(body, line, key) == TRUE
    assert said(body, line + b" ", key) == FALSE
    assert said(body[:-1] + bytes([body[-1] ^ 1]), line, key) == FALSE


@pytest.mark.parametrize("why", ["replaced", "restored"])
def test_also_by_a_new_key_and_what_was_signed_before_it(settings, tmp_path, said, why):
    old = configure(settings, tmp_path).public
    seal()
    before = newest()
    arguments, out = ["--replace"], StringIO()
    if why == "restored":
        arguments = [f"{ORIGIN}-2", "--after", settings.LEDGER_KEY]
        settings.LEDGER_KEY = str(tmp_path / "key-2")
        settings.LEDGER_PUBLIC = str(tmp_path / "key-2.pub")
        settings.LEDGER_FOLDER = str(tmp_path / "log-2")
    call_command("ledger_key", *arguments, stdout=out)
    new = key_from(out.getvalue())
    Cast().decided(number="AFTER")
    seal()
    after = newest()
    assert before != after and keys.read_keys(settings.LEDGER_KEY).public == new
    assert said(*before, old) == TRUE == said(*after, new)
