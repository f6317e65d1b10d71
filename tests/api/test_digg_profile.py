"""Digg's REST API-profil: the document breaches no SKALL that a machine can see."""

import json
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db
TESTS = Path(__file__).resolve().parents[1]
SPECTRAL = TESTS / "node_modules" / ".bin" / "spectral"
RULES = TESTS / "api" / "digg.spectral.yaml"


def document(client, settings):
    settings.API_CONTACT = "it@example.se"
    return client.get("/api/v1/openapi.json", secure=True).json()


def breaches(told, tmp_path):
    """The rules that Spectral finds broken."""
    (tmp_path / "openapi.json").write_text(json.dumps(told))
    run = subprocess.run(
        [SPECTRAL, "lint", "-q", "-f", "json", "-r", RULES, tmp_path / "openapi.json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.strip().startswith("["), run.stdout + run.stderr
    return {f"{row['code']} {'/'.join(row['path'])}" for row in json.loads(run.stdout)}


@pytest.mark.needs("node")
def test_no_shall_of_the_profile_is_breached(client, settings, tmp_path):
    assert breaches(document(client, settings), tmp_path) == set()


@pytest.mark.needs("node")
def test_a_breach_is_found(client, settings, tmp_path):
    told = document(client, settings)
    del told["paths"]["/api-info"], told["info"]["contact"]["email"]
    del told["components"]["schemas"]["Problem"]["properties"]["instance"]
    apply = told["paths"]["/requests"]["post"]
    made = apply["responses"]["201"]["content"]["application/json"]
    del apply["description"], made["examples"]
    apply["requestBody"]["content"]["application/json"]["examples"]["usual"][
        "value"
    ] = {"sent_at": "2026-11-24T10:00:00+01:00"}
    flows = told["components"]["securitySchemes"]["ClientAuth"]["flows"]
    flows["clientCredentials"]["tokenUrl"] = "/oauth/token"
    told["components"]["schemas"]["EventIn"]["properties"]["happenedAt"] = {}
    refusal = apply["responses"]["422"]["content"]
    refusal["application/json"] = refusal.pop("application/problem+json")
    told["servers"] = [{"url": "http://lockbox.example.se"}]
    told["paths"]["/a_b"] = {
        "get": {"description": "x", "parameters": [{"in": "query", "name": "page"}]}
    }
    found = {row.split("-")[0] for row in breaches(told, tmp_path)}
    assert {
        "AME.05",
        "DOK.03",
        "DOK.15",
        "DOK.19",
        "DOT.01",
        "FEL.01",
        "FEL.02",
        "FNS.07",
        "SAK.18",
        "UFN.02",
        "UFN.07",
        "VER.06",
    } <= found
