"""What each call meets and each answer carries: methods, addresses, numbers, rates."""

import datetime
import json
import re

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.api import changes, problems, steps
from requests_app.api.problems import OTHER_DOORS
from requests_app.api.site import api
from requests_app.api.steps import DEPRECATED, Deprecated
from requests_app.cases.access.models import SandboxRequest
from tests.admin.addresses import patterns
from tests.api.problems import refused
from tests.helpers.caller import application

pytestmark = pytest.mark.django_db

# -- Methods and addresses -----------------------------------------------------------


def test_head_is_get_without_what_it_says(caller):
    caller.apply()
    headers = caller._headers(None)
    got = caller.get("/requests/P-1")
    head = caller.http.head("/api/v1/requests/P-1", headers=headers)
    assert head.status_code == 200 and head.content == b""
    assert head.headers["ETag"] == got.headers["ETag"]
    assert caller.http.head("/api/v1/requests/P-9", headers=headers).status_code == 404
    assert caller.http.head("/api/v1/requests/P-1").status_code == 401


def test_options_says_which_methods_there_are(client):
    answer = client.options("/api/v1/requests")
    assert answer.status_code == 204 and answer.content == b""
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    told = refused(client.delete("/api/v1/requests"), 405)
    assert told["code"] == "method_not_allowed"
    assert client.options("/api/v1/nothing").status_code == 404


def test_no_door_of_machines_is_taken_for_a_wrong_address_of_the_api():
    """Each address that takes what no browser's form sends, as the URLs have them."""
    doors = {
        f"/{route}"
        for route, pattern in patterns(get_resolver())
        if getattr(pattern.callback, "csrf_exempt", False)
        and not route.startswith("api/")
    }
    assert len(doors) > 3
    assert {path for path in doors if not path.startswith(OTHER_DOORS)} == set()


@pytest.mark.parametrize(
    "path", ["/api/v2/requests", "/api/v1/request", "/v1/requests", "/requests", "/"]
)
def test_a_wrong_address_is_told_in_json(cast, caller, path):
    guarded = Client(enforce_csrf_checks=True, headers=caller._headers("k"))
    for language, word in (("en", "no such call"), ("sv", "anrop")):
        answer = guarded.post(
            path,
            application(),
            content_type="application/json",
            headers={"Accept-Language": language},
        )
        assert answer.status_code == 404, answer.content
        assert answer.json()["code"] == "no_such_call"
        assert word in answer.json()["detail"]
        assert answer.headers["Content-Type"] == "application/problem+json"


# -- Refusals ------------------------------------------------------------------------


def test_a_conflict_tells_the_status_and_nothing_of_ours(caller):
    caller.apply()
    caller.post("/requests/P-1/withdraw", {"reason": "x"})
    said = caller.post("/requests/P-1/messages", {"text": "Hello"})
    document = refused(said, 409)
    assert document["request_status"] == "withdrawn"
    assert document["detail"] == "The request is “withdrawn”: this can not be done now."
    late = refused(caller.apply(minutes=5), 409)
    assert late["code"] == "not_taken_in" and late["request_status"] == "withdrawn"
    assert re.fullmatch(r"[\x00-\x7f“”]+", late["detail"])


def test_a_time_that_is_too_old_or_ahead_has_its_code(caller):
    now = timezone.now()
    for sent_at, code in (
        (now + datetime.timedelta(minutes=6), "ahead_of_clock"),
        (now - datetime.timedelta(days=30), "too_old"),
        (datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC), "too_old"),
    ):
        document = refused(caller.apply(sent_at=sent_at.isoformat()), 422, "#/sent_at")
        assert document["errors"][0]["code"] == code


def test_an_employer_that_nobody_has_assessed_is_told(cast, caller):
    who = {"employer": "Okänt Drift AB", "engineer_country": "SE"}
    assert caller.apply(**who).json()["employer_assessed"] is False
    assert caller.get("/requests/P-1").json()["employer_assessed"] is False
    assert caller.apply("P-2").json()["employer_assessed"] is None


def test_a_refusal_has_the_number_that_our_log_and_ledger_have(caller):
    caller.token = "nothing"
    answer = caller.get("/requests")
    number = refused(answer, 401)["request_id"]
    assert re.fullmatch("[0-9a-f]{32}", number)
    entry = LedgerEntry.objects.filter(event="api.refused").latest("pk")
    assert entry.request_id == number


# -- Rates ---------------------------------------------------------------------------


@pytest.fixture
def few(settings, monkeypatch):
    settings.API_RATE = 3
    monkeypatch.setattr(problems, "_counted", {})


def test_each_answer_tells_what_is_left_and_the_last_one_when(few, caller, other):
    left = [caller.get("/requests").headers["RateLimit"] for _call in range(3)]
    assert [re.search(r"r=(\d+)", one)[1] for one in left] == ["2", "1", "0"]
    answer = caller.get("/requests")
    assert refused(answer, 429)["code"] == "too_many_calls"
    assert 1 <= int(answer.headers["Retry-After"]) <= problems.WINDOW
    assert answer.headers["RateLimit-Policy"] == '"client";q=3;w=60'
    assert "r=0" in answer.headers["RateLimit"]
    assert other.get("/requests").status_code == 200


def test_every_call_tells_429_and_what_every_answer_has(client):
    document = client.get("/api/v1/openapi.json").json()
    for path in document["paths"].values():
        for operation in (path[name] for name in path if name != "servers"):
            assert "Retry-After" in operation["responses"]["429"]["headers"]
    told = document["paths"]["/requests"]["post"]["responses"]["201"]["headers"]
    assert {"X-Request-Id", "RateLimit", "RateLimit-Policy", "Location"} <= set(told)


def test_what_has_a_default_is_not_required_nor_told_as_one(client):
    """A generator that reads a default takes the field for one that is always there."""
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert schemas["EventIn"]["required"] == ["number", "happened_at", "action"]
    assert schemas["EventOut"]["required"] == list(schemas["EventOut"]["properties"])
    assert '"default"' not in json.dumps(schemas)


# -- What changes --------------------------------------------------------------------


def test_no_change_of_the_document_without_its_entry():
    """Whoever changes what is called or sent writes a new entry, or the newest anew."""
    shape = changes.shape_of(api.served_at("https://x.example/", ""))
    assert changes.CHANGES[0].shape == shape


def test_a_change_is_seen_and_a_text_is_none():
    document = api.served_at("https://x.example/", "")
    before = changes.shape_of(document)
    document["paths"]["/requests"]["post"]["description"] = "Other words."
    assert changes.shape_of(document) == before
    schemas = document["components"]["schemas"]
    schemas["ApplicationIn"]["properties"]["more"] = {"type": "string"}
    assert changes.shape_of(document) != before


def test_the_changelog_is_told_and_is_the_page(client):
    told = client.get("/api/v1/changelog").json()["changes"]
    assert [row["version"] for row in told] == [row.version for row in changes.CHANGES]
    with open("docs/provider-api-changelog.md") as page:
        assert page.read() == changes.as_page()


def test_what_goes_out_of_use_is_told_where_it_is_used(caller, monkeypatch):
    row = Deprecated(datetime.date(2026, 12, 1), datetime.date(2027, 6, 1), "Use x.")
    for name in ("GET /requests?page", "POST /requests#service", "GET /status"):
        monkeypatch.setitem(DEPRECATED, name, row)
    for answer in (
        caller.get("/requests?page=1"),
        caller.apply(),
        caller.get("/status"),
    ):
        assert answer.headers["Deprecation"] == "@1796083200"
        assert answer.headers["Sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
        assert 'rel="deprecation"' in answer.headers["Link"]
    assert "Deprecation" not in caller.get("/requests").headers
    document = api.served_at("https://x.example/", "")
    assert document["paths"]["/status"]["get"]["deprecated"] is True
    fields = document["components"]["schemas"]["ApplicationIn"]["properties"]
    assert fields["service"]["deprecated"] is True
    steps.mark(document)


def test_every_line_of_the_table_is_in_the_document():
    document = api.served_at("https://x.example/", "")
    steps.mark(document)


# -- How it is -----------------------------------------------------------------------


def test_status_tells_of_service_and_client(caller):
    told = caller.get("/status").json()
    assert told["service"] == "behind" and told["last_round_at"] is None
    assert told["client"]["name"] == "Exempelmoln"
    assert told["client"]["webhook_last_delivered_at"] is None


def test_the_feed_has_pages(cast, caller):
    for number in range(3):
        caller.apply(f"P-{number}")
        caller.post(f"/requests/P-{number}/withdraw", {"reason": "x"})

    with acting.at(timezone.now() + datetime.timedelta(minutes=1)):
        whole = caller.get("/notifications").json()["notifications"]
        pages = [
            caller.get(f"/notifications?limit=1&page={page}").json()["notifications"]
            for page in range(1, len(whole) + 2)
        ]
    assert [row["id"] for one in pages for row in one] == [row["id"] for row in whole]
    assert pages[-1] == [] and whole
    assert not SandboxRequest.objects.exists()


def test_a_revoked_token_is_good_no_more(cast, caller):
    answer = caller.http.post(
        "/oauth/revoke",
        {
            "token": caller.token,
            "client_id": caller.client_id,
            "client_secret": caller.secret,
        },
    )
    assert answer.status_code == 200, answer.content
    refused(caller.get("/requests"), 401)
