"""The page for providers' developers is a script: it is run as it stands."""

import inspect
import re
from pathlib import Path

import httpx
import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks import WebhookVerificationError

from lockbox_site.scratch import served
from requests_app.api import payloads, site
from requests_app.api.answers import KINDS, Code, FieldCode
from requests_app.api.payloads import Refusals
from requests_app.cases.access import clients
from requests_app.cases.access.outbox import HOOK_PAUSES
from requests_app.cases.intake.models.file import AccessEvent, Message
from requests_app.cases.intake.models.request import STATUS_SHOWN, AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.steps import case, decision, people
from requests_app.providers import http, secrets

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "provider-api.md").read_text()
BLOCKS = re.findall(r"(?:<!-- (.*?) -->\n)?```python\n(.*?)```", PAGE, flags=re.S)


class Authority:
    """What happens at the authority where the page says so."""

    def __init__(self, cast, names):
        self.cast, self.names = cast, names

    def act(self, what):
        {
            "the authority asks a question": self.ask,
            "the authority decides": self.decide,
            "a webhook arrives": self.tell,
        }[what]()

    def ask(self):
        self.review = SecrecyReview.objects.get()
        case.register(self.review, by=self.cast.lena, public_subject="A")
        people.assign(self.review, by=self.cast.per, person=self.cast.karin)
        dialogue.ask(self.review, by=self.cast.karin, text="Which logs?")

    def decide(self):
        tested = [self.cast.tested("OSL-18-8", "does_not_apply")]
        self.cast.assess(self.review, tested=tested)
        self.cast.propose(self.review, granted_minutes=90)
        decision.decide(self.review, by=self.cast.bo, no_conflict=True)

    def tell(self):
        body = (
            b'{"type": "request.status_changed",'
            b' "data": {"number": "EM-2026-0417", "status": "access_open"}}'
        )
        old, new = secrets.new_secret(), secrets.new_secret()
        signed = http.headers("msg-1", body, timezone.now(), [new, old])
        self.names |= {"body": body, "headers": signed, "WEBHOOK_SECRET": old}


@pytest.mark.django_db(transaction=True)
def test_the_pages_calls_do_what_it_says(cast, monkeypatch):
    # No test depends on how fast the machine is.
    patience = inspect.signature(httpx.Client).parameters["timeout"].default
    monkeypatch.setattr(patience, "read", 300.0)
    made = clients.make_client(cast.contract, by=cast.sam, name="A provider")
    monkeypatch.setenv("LOCKBOX_PROVIDER_ID", made.client_id)
    monkeypatch.setenv("LOCKBOX_PROVIDER_SECRET", made.secret)
    names = {"__name__": "page"}
    authority = Authority(cast, names)
    with served(connection.settings_dict["NAME"]) as url:
        monkeypatch.setenv("LOCKBOX_URL", url)
        for what, block in BLOCKS:
            if what:
                authority.act(what)
            exec(compile(block, "provider-api.md", "exec"), names)  # noqa: S102 — ours
        with pytest.raises(WebhookVerificationError):
            names["Webhook"](names["WEBHOOK_SECRET"]).verify(
                names["body"].replace(b"open", b"shut"), names["headers"]
            )
    first, more = AccessRequest.objects.order_by("pk")
    assert (first.status, more.status) == ("access_open", "withdrawn")
    assert Message.objects.get(from_provider=True).text.text == "The newest log only."
    assert AccessEvent.objects.first().object_name == "logs/skola"


def test_the_page_walks_through_every_call():
    """Every operation's path stands in the page's code."""
    code = "".join(block for _what, block in BLOCKS)
    for path in site.api.get_openapi_schema(path_prefix="")["paths"]:
        assert re.search(re.sub(r"\{\w+\}", "[^/\"']+", path) + "[\"']", code), path


def test_the_page_names_every_status_and_refusal():
    refusals = re.findall(r"^\| (\d\d\d) \|", PAGE, flags=re.M)
    assert sorted(int(status) for status in refusals) == sorted(Refusals)
    for word in STATUS_SHOWN.values():
        assert f"`{word}`" in PAGE, word
    for code in (*Code, *FieldCode):
        assert f"`{code}`" in PAGE, code
    assert {status for status, _title in KINDS.values()} <= {*Refusals, 405, 500}


def test_the_limits_that_the_page_names_are_those_that_hold():
    assert f"1 to {payloads.MOST_OBJECTS} objects" in PAGE
    assert len(HOOK_PAUSES) + 1 == 9 and "nine times in all" in PAGE
    assert (HOOK_PAUSES[0], HOOK_PAUSES[-1]) == (5, 20 * 3600)
