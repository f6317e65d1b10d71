"""Checkpoints, cosignatures, tiles, entries and proofs, by software that is not ours:
Go's sumdb."""

import os
import subprocess
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection

from audit_app.models import SealedLeaf
from audit_app.sealing import keys, outside, sealer
from audit_app.sealing.sealer import proof_of
from audit_app.verifying import proofs
from audit_app.verifying.proofs import WITNESS
from lockbox_site.management.commands import ledger_key
from tests.cast import Cast
from tests.helpers.ledgers import configure

pytestmark = [
    pytest.mark.long,
    pytest.mark.needs("go"),
    pytest.mark.usefixtures("undone"),
]
GOPATH = Path("/usr/share/gocode")
SECONDS = 1795514400
PROGRAM = Path(__file__).parent / "go" / "check.go"


@pytest.fixture(scope="module", autouse=True)
def world(once):
    Cast().decided()
    connection.check_constraints()


@pytest.fixture(scope="module")
def check(tmp_path_factory):
    folder = tmp_path_factory.mktemp("go")
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(GOPATH),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    build = ["go", "build", "-o", folder / "check", PROGRAM]
    subprocess.run(build, env=environment, check=True, capture_output=True)

    def check(*arguments):
        command = [folder / "check", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stdout

    return check


@pytest.fixture
def ledger(settings, tmp_path):
    """Sealed, cosigned by a witness at a time that is known, and published."""
    ledger = SimpleNamespace(key=configure(settings, tmp_path), folder=tmp_path / "log")
    ledger.by = keys.make("witness.example/w", WITNESS)
    settings.LEDGER_POLICY = str(tmp_path / "policy")
    Path(settings.LEDGER_POLICY).write_text(
        f"witness w {ledger.by.public} https://witness.example\nquorum w\n"
    )

    def post(_url, body):
        text = proofs.note_from(outside.parsed(body)[2]).text
        return 200, ledger.by.cosign(text, SECONDS).line

    ledger.post = post
    assert sealer.seal_round(post) == []
    ledger.size = sealer.size_of_tree()
    ledger.proof = tmp_path / "line.tlog-proof"
    ledger.proof.write_text(proof_of(entry(ledger.size - 1)).text)
    return ledger


@pytest.fixture
def told(check, ledger):
    def told(by=None):
        by = by or ledger.by.public
        return check(ledger.key.public, by, ledger.folder, ledger.proof)

    return told


@pytest.mark.parametrize("why", ["replaced", "restored"])
def test_go_follows_a_new_key(ledger, check, settings, tmp_path, monkeypatch, why):
    """It reads what the old key says of it, and what it has signed since."""
    monkeypatch.setattr(ledger_key, "post", ledger.post)
    out, arguments = StringIO(), ["--replace"]
    if why == "restored":
        arguments = [f"{ledger.key.name}-2", "--after", settings.LEDGER_KEY]
        settings.LEDGER_KEY = str(tmp_path / "key-2")
        settings.LEDGER_FOLDER = str(tmp_path / "log-2")
    call_command("ledger_key", *arguments, stdout=out)
    new = out.getvalue().strip()
    Cast().new(number="AFTER")
    assert sealer.seal_round(ledger.post) == []
    folder, size = settings.LEDGER_FOLDER, sealer.size_of_tree()
    ledger.proof.write_text(proof_of(entry(size - 1)).text)
    code, said = check(new, ledger.by.public, folder, ledger.proof)
    assert (code, said) == (0, f"whole {size} {size - 1} {SECONDS}\n"), said
    (statement,) = Path(folder, "statements").iterdir()
    code, said = check("statement", statement, ledger.key.public, new)
    assert code == 0 and said.startswith(f"{why} at "), said
    other = keys.make(ledger.key.name).public
    assert check("statement", statement, ledger.key.public, other)[0] == 1


def entry(index):
    return SealedLeaf.objects.get(leaf_index=index).entry_id


def test_go_finds_it_whole(ledger, told):
    for index in (0, 255, 256, ledger.size - 1):
        ledger.proof.write_text(proof_of(entry(index)).text)
        whole = f"whole {ledger.size} {index} {SECONDS}\n"
        assert told() == (0, whole)


def test_go_refuses_another_place_in_the_tree(ledger, told):
    text = ledger.proof.read_text()
    last = ledger.size - 1
    ledger.proof.write_text(text.replace(f"index {last}", f"index {last - 1}"))
    assert told()[0] == 1


@pytest.mark.parametrize(
    ("tile", "said"),
    [
        ("0/000", "an entry is not what its tile says"),
        ("entries/000", "an entry is not what its tile says"),
        ("1/000.p/*", "subtree"),
    ],
)
def test_go_refuses_a_tile_with_another_bit(ledger, told, tile, said):
    (path,) = (ledger.folder / "tile").glob(tile)
    body = path.read_bytes()
    path.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    code, text = told()
    assert code == 1 and said in text


def test_go_refuses_a_cosignature_of_another_time(ledger, told):
    path = ledger.folder / "checkpoint"
    whole = proofs.note_from(path.read_text())
    log, by = whole.signatures
    later = (int.from_bytes(by.body[:8], "big") + 1).to_bytes(8, "big")
    other = by._replace(body=later + by.body[8:])
    path.write_text(f"{whole.text}\n{log.line}{other.line}")
    code, text = told()
    assert code == 1 and "invalid signature" in text


def test_go_refuses_the_cosignature_of_another_key(ledger, told):
    other = keys.make(ledger.by.name, WITNESS)
    code, text = told(by=other.public)
    assert code == 1 and "signed by 1 that are known" in text
    # Nor one that says it is the witness's.
    path = ledger.folder / "checkpoint"
    whole = proofs.note_from(path.read_text())
    made_up = other.cosign(whole.text, SECONDS)
    made_up = made_up._replace(key_id=ledger.by.public.key_id)
    path.write_text(f"{whole.text}\n{whole.signatures[0].line}{made_up.line}")
    code, text = told()
    assert code == 1 and "invalid signature" in text
