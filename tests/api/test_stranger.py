"""Another client's requests are as if they were not."""

import pytest

from requests_app.cases.access import clients
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.steps import case, people
from tests.api.problems import now, told
from tests.helpers.caller import Caller
from tests.helpers.cases import decide
from tests.helpers.snapshot import snapshot

pytestmark = pytest.mark.django_db


def test_nothing_of_anothers_request_is_told_by_any_call(cast, caller, other):
    caller.apply("P-1")
    subject = SecrecyReview.objects.get()
    case.register(subject, by=cast.lena, public_subject="A")
    people.assign(subject, by=cast.per, person=cast.karin)
    dialogue.ask(subject, by=cast.karin, text="Which?")
    more = {"justification": "x", "minutes": 1, "sent_at": now()}
    calls = [
        ("acknowledge", ""),
        ("withdraw", {"reason": "x"}),
        ("withdraw", {"reason": 5}),
        ("messages", {"text": "x"}),
        ("messages", {"text": "x", "answers": 1}),
        ("extensions", {"number": "N", **more}),
        ("events", {"number": "E", "happened_at": now(), "action": "x"}),
    ]
    before = snapshot(ledger=False)
    assert told(other.get("/requests/P-1")) == told(other.get("/requests/P-9"))
    assert told(other.get("/requests?after=P-1")) == told(
        other.get("/requests?after=P-9")
    )
    for path, body in calls:
        theirs = other.post(f"/requests/P-1/{path}", body)
        nobodys = other.post(f"/requests/P-9/{path}", body)
        assert theirs.status_code in (404, 422)
        assert told(theirs) == told(nobodys), path
    assert snapshot(ledger=False) == before


def test_a_number_another_client_uses_is_free_and_tells_nothing(cast, caller, other):
    """The same application by two clients gets the same answer, but for its time."""
    sent = now()
    first = caller.apply("P-1", sent_at=sent)
    caller.post("/requests/P-1/messages", {"text": "x"})
    second = other.apply("P-1", sent_at=sent)
    assert first.status_code == second.status_code == 201
    assert first.json().keys() == second.json().keys()
    for name in ("number", "status", "revision", "extends", "answer", "messages"):
        assert first.json()[name] == second.json()[name]
    # Nor do numbers of ours tell how much others have said.
    said = other.post("/requests/P-1/messages", {"text": "x"}).json()
    assert said["id"] == 1
    assert [r["number"] for r in other.get("/requests").json()["requests"]] == ["P-1"]


def test_two_clients_of_one_connection_share_its_requests(cast, caller):
    second = Caller(clients.make_client(cast.contract, by=cast.sam, name="Second"))
    caller.apply("P-1")
    assert second.get("/requests/P-1").status_code == 200


def test_lists_are_paged_and_ones_own(cast, caller, other):
    for number in range(52):
        caller.apply(f"P-{number}")
    other.apply("Q-1")
    first = caller.get("/requests").json()
    assert len(first["requests"]) == 50 and first["requests"][0]["number"] == "P-51"
    second = caller.get(f"/requests?after={first['next']}").json()
    assert [row["number"] for row in second["requests"]] == ["P-1", "P-0"]
    assert "answer" not in second["requests"][0]
    caller.post("/requests/P-7/withdraw", {"reason": "x"})

    def numbers(query):
        rows = caller.get(f"/requests?{query}").json()["requests"]
        return [row["number"] for row in rows]

    assert numbers("limit=2&page=2") == ["P-49", "P-48"]
    assert numbers("status=withdrawn") == ["P-7"]
    assert numbers("status=access_revoked") == numbers("extends=P-7") == []
    assert second["next"] is None


def test_another_clients_request_is_as_if_it_were_not(cast, caller, other):
    caller.apply()
    decide(cast)
    before = snapshot(ledger=False)
    paths = ("", "/acknowledge", "/withdraw", "/messages", "/extensions", "/events")
    bodies = {
        "/withdraw": {"reason": "x"},
        "/messages": {"text": "x"},
        "/extensions": {**extension()},
        "/events": {"number": "1", "happened_at": now(), "action": "x"},
    }
    for path in paths:
        told = bodies.get(path, "")
        answers = [
            other.get(f"/requests/{number}{path}")
            if path == ""
            else other.post(f"/requests/{number}{path}", told)
            for number in ("P-1", "P-9")
        ]
        assert [a.status_code for a in answers] == [404, 404]
        told_of = [
            {**answer.json(), "instance": None, "request_id": None}
            for answer in answers
        ]
        assert told_of[0] == told_of[1]
    assert snapshot(ledger=False) == before
    assert other.apply("P-1").status_code == 201
    assert AccessRequest.objects.filter(external_id="P-1").count() == 2


def extension():
    return {"number": "X", "justification": "x", "minutes": 1, "sent_at": now()}
