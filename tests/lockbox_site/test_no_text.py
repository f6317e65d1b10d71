"""What a machine sends and no text can hold is refused at each door, and is no fault of
ours."""

import json
import sys

import pytest
from django.core.management import CommandError, call_command

from tests.api.conftest import caller, machine
from tests.api.registers import AT, complete, mailbox, send
from tests.signin.conftest import directory, token
from tests.signin.scim import ANNA, USERS

__all__ = ["caller", "directory", "machine", "token"]

pytestmark = pytest.mark.django_db
NO_TEXT = ("a\x00b", "a\ud800b")


@pytest.mark.parametrize("text", NO_TEXT)
def test_another_system_that_fills_registers_is_told(cast, machine, text):
    client = machine(cast.per)
    assert send(client, "objects", mailbox(1), reason=text).status_code == 422
    assert send(client, "objects", mailbox(1), reason=" ").status_code == 422
    for answer in (
        send(client, "objects", mailbox(1, authority=text)),
        complete(client, "t1@skola.example", authority=text),
    ):
        assert answer.status_code == 400
        assert answer.json()["code"] == "malformed" and AT in answer.json()["instance"]


@pytest.mark.parametrize("text", NO_TEXT)
def test_a_directory_is_told(cast, directory, text):
    body = json.dumps({**ANNA, "userName": text})
    kind = "application/scim+json"
    assert directory.post(USERS, body, content_type=kind).status_code == 400
    looked_up = {"filter": f"userName eq {json.dumps(text)}"}
    assert directory.get(USERS, looked_up).status_code == 400


def test_whoever_asks_for_a_token_is_told(caller):
    asked = {
        "grant_type": "client_credentials",
        "client_id": "a\x00",
        "client_secret": "b",
    }
    assert caller.http.post("/oauth/token", asked).status_code == 400


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_checkpoint_that_is_no_text_is_no_fault_of_the_ledger(cast):
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger", "--checkpoint", sys.executable)
    assert refused.value.returncode == 2
