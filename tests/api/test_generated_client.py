"""A client made by a generator from our document walks the whole life of a request."""

import importlib
import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from audit_app import acting
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.steps import case, people
from requests_app.desk.sweep import sweep
from tests.cast import LOG, hours
from tests.helpers.cases import decide

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "lockbox_client_made_for_this_test"


@pytest.fixture
def made(live_server, tmp_path, monkeypatch):
    """The generated package. Not a word of warning is allowed."""
    programs = Path(sys.executable).parent
    run = subprocess.run(
        [
            programs / "openapi-python-client",
            "generate",
            f"--url={live_server.url}/api/v1/openapi.json",
            f"--output-path={tmp_path / NAME}",
            "--meta=none",
            "--fail-on-warning",
        ],
        env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    monkeypatch.syspath_prepend(tmp_path)
    return Walker(live_server.url)


class Walker:
    """The generated calls by their names in the document, with a token."""

    def __init__(self, url):
        self.url = url
        self.models = importlib.import_module(f"{NAME}.models")
        self.client = None

    def sign_in(self, credentials):
        answer = httpx.post(
            f"{self.url}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(credentials.client_id, credentials.secret),
        )
        module = importlib.import_module(f"{NAME}.client")
        self.client = module.AuthenticatedClient(
            f"{self.url}/api/v1",
            token=answer.json()["access_token"],
            raise_on_unexpected_status=True,
        )

    def read(self, number):
        module = importlib.import_module(f"{NAME}.api.default.read_request")
        return module.sync(number, client=self.client)

    def act(self, name, *number, **body):
        module = importlib.import_module(f"{NAME}.api.default.{name}")
        key = uuid.uuid4().hex
        answer = module.sync_detailed(
            *number, client=self.client, idempotency_key=key, **body
        )
        assert answer.status_code < 300, answer.content
        return answer.parsed


def now():
    return datetime.now(UTC)


def apply(made, number):
    told = made.models.ApplicationIn(
        number=number,
        service="Logs",
        justification="Repair the index",
        objects=[LOG],
        minutes=60,
        sent_at=now(),
        engineer_country="SE",
    )
    return made.act("apply", body=told)


def test_a_generated_client_walks_the_whole_life_of_a_request(cast, caller, made):
    models = made.models
    made.sign_in(caller)
    assert apply(made, "P-1").status == "in_review"
    assert made.read("P-1").answer is None

    subject = SecrecyReview.objects.get()
    case.register(subject, by=cast.lena, public_subject="A")
    people.assign(subject, by=cast.per, person=cast.karin)
    dialogue.ask(subject, by=cast.karin, text="Which logs?")
    (question,) = made.read("P-1").messages
    assert question.text == "Which logs?" and not question.from_provider
    answer = models.MessageIn(text="Only the newest", answers=question.id)
    assert made.act("say", "P-1", body=answer).answers == question.id
    made.act("say", "P-1", body=models.MessageIn(text="It is urgent"))
    assert [message.text for message in made.read("P-1").messages] == [
        "Which logs?",
        "Only the newest",
        "It is urgent",
    ]

    decide(
        cast,
        conditions=[ConditionTerm("other", "Screen share only")],
        motivation_for_recipient="OSL 18:8",
    )
    told = made.read("P-1")
    assert (told.status, told.answer.answer) == ("answer_ready", "approve")
    assert told.answer.minutes == 60 and told.answer.given_at is None
    for words in ("OSL 18:8", "Screen share only", f"GSN {acting.today().year}-0001"):
        assert words in told.answer.reasons
    opened = made.act("acknowledge_answer", "P-1")
    assert opened.status == "access_open"
    assert (opened.access.ends_at - opened.access.opens_at).total_seconds() == 3600

    event = models.EventIn(number="E-1", happened_at=now(), action="read", object_=LOG)
    assert made.act("report_event", "P-1", body=event).number == "E-1"
    assert AccessEvent.objects.get().object_name == LOG
    more = models.ExtensionIn(
        number="P-2", justification="It takes longer", minutes=30, sent_at=now()
    )
    extension = made.act("extend", "P-1", body=more)
    assert (extension.number, extension.extends) == ("P-2", "P-1")

    apply(made, "P-3")
    gone = made.act("withdraw", "P-3", body=models.WithdrawalIn(reason="Solved"))
    assert gone.status == "withdrawn"

    with acting.at(hours(2)):
        sweep()
    assert made.read("P-1").status == "access_ended"
    listing = importlib.import_module(f"{NAME}.api.default.list_requests")
    listed = listing.sync(client=made.client)
    assert [row.number for row in listed.requests] == ["P-3", "P-2", "P-1"]
    assert AccessRequest.objects.count() == 3


def test_a_generated_client_reads_what_was_wrong(cast, caller, made):
    made.sign_in(caller)
    problem = made.read("P-9")
    assert isinstance(problem, made.models.Problem)
    assert (problem.status, problem.title) == (404, "Not found")
