"""The log of Google Workspace, read by the Reports API as an administrator."""

import json

import pytest

from audit_app import acting
from requests_app.oversight.models import EventOutcome
from requests_app.oversight.selectors import knowledge_of
from requests_app.oversight.sweep import compare_acts, read_logs
from requests_app.providers import http, protocol
from requests_app.providers.google import client
from requests_app.providers.google_workspace import abilities, logs
from requests_app.providers.protocol import Unreachable
from requests_app.providers.secrets import NotSet
from requests_app.registers.models.cloud import Connection
from tests.providers.azure.conftest import Patience
from tests.providers.google_workspace.activities import (
    DAY,
    HOUR,
    MAIL,
    NOW,
    OURS,
    activity,
)
from tests.providers.google_workspace.reports import Reports
from tests.providers.helpers import connected


@pytest.fixture
def reports(monkeypatch):
    with Reports() as server:
        server.hold.set()
        monkeypatch.setitem(http.LIMITS, "timeout", Patience(server))
        monkeypatch.setenv("LOCKBOX_GOOGLE_WORKSPACE_ENDPOINT", server.url)
        yield server
        assert server.broken == []


def read(cursor="", now=NOW):
    return list(logs.connect(OURS).read("access_transparency", cursor, now))


def numbers(pages):
    rows = [piece.value for page in pages for piece in page.records]
    return [row["id"]["uniqueQualifier"] for row in rows]


def ago(span):
    return (NOW - span).isoformat()


def test_pages_are_followed_and_the_newest_come_first(reports):
    reports.items = [activity(str(n), NOW - n * HOUR) for n in range(1, 9)]
    assert numbers(read(ago(HOUR))) == [str(n) for n in range(1, 9)]
    query = reports.queries[0]
    assert (query["customerId"], query["maxResults"]) == ("C01abc234", "1000")


def test_what_comes_days_late_is_read_when_it_comes(reports):
    pages = read(ago(DAY))
    assert numbers(pages) == [] and pages[-1].read_until == NOW
    reports.items = [activity("7", NOW - 2 * DAY)]
    assert numbers(read(pages[-1].cursor, NOW + HOUR)) == ["7"]
    # As late as this log is said to be at most.
    (log,) = abilities.logs
    assert log.longest_delay <= logs.LATE and log.reach >= logs.REACH


def test_doubles_and_disorder_are_the_same_events(reports):
    reports.items = [activity(str(n), NOW - n * HOUR) for n in range(1, 4)]
    reports.faults["list"] = ["doubled"]
    first = numbers(read(ago(HOUR)))
    reports.faults["list"] = ["out of order"]
    assert set(first) == set(numbers(read(ago(HOUR)))) and len(first) == 6


def test_the_first_time_it_goes_as_far_back_as_there_is_anything(reports):
    reports.items = [activity("1", NOW - 178 * DAY)]
    pages = read()
    assert numbers(pages) == ["1"] and not any(page.missing for page in pages)


def test_what_lies_further_back_is_said_to_be_missing(reports):
    (gap,) = [gap for page in read(ago(200 * DAY)) for gap in page.missing]
    assert (gap.since, gap.until) == (NOW - 200 * DAY, NOW - logs.REACH)


@pytest.mark.parametrize("fault, wait", [("429", 900), ("403", None), ("cut", None)])
def test_troubles_are_told_and_what_was_given_is_good(reports, fault, wait):
    reports.items = [activity(str(n), NOW - n * HOUR) for n in range(1, 5)]
    reports.faults["list"] = ["", fault]
    pages = []
    with pytest.raises(Unreachable) as refused:
        for page in logs.connect(OURS).read("access_transparency", ago(HOUR), NOW):
            pages.append(page)
    assert refused.value.retry_after == wait
    assert numbers(pages) == ["1", "2", "3"]
    assert len(numbers(read(pages[-1].cursor))) == 4


@pytest.mark.parametrize("place", ["C01abc234", "lockbox@city.example", "", "C1/a b@c"])
def test_a_connection_that_states_no_administrator_says_so(place):
    with pytest.raises(Unreachable, match="C01abc234/lockbox@city.example"):
        logs.connect(place)


@pytest.mark.django_db
def test_a_connection_that_nobody_polls_has_its_log_read_and_weighed(cast, reports):
    connection = connected(cast, "google_workspace", OURS, [MAIL])
    now = acting.now()
    reports.items = [activity(str(n), now - n * HOUR) for n in range(1, 6)]
    assert read_logs(cast.sweeper) == [f"{connection} access_transparency: 5 acts"]
    assert read_logs(cast.sweeper) == []
    compare_acts(cast.sweeper)
    outcomes = EventOutcome.objects.current().filter(event__connection=connection)
    assert {row.outcome for row in outcomes} == {"no_grant"}
    assert connection not in Connection.objects.polled()
    assert knowledge_of([connection])[connection.pk].why == ""


# -- Who we are ------------------------------------------------------------------------


@pytest.fixture
def secured(monkeypatch):
    monkeypatch.setenv("LOCKBOX_GOOGLE_WORKSPACE_ENDPOINT", "https://127.0.0.1:1")
    client._credentials.cache_clear()


def test_without_a_key_it_is_not_set_up(secured):
    with pytest.raises(NotSet, match="LOCKBOX_GOOGLE_WORKSPACE_KEY_FILE"):
        read(ago(HOUR))


def key_file(path, address):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    pem = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    value = {
        "type": "service_account",
        "client_email": "lockbox@project.iam.gserviceaccount.com",
        "private_key_id": "1",
        "private_key": pem.decode(),
        "token_uri": address,
    }
    path.write_text(json.dumps(value))


def test_the_service_account_asks_as_the_administrator(secured, monkeypatch, tmp_path):
    import jwt

    sent = []

    def exchange_of(method, url, *, content, **_more):
        sent.append(
            (url, dict(pair.split("=") for pair in content.decode().split("&")))
        )
        body = {"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}
        return protocol.Reply(200, json.dumps(body).encode())

    monkeypatch.setattr(client, "exchange", exchange_of)
    path = tmp_path / "key.json"
    key_file(path, "https://oauth2.example/token")
    admin = "lockbox@city.example"
    assert client.token_as(admin, logs.SCOPE, str(path), **http.LIMITS) == "t"
    ((url, form),) = sent
    claims = jwt.decode(form["assertion"], options={"verify_signature": False})
    assert (claims["sub"], claims["scope"]) == (admin, logs.SCOPE)
    assert url == "https://oauth2.example/token"


def test_credentials_that_may_act_for_nobody_are_refused(secured, tmp_path):
    path = tmp_path / "user.json"
    value = {"type": "authorized_user", "client_id": "a", "client_secret": "b"}
    path.write_text(json.dumps({**value, "refresh_token": "c"}))
    with pytest.raises(Unreachable, match="MalformedError"):
        client.token_as("a@b.example", logs.SCOPE, str(path), **http.LIMITS)
