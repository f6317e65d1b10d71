"""Checkpoints, tiles and proofs, by software that is not ours: Go's sumdb."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.db import connection

from audit_app.models import SealedLeaf
from audit_app.sealing import sealer, tree
from audit_app.sealing.proof import proof_of
from tests.cast import Cast
from tests.helpers.ledgers import configure, nobody

pytestmark = pytest.mark.usefixtures("undone")
GOPATH = Path("/usr/share/gocode")
PROGRAM = Path(__file__).parent / "go" / "check.go"


@pytest.fixture(scope="module", autouse=True)
def world(once):
    Cast().decided()
    connection.check_constraints()


@pytest.fixture(scope="module")
def check(tmp_path_factory):
    has_it = (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir()
    if not has_it or shutil.which("go") is None:
        pytest.skip("needs Go: apt-get install golang-go golang-golang-x-mod-dev")
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


def test_go_finds_it_whole(check, settings, tmp_path):
    key = configure(settings, tmp_path)
    assert sealer.seal_round(nobody) == []
    size = tree.size()
    file = tmp_path / "line.tlog-proof"
    for index in (0, 255, 256, size - 1):
        entry = SealedLeaf.objects.get(leaf_index=index).entry_id
        file.write_text(proof_of(entry).text)
        told = check(key.public, tmp_path / "log", file)
        assert told == (0, f"whole {size} {index}\n")
    text = file.read_text()
    file.write_text(text.replace(f"index {size - 1}", f"index {size - 2}"))
    assert check(key.public, tmp_path / "log", file)[0] == 1
    file.write_text(text)
    tile = tmp_path / "log/tile/0/000"
    body = tile.read_bytes()
    tile.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    assert check(key.public, tmp_path / "log", file)[0] == 1
