"""What a new provider takes: its own room, and its line in the registry."""

import dataclasses
import json
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from requests_app.cases.access.models import AccessGrant, Delivery, OutboxMessage
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.review.steps import revocation
from requests_app.oversight.sweep import poll_all
from tests.helpers.example_provider import (
    case,
    decided,
    standin,
)
from tests.providers import example

__all__ = ["standin"]

pytestmark = pytest.mark.django_db


def test_a_new_provider_needs_nothing_but_its_room_and_its_line(
    cast, standin, tmp_path
):
    # It is asked for what waits; and what it saved can be read from a file.
    standin.cases["C-1"] = case("C-1")
    poll_all()
    standin.cases["C-2"] = case("C-2")
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps([standin.cases["C-2"]]))
    call_command("import_requests", "example", saved)
    ways = AccessRequest.objects.order_by("external_id").values_list("received_by")
    assert [way for (way,) in ways] == ["poll", "file"]

    # It is answered in its own words, and the answer counts when it is read back.
    decided(cast, "C-1", granted_minutes=90)
    decided(cast, "C-2", outcome="refused", granted_minutes=None)
    assert standin.verdicts == []
    deliver_due()
    assert [(number, body["verdict"]) for number, body in standin.verdicts] == [
        ("C-1", "yes"),
        ("C-2", "no"),
    ]
    told = standin.verdicts[0][1]
    assert told["minutes"] == 90
    ends = datetime.fromisoformat(told["until"]) - timezone.now()
    assert timedelta(minutes=88) < ends <= timedelta(minutes=90)
    assert {row.status for row in Delivery.objects.all()} == {"confirmed"}
    assert {row.result for row in OutboxMessage.objects.all()} == {"delivered"}
    assert AccessGrant.objects.get().access_request.external_id == "C-1"

    # It reports what it did; the same event twice is one.
    ran = {"id": "1", "at": timezone.now().isoformat(), "command": "rotate"}
    standin.commands["C-1"] = [ran]
    assert poll_all() == ["C-1: status", "C-1: rotate"] and poll_all() == []
    event = AccessEvent.objects.get()
    assert (event.action, str(event.reported_by)) == ("rotate", "Lockbox (intake)")
    assert json.loads(event.payload.text) == ran


def test_what_it_says_in_a_refusal_ends_the_answer(cast, standin):
    standin.cases["C-1"] = case("C-1")
    poll_all()
    decided(cast, "C-1")
    verdict = standin.verdict

    def overtaken(number, body):
        standin.cases[number]["state"] = "no"
        return verdict(number, body)

    standin.verdict = overtaken
    deliver_due()
    assert standin.verdicts == []
    assert AccessRequest.objects.get().status == "elsewhere"
    assert OutboxMessage.objects.get().result == "failed"


def opened(cast, standin):
    """Access that runs at the example, by our answer."""
    standin.cases["C-1"] = case("C-1")
    poll_all()
    decided(cast, "C-1", granted_minutes=90)
    deliver_due()
    return AccessRequest.objects.get().reviews.get()


def revoke(cast, subject):
    revocation.revoke(
        subject,
        by=cast.bo,
        ground="security",
        reason="An incident",
        reason_for_recipient="Stop",
        no_conflict=True,
    )
    return Delivery.objects.get(answer="revoke")


def test_access_is_taken_back_by_machine_and_has_ended_when_that_is_read_back(
    cast, standin
):
    ordered = revoke(cast, opened(cast, standin))
    assert ordered.outbox_message.finished_at is None
    deliver_due()
    assert standin.verdicts[-1][1]["verdict"] == "stop"
    assert standin.cases["C-1"]["state"] == "stopped"
    grant = AccessGrant.objects.get()
    assert (grant.status, grant.end_reason) == ("ended", "revoked")
    ordered.refresh_from_db()
    assert (ordered.status, str(ordered.confirmed_by)) == (
        "confirmed",
        "Lockbox (outbox)",
    )


def test_what_the_example_has_stopped_by_itself_is_revoked_all_the_same(cast, standin):
    subject = opened(cast, standin)
    ordered = revoke(cast, subject)
    standin.cases["C-1"]["state"] = "stopped"
    deliver_due()
    assert standin.verdicts[-1][1]["verdict"] == "yes"
    ordered.refresh_from_db()
    assert ordered.status == "confirmed"


def test_a_revocation_that_the_example_refuses_is_the_executors(cast, standin):
    subject = opened(cast, standin)
    ordered = revoke(cast, subject)
    standin.stop = lambda number, body: (409, standin.cases[number])
    deliver_due()
    ordered.refresh_from_db()
    assert (ordered.status, ordered.outbox_message.result) == ("open", "failed")
    assert AccessGrant.objects.get().status == "open"


def test_where_the_interface_takes_nothing_back_an_executor_does(
    cast, standin, monkeypatch
):
    subject = opened(cast, standin)
    can = dataclasses.replace(example.abilities, can_be_revoked=False)
    monkeypatch.setattr(example, "abilities", can)
    assert not hasattr(revoke(cast, subject), "outbox_message")
