"""A call that comes again under its key is done once, and answered the same."""

import json
import threading

import pytest
from django.db import connection

from audit_app import acting
from requests_app.cases.access.models import IdempotencyKey
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.desk.sweep import sweep
from tests.api.problems import refused, told
from tests.cast import hours
from tests.helpers.caller import application
from tests.helpers.others import patient
from tests.helpers.snapshot import snapshot

pytestmark = pytest.mark.django_db


def test_a_key_with_another_body_path_or_client_does_not_tell_what_it_did(
    cast, caller, other
):
    caller.post("/requests", application(), "k1")
    before = snapshot(ledger=False)
    for answer in (
        caller.post("/requests", application(minutes=5), "k1"),
        caller.post("/requests/P-1/withdraw", {"reason": "x"}, "k1"),
    ):
        document = refused(answer, 422, "header:Idempotency-Key")
        assert "P-1" not in str({**document, "instance": None})
    assert snapshot(ledger=False) == before
    # Another client's key is as if it had never been used.
    assert told(other.post("/requests/P-1/withdraw", {"reason": "x"}, "k1")) == told(
        other.post("/requests/P-1/withdraw", {"reason": "x"}, "k2")
    )


@pytest.mark.parametrize("key", ["", "a b", "x" * 101, "\u00e5", "a\tb"])
def test_a_key_that_is_none_is_refused_by_name(caller, key):
    answer = caller.post("/requests", application(), key or " ")
    refused(answer, 422, "header:Idempotency-Key")
    assert not AccessRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_call_sent_twice_at_once_is_done_once(cast, caller):
    body, answers = application(), []
    gate = threading.Barrier(4)

    def call():
        patient()
        gate.wait()
        answers.append(caller.post("/requests", body, "k1"))
        connection.close()

    threads = [threading.Thread(target=call) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert AccessRequest.objects.count() == Arrival.objects.count() == 1


def test_a_call_that_comes_again_is_done_once_and_answered_the_same(cast, caller):
    body = application()
    first = caller.post("/requests", body, "k1")
    again = caller.post("/requests", body, "k1")
    assert again.content == first.content and again.status_code == 201
    assert again.headers["Idempotency-Replayed"] == "true"
    assert AccessRequest.objects.count() == 1


def test_a_key_with_another_body_is_refused(caller):
    caller.post("/requests", application(), "k1")
    other = caller.post("/requests", application("P-2"), "k1")
    assert other.status_code == 422
    assert other.json()["errors"][0]["pointer"] == "header:Idempotency-Key"
    assert AccessRequest.objects.count() == 1


def test_a_key_is_ones_own(caller, other):
    assert caller.post("/requests", application(), "k1").status_code == 201
    assert other.post("/requests", application(), "k1").status_code == 201


def test_a_refused_call_can_be_mended_under_its_key(caller):
    bad = caller.post("/requests/P-1/withdraw", {"reason": "x"}, "k1")
    assert bad.status_code == 404
    caller.apply()
    assert (
        caller.post("/requests/P-1/withdraw", {"reason": "x"}, "k1").status_code == 200
    )


def test_keys_are_forgotten_after_72_hours(caller):
    caller.apply(key="k1")
    with acting.at(hours(71)):
        sweep()
    assert IdempotencyKey.objects.exists()
    with acting.at(hours(73)):
        sweep()
    assert not IdempotencyKey.objects.exists()


def test_a_key_is_needed(caller):
    answer = caller.http.post(
        "/api/v1/requests",
        json.dumps(application()),
        content_type="application/json",
        headers={"Authorization": f"Bearer {caller.token}"},
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "header:Idempotency-Key"
