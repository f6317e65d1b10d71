"""A stranger follows the guide's first lines in an empty folder: a TypeScript program."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from requests_app.cases.access import clients
from requests_app.cases.access.models import SandboxRequest
from requests_app.cases.intake.models.request import AccessRequest, Arrival

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tests" / "node_modules"
PAGE = (ROOT / "docs" / "provider-api.md").read_text()
(PROGRAM,) = re.findall(r"```ts\n(.*?)```", PAGE, flags=re.S)
MOST = 600  # seconds, from the first line to the answer

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.needs("node"),
]


def run(folder, env, *words):
    done = subprocess.run(
        words, cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_strangers_program_gets_an_answer_in_ten_minutes(cast, live_server, tmp_path):
    began = time.monotonic()
    made = clients.make_client(
        cast.contract, by=cast.sam, name="A stranger", is_sandbox=True
    )
    env = {
        **os.environ,
        "PATH": f"{TOOLS / '.bin'}:{os.environ['PATH']}",
        "LOCKBOX_URL": live_server.url,
        "LOCKBOX_SANDBOX_ID": made.client_id,
        "LOCKBOX_SANDBOX_SECRET": made.secret,
    }
    (tmp_path / "package.json").write_text('{"type": "module"}')
    # What npm would install, in the versions that the page names.
    (tmp_path / "node_modules").symlink_to(TOOLS)
    document = f"{live_server.url}/api/sandbox/v1/openapi.json"
    run(tmp_path, env, "openapi-ts", "--input", document, "--output", "client")
    (tmp_path / "first.ts").write_text(PROGRAM)
    words = run(tmp_path, env, "tsx", "first.ts")
    options = ("--module", "esnext", "--moduleResolution", "bundler")
    checked = ("--noEmit", "--strict", "--target", "es2022", "--skipLibCheck")
    run(tmp_path, env, "tsc", *checked, *options, "first.ts")
    assert "in_review" in words and "approve 60" in words and "access_open" in words
    assert time.monotonic() - began < MOST
    assert SandboxRequest.objects.get().events
    assert not AccessRequest.objects.exists() and not Arrival.objects.exists()
