"""What a client was told: asked for as a feed, tried with a test, sent again."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit_app import acting
from requests_app.api.calls import SETTLES
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.access.steps.outbox import Event
from tests.cast import LOG
from tests.providers.http.conftest import withdraw
from tests.providers.http.test_webhooks import verify

pytestmark = pytest.mark.django_db


def feed(client, after=""):
    with acting.at(timezone.now() + SETTLES + timedelta(seconds=5)):
        return client.get(f"/notifications?limit=1{after}").json()


def test_a_test_is_sent_signed_and_tells_what_came_back(listener, receiver):
    ordered = listener.post("/notification-tests", b"")
    assert ordered.status_code == 202
    told = ordered.json()
    assert (told["type"], told["data"], told["delivery"]) == (
        "webhook.test",
        {},
        "waiting",
    )
    deliver_due()
    (got,) = receiver.got
    assert verify(got, listener.signing[0])["type"] == "webhook.test"
    assert got[0]["webhook-id"] == told["id"]
    went = listener.get(f"/notifications/{told['id']}").json()
    assert went["delivery"] == "delivered"
    assert [row["status"] for row in went["attempts"]] == [204]


def test_the_feed_tells_each_event_once_and_one_can_be_sent_again(listener, receiver):
    withdraw(listener, "P-1")
    withdraw(listener, "P-2")
    assert listener.get("/notifications").json()["notifications"] == []
    first = feed(listener)
    (event,) = first["notifications"]
    assert event["data"] == {"number": "P-1", "status": "withdrawn"}
    second = feed(listener, f"&after={first['next']}")
    assert second["notifications"][0]["data"]["number"] == "P-2"
    last = feed(listener, f"&after={second['next']}")
    assert last == {"notifications": [], "next": second["next"]}
    deliver_due()
    again = listener.post(f"/notifications/{event['id']}/replays", b"")
    assert again.json()["id"] != event["id"]
    deliver_due()
    bodies = [verify(got, listener.signing[0])["data"] for got in receiver.got]
    assert [body["number"] for body in bodies] == ["P-1", "P-2", "P-1"]


def test_without_an_address_events_are_kept_and_nothing_is_sent(cast, caller):
    withdraw(caller)
    (event,) = feed(caller)["notifications"]
    assert (event["delivery"], event["attempts"]) == ("cancelled", [])
    for path in ("/notification-tests", f"/notifications/{event['id']}/replays"):
        refused = caller.post(path, b"")
        assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert not OutboxMessage.objects.filter(finished_at=None).exists()


def test_anothers_events_are_not_there(caller, other):
    withdraw(caller)
    (event,) = feed(caller)["notifications"]
    assert feed(other)["notifications"] == []
    assert other.get(f"/notifications/{event['id']}").status_code == 404
    assert other.post(f"/notifications/{event['id']}/replays", b"").status_code == 404
    assert other.get(f"/notifications?after={event['id']}").status_code == 404


def test_only_a_test_is_of_no_request(cast, caller):
    for event in (Event.STATUS, Event.REVOKED):
        with pytest.raises(DatabaseError), transaction.atomic():
            OutboxMessage.objects.create(
                topic="webhook",
                client=caller.client,
                lane="x",
                event=event,
                created_at=acting.now(),
                next_attempt_at=acting.now(),
            )


def test_objects_are_looked_up_by_name(cast, caller):
    asked = {"objects": [LOG.upper(), "nobody@x.example"]}
    told = caller.post("/object-lookups", asked).json()["objects"]
    assert [row["known"] for row in told] == [True, False]
    assert [set(row) for row in told] == [{"object", "known"}] * 2


def test_refusals_are_in_our_words_in_the_language_asked_for(caller):
    odd = {"minutes": 0, "engineer_country": "XX", "colour": "red"}
    refused = caller.apply(**odd)
    assert refused.headers["Content-Language"] == "en"
    words = {row["pointer"]: row["detail"] for row in refused.json()["errors"]}
    assert words == {
        "#/minutes": "At least 1.",
        "#/engineer_country": "Is no country of ISO 3166, two letters.",
        "#/colour": "The call takes no such field.",
    }
    caller.http = type(caller.http)(headers={"Accept-Language": "sv-SE,en;q=0.5"})
    swedish = caller.apply(**odd)
    assert swedish.headers["Content-Language"] == "sv"
    told = {row["pointer"]: row["detail"] for row in swedish.json()["errors"]}
    assert told["#/minutes"] == "Minst 1."
    assert swedish.json()["code"] == "invalid_fields"
