"""The document says what the API does: schemathesis finds nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_document_is_openapi_3_1_and_names_problem_documents(client):
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path in document["paths"].values():
        for operation in path.values():
            refused = operation["responses"]["422"]["content"]
            assert list(refused) == ["application/problem+json"]
    flows = document["components"]["securitySchemes"]["ClientAuth"]["flows"]
    assert "clientCredentials" in flows


ROOT = Path(__file__).resolve().parents[2]


def schemathesis(url, token, examples):
    """Run schemathesis against a real server; returns its words and exit code."""
    run = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            f"{url}/api/v1/openapi.json",
            "--header",
            f"Authorization: Bearer {token}",
            f"--max-examples={examples}",
            "--phases=examples,coverage,fuzzing",
            "--no-color",
            "--seed=7",
        ],
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.api.hooks"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout + run.stderr, run.returncode


def test_schemathesis_finds_nothing_with_a_token(caller, live_server):
    caller.apply()
    words, code = schemathesis(live_server.url, caller.token, examples=15)
    assert code == 0, words[-60000:]
    assert "❌" not in words, words[-3000:]


def test_schemathesis_finds_nothing_without_a_token(cast, live_server):
    words, code = schemathesis(live_server.url, "nothing", examples=8)
    assert code == 0, words[-60000:]
    assert "❌" not in words, words[-3000:]
