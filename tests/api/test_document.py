"""The document says what the API does: schemathesis finds nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from requests_app.api import answers, document, payloads
from requests_app.api.answers import Code
from requests_app.api.payloads import QuestionHook, RestoredHook, StatusHook, TrialHook
from requests_app.cases.access import clients
from requests_app.cases.access.steps.outbox import Event
from requests_app.cases.intake.models.request import REVOKED, STATUS_SHOWN
from requests_app.cases.review.models.decision import Condition
from requests_app.providers.contract import webhook_body
from tests.helpers.caller import SandboxCaller

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


def test_the_document_is_openapi_3_1_and_names_problem_documents(client):
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    calls = {at: path for at, path in document["paths"].items() if "/oauth/" not in at}
    for path in calls.values():
        for operation in path.values():
            refused = operation["responses"]["422"]["content"]
            assert list(refused) == ["application/problem+json"]
    flows = document["components"]["securitySchemes"]["ClientAuth"]["flows"]
    assert "clientCredentials" in flows


def test_the_document_tells_the_token_call_webhooks_and_codes(client):
    document = client.get("/api/v1/openapi.json").json()
    assert document["servers"] == [{"url": "http://testserver/api/v1"}]
    assert "/oauth/token" in document["paths"]
    assert set(document["webhooks"]) == set(Event.values)
    shapes = document["components"]["schemas"]
    assert shapes["Code"]["enum"] == [*Code]
    statuses = shapes["RequestOut"]["properties"]["status"]["enum"]
    assert set(statuses) == {*STATUS_SHOWN.values(), REVOKED}
    kinds = shapes["ConditionOut"]["properties"]["kind"]["enum"]
    assert set(kinds) == set(Condition.Kind.values)


@pytest.mark.parametrize(
    "model, event, more",
    [
        (StatusHook, Event.REVOKED, {"status": REVOKED}),
        (StatusHook, Event.STATUS, {"status": "denied"}),
        (QuestionHook, Event.QUESTION, {"message": 1}),
        (TrialHook, Event.TEST, {}),
        (RestoredHook, Event.RESTORED, {"since": "2026-11-24T02:15:00.000Z"}),
    ],
)
def test_a_webhook_is_as_the_document_says(model, event, more):
    is_of_request = event not in (Event.TEST, Event.RESTORED)
    data = {"number": "P-1", **more} if is_of_request else more
    body = webhook_body(event, timezone.now(), data)
    shown = model.model_validate_json(body).model_dump(mode="json")
    assert shown["data"] == data
    assert json.loads(body)["timestamp"].endswith("Z")


def test_every_example_is_as_its_schema_says():
    models = {"ApplicationIn": document.APPLICATION, "EventIn": document.EVENT}
    for name, value in models.items():
        getattr(payloads, name).model_validate(value)
    answers.RequestOut.model_validate(document.OPEN)
    answers.RequestOut.model_validate(document.REQUEST)
    answers.EventOut.model_validate(document.EVENT_OUT)
    answers.MessageOut.model_validate(document.MESSAGE)
    payloads.NotificationOut.model_validate(document.NOTIFIED)
    answers.ComparisonOut.model_validate(document.COMPARED)
    answers.Problem.model_validate(document.PROBLEM)


ROOT = Path(__file__).resolve().parents[2]


def schemathesis(
    url, token, examples, phases="examples,coverage,fuzzing", at="/api/v1"
):
    """Run schemathesis against a real server; returns its words and exit code."""
    run = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            f"{url}{at}/openapi.json",
            f"--url={url}{at}",
            "--exclude-path-regex=^/oauth/",
            "--header",
            f"Authorization: Bearer {token}",
            f"--max-examples={examples}",
            f"--phases={phases}",
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
    words, code = schemathesis(live_server.url, caller.token, examples=8)
    assert code == 0, words[-60000:]
    assert "❌" not in words, words[-3000:]


def test_schemathesis_finds_nothing_in_the_sandbox(cast, live_server):
    made = clients.make_client(
        cast.contract, by=cast.sam, name="A developer", is_sandbox=True
    )
    trying = SandboxCaller(made)
    trying.apply()
    words, code = schemathesis(
        live_server.url, trying.token, examples=8, at=trying.base
    )
    assert code == 0, words[-60000:]
    assert "❌" not in words, words[-3000:]


def test_schemathesis_finds_nothing_without_a_token(cast, live_server):
    words, code = schemathesis(
        live_server.url, "nothing", examples=3, phases="examples,fuzzing"
    )
    assert code == 0, words[-60000:]
    assert "❌" not in words, words[-3000:]
